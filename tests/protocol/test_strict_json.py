"""JSON as this product reads it: what is odd is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import strict_json
from protocol.errors import Refused
from protocol.strict_json import BadJson

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "ن"]), _VALUES))
def test_what_was_written_is_read_back_in_its_order(value: dict[str, Any]) -> None:
    read = strict_json.loads_object(strict_json.dumps(value))
    assert read == value
    assert list(read) == list(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [({"a": "\ud800"}, "surrogate"), ({"a": float("nan")}, "number"), ({"a": float("inf")}, "number")],
)
def test_what_json_cannot_hold_is_not_written(value: object, reason: str) -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.dumps(value)
    assert caught.value.reason == reason


def test_a_value_inside_itself_is_not_written() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(BadJson):
        strict_json.dumps(circle)


def test_what_could_not_be_read_again_is_not_written() -> None:
    most = "م" * (strict_json.MAX_STRING_BYTES // 2)
    assert strict_json.loads_object(strict_json.dumps_readable({"a": most})) == {"a": most}
    with pytest.raises(Refused, match="text_long"):
        strict_json.dumps_readable({"a": [most + "م"]})
    with pytest.raises(BadJson):
        strict_json.dumps_readable({"a": "\ud800"})


def _nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "utf-8"),
        (b"\xef\xbb\xbf{}", "syntax"),
        (b"", "syntax"),
        (b"{", "syntax"),
        (b"[]", "not an object"),
        (b'{"a":1,"a":2}', "duplicate member"),
        (b'{"a":NaN}', "number"),
        (b'{"a":-Infinity}', "number"),
        (b'{"a":1e999}', "number"),
        (b'{"a":9007199254740992}', "number"),
        (b'{"a":' + b"9" * 50 + b"}", "number"),
        (b'{"fee_pt":1.5}', "fraction of a piastre"),
        (b'{"fee_pt":true}', "fraction of a piastre"),
        (b'{"fee_pt":"5"}', "fraction of a piastre"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\ud800":1}', "surrogate"),
        (_nested(17), "depth"),
        (b'{"a":' + b"[" * 16 + b"]" * 16 + b"}", "depth"),
        (b'{"fees_pt":{"a":1.5}}', "fraction of a piastre"),
    ],
)
def test_what_is_odd_is_refused_by_a_fixed_word(data: bytes, reason: str) -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.loads_object(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("longest", "reason"),
    [(_nested(100_000), "depth"), (b'{"a":"' + b"x" * 16_385 + b'"}', "long string")],
    ids=["deep", "long"],
)
def test_what_is_endless_is_refused(longest: bytes, reason: str) -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.loads_object(longest)
    assert caught.value.reason == reason


def test_a_price_list_may_have_longer_strings_and_tables_of_money() -> None:
    assert strict_json.loads_object(b'{"a":"' + b"x" * 20_000 + b'"}', 20_000)
    assert strict_json.loads_object(b'{"fees_pt":{"a":5}}')


def test_the_limits_themselves_are_allowed() -> None:
    assert strict_json.loads_object(_nested(16))
    assert strict_json.loads_object(b'{"a":9007199254740991,"b":-9007199254740991,"c":1.5,"fee_pt":5}')
    assert strict_json.loads_object(b'{"a":"' + b"x" * strict_json.MAX_STRING_BYTES + b'"}')


def test_a_count_is_a_whole_number_within_bounds() -> None:
    assert [strict_json.count(n) for n in (0, 5, 2**53 - 1)] == [0, 5, 2**53 - 1]
    assert strict_json.count(7, 7) == 7


@pytest.mark.parametrize("value", [-1, 2**53, True, 1.0, "1", None, [1]])
def test_nothing_else_is_a_count(value: object) -> None:
    with pytest.raises(TypeError):
        strict_json.count(value)
    with pytest.raises(TypeError):
        strict_json.count(8, 7)


@given(
    st.binary(max_size=60) | st.text(st.characters(), max_size=30).map(lambda text: json.dumps({"a": text}).encode())
)
def test_any_bytes_are_an_object_or_a_fault(data: bytes) -> None:
    try:
        assert isinstance(strict_json.loads_object(data), dict)
    except BadJson as error:
        assert error.code == "bad_json"  # noqa: PT017 - either way is right, a third is not
