"""What is seen to be plain, and so is not walked, breaks no rule: the result is the same if everything is walked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import strict_json
from protocol.journal import bodies, kj01
from protocol.strict_json import BadJson

SALT = '{"salt":"' + "0a" * 16 + '"'
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=20)
    | st.sampled_from(["a_pt", "_pt", "\ud800", "e1", "1.5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["x", "y_pt", "z"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


def result(read: Any, body: bytes) -> object:
    try:
        return read(body)
    except BadJson:
        return "bad"


def agree(body: bytes) -> object:
    fast = result(bodies.read, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "is_plain", lambda *_: False)
        assert repr(fast) == repr(result(bodies.read, body))
    return fast


def test_what_the_product_writes_is_plain() -> None:
    """Else the fast way would be none."""
    members = {"v": 1, "total_pt": 4500, "fees": [{"code": "a", "unit_pt": -5}], "name": "منى"}
    assert strict_json.is_plain(kj01.write_body(bytes([0xAB]) * 16, members))


@settings(max_examples=500)
@given(members=st.dictionaries(st.sampled_from(["v", "total_pt", "n", "deep"]), VALUES), compact=st.booleans())
def test_both_readers_agree_on_bodies(members: dict[str, Any], compact: bool) -> None:
    text = json.dumps({"salt": "0a" * 16, **members}, ensure_ascii=True, separators=(",", ":") if compact else None)
    agree(text.encode())
    agree(json.dumps({"salt": "0a" * 16, **members}, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@settings(max_examples=500)
@given(data=st.data())
def test_both_readers_agree_on_spoilt_bodies(data: st.DataObject) -> None:
    body = bytearray((SALT + ',"v":1,"total_pt":4500,"fees":[{"code":"a","unit_pt":-5}],"x":"ع"}').encode())
    at = data.draw(st.integers(0, len(body)))
    odd = [b'"', b"_pt", b'":', b"1.0", b"1e5", b"\\u0061", b"9" * 16, b",", b"}", b"{", b"[", b" ", b"\xff", b"NaN"]
    body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.sampled_from(odd))
    agree(bytes(body))


@pytest.mark.parametrize(
    "rest",
    [
        ',"a_pt":1.0}',
        ',"a_pt":1e2}',
        ',"a_pt":true}',
        ',"a_pt":null}',
        ',"a_pt" : 5}',
        ',"a_pt":"5"}',
        ',"a":1e999}',
        ',"a":NaN}',
        ',"a":-Infinity}',
        ',"a":9007199254740991}',
        ',"a":9007199254740992}',
        ',"a":1,"a":2}',
        ',"a":"\\ud800"}',
        ',"a\\u005fpt":1.5}',
        ',"a":' + "[" * 15 + "]" * 15 + "}",
        ',"a":' + "[" * 16 + "]" * 16 + "}",
        ',"a":"' + "x" * 16_384 + '"}',
        ',"a":"' + "x" * 16_385 + '"}',
        ',"b":"ends_pt"}',
        ',"b":"q_pt\\":1.5,"}',
        "} ",
        "}x",
        "",
        ',"a":[' + "1," * 200 + "1]}",
    ],
)
def test_both_readers_agree_at_the_edges(rest: str) -> None:
    agree((SALT + rest).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b'{"v":1}', b'{"salt":"short"}', b"\xef\xbb\xbf{}", b"[" * 100_000])
def test_what_is_no_body_is_none_for_both(body: bytes) -> None:
    assert agree(body) == "bad"
