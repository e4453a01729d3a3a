"""One class says the members of an object, for whoever writes and whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from protocol import members
from protocol.members import Codec, Hex, Signed


@dataclass(frozen=True)
class Row:
    label: str
    n: int = 1


@dataclass(frozen=True)
class Form:
    n: int
    state: Literal["held", "free"]
    key: Hex
    balance: Signed
    sure: bool
    maybe: int | None
    rows: tuple[Row, ...] = ()
    fees: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    anything: Any = None
    loud: Annotated[str, Codec(str.upper, str.lower)] = "A"
    short: Annotated[str, "of one line"] = ""


SMALL: dict[str, Any] = {"n": 1, "state": "held", "key": "00ff", "balance": -5, "sure": True, "maybe": None}
WHOLE: dict[str, Any] = SMALL | {
    "maybe": 3, "rows": [{"label": "x", "n": 2}], "fees": {"a": 5}, "reason": "why", "anything": [1], "loud": "b",
    "short": "s",
}  # fmt: skip


def test_what_is_written_is_read_again() -> None:
    form = members.read(Form, WHOLE)
    assert form == Form(1, "held", b"\0\xff", -5, True, 3, (Row("x", 2),), {"a": 5}, "why", [1], "B", "s")
    assert members.write(form) == WHOLE
    assert list(members.write(form)) == list(WHOLE)


def test_what_may_be_missing_has_its_default_and_a_later_version_may_say_more() -> None:
    form = members.read(Form, SMALL | {"weather": "of a later version"})
    assert form == Form(1, "held", b"\0\xff", -5, sure=True, maybe=None)
    assert members.write(form) == SMALL | {"rows": [], "fees": {}, "loud": "a", "short": ""}


@pytest.mark.parametrize("name", SMALL)
def test_what_is_needed_is_needed(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        members.read(Form, {one: value for one, value in SMALL.items() if one != name})


@pytest.mark.parametrize(
    "bad",
    [
        {"n": -1}, {"n": True}, {"n": "1"}, {"n": 2**53}, {"n": None}, {"state": "stolen"}, {"state": ["held"]},
        {"key": "0"}, {"key": "00FF"}, {"key": "00 ff"}, {"key": 5}, {"balance": 0.5}, {"balance": -(2**53)},
        {"balance": True}, {"sure": 1}, {"maybe": "x"}, {"rows": {}}, {"rows": [5]}, {"rows": [{}]}, {"fees": []},
        {"fees": {"a": -1}}, {"reason": 5}, {"short": None},
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        members.read(Form, SMALL | bad)


@pytest.mark.parametrize("odd", [None, [], "text", 5])
def test_what_is_no_object_has_no_members(odd: object) -> None:
    with pytest.raises(TypeError):
        members.read(Form, odd)
