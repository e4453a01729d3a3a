"""docs/protocol.md and the classes of the journal's entries name the same members: each class, and each passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import pytest

from protocol.journal import entries, money_entries, staff_entries
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import CLASSES, INLINE, Body
from protocol.members import Called

PAGE: Final = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
COMMON: Final = frozenset({"salt", "v", "op", "login"})
"""Members of every body: *Bodies and personal frames*."""
DAY: Final = frozenset({"date", "day_number"})
"""The page calls these two *day*."""
PEOPLE: Final = "Type 5. `kind` and what goes with it"
BY_THE_CENTRE: Final = "The answer comes by the feed"
ELSEWHERE: Final[Mapping[type[Body], tuple[str, ...]]] = {
    money_entries.RequestEntry: ("| `id`, `visit` | UUIDs",),
    money_entries.CorrectionEntry: ("**Correction** (14)",),
    money_entries.VoidEntry: ("| type 4, void |",),
    money_entries.RefundEntry: ("| type 13, refund |",),
    money_entries.DayOpening: ("| 11, open |",),
    money_entries.CashEntry: ("| 12, cash |",),
    money_entries.DayClosing: ("| member of a close |",),
    staff_entries.SignedIn: (PEOPLE, "| `login`, `activate`, `link` |"),
    staff_entries.PinSet: (PEOPLE, "| `login`, `activate`, `link` |"),
    staff_entries.SeatChanged: (PEOPLE, "| `lock`, `unlock`, `logout` |"),
    staff_entries.SignInFailed: (PEOPLE, "| `login_failed` |"),
    staff_entries.CodeFailed: (PEOPLE, "| `login_failed` |"),
    staff_entries.Vouched: (PEOPLE, "| `override` |"),
    staff_entries.Revealed: (PEOPLE, "| `override` |", "| | `what`: `reveal`"),
    staff_entries.DifferenceAgreed: (PEOPLE, "| `override` |", "| | `what`: `day_close`"),
    staff_entries.LimitsWidened: (PEOPLE, "| `override` |", BY_THE_CENTRE),
    staff_entries.ApprovalGranted: (PEOPLE, "| `override` |", BY_THE_CENTRE),
    staff_entries.ApprovalAsked: ("Where nobody else is there to agree", "| `of`, `of_epoch` |"),
    entries.DocumentApplied: ("Type 8, without",),
    entries.ErasureAsked: ("| 17 | `kind`", "| 9 | `"),
    entries.Erased: ("| 17, without `op` |",),
    entries.Restored: ("* Type 10,",),
    entries.LimitExtension: ("Type 16, limit extension",),
    entries.AdviceEntry: ("| 19 | `kind`", "Names, numbers and answers stand in the **frame**"),
    entries.Leaving: ("* Type 21,",),
}
"""Where the page says what is in it: a row, a whole table by one of its rows' or its head's beginning, a paragraph."""


def row_of(form: type[Body]) -> str:
    """The beginning of its own row, where a table of the page has one for its type."""
    rows = re.findall(rf"^(\| {int(form.entry_type)}(?:, without `op`)? \| )`", PAGE, re.MULTILINE)
    assert len(rows) == 1, f"docs/protocol.md has {len(rows)} rows about the members of {form.__name__}"
    return f"{rows[0]}`"


PASSAGES: Final = {form: ELSEWHERE.get(form) or (row_of(form),) for form in CLASSES.values()}


def passage(start: str, page: str) -> str:
    """The row, list item or paragraph that holds `start`; of a table that is about one type the whole of it."""
    (block,) = [one for one in re.split(r"\n\n+|\n(?=\* )", page) if start in one]
    about = re.match(r"\| (type \d+, |member)", block)
    return block if about or not block.startswith("|") else next(row for row in block.splitlines() if start in row)


NO_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "| `id`, `visit` | UUIDs": frozenset({"cash", "card", "wallet", "check_digit", "by", "per", "fields"}),
    "| member of a close |": frozenset({"day_close", "method", "by"}),
    "| `override` |": frozenset({"op2", "login2"}),
    BY_THE_CENTRE: frozenset({"epoch", "seq", "state", "granted", "denied", "at_ms", "extension", "op2", "login2"}),
    "Type 8, without": frozenset({"settings", "operators", "catalogue", "keyset"}),
    "| 19 | `kind`": frozenset({"reason", "bring", "national_id"}),
    "| 20 | `": frozenset({"self", "relative", "proxy", "unclear", "wrong", "waits", "other"}),
}
"""What else stands in code marks there: values, members of frames, of settings and of the feed."""


def parts(hint: Any) -> Iterator[type]:
    """The classes of objects in a member."""
    if is_dataclass(hint):
        yield hint  # type: ignore[misc]  # a class, by its annotation
    inner = get_args(hint)
    for one in inner[:1] if get_origin(hint) is Annotated else inner:
        yield from parts(one)


def members(form: type) -> set[str]:
    """The members of a class, those of its inline fields, and those of the objects in it."""
    found = set()
    for name, hint in get_type_hints(form, include_extras=True).items():
        if name in get_annotations(form):
            called = [one.name for one in get_args(hint) if isinstance(one, Called)]
            inner = [DayKey] if DayKey in get_args(hint) else list(parts(hint))
            found |= set().union(*(members(one) for one in inner))
            found |= set() if INLINE in get_args(hint) else {*(called or [name])}
    return found


def words(form: type[Body]) -> set[str]:
    """The words that a member of this class may be."""
    hints = get_type_hints(form).values()
    return {word for hint in hints if get_origin(hint) is Literal for word in get_args(hint)}


def differing(form: type[Body], said: set[str], page: str = PAGE) -> tuple[set[str], set[str]]:
    """The members of a class that its passages do not name; what these name beside, of no class that they are about."""
    starts = PASSAGES[form]
    named = {start: set(re.findall(r'[`"]([a-z][a-z0-9_]+)[`"]', passage(start, page))) for start in starts}
    day = DAY if re.search(r"\bday\b", " ".join(passage(start, page) for start in starts)) else set()
    beside = set()
    for start, found in named.items():
        about = [other for other, of in PASSAGES.items() if start in of]
        known = set().union(*(members(other) | words(other) for other in about if other is not form))
        beside |= found - known - said - words(form) - COMMON - NO_MEMBERS.get(start, frozenset())
    return said - COMMON - day - set().union(*named.values()), beside


def test_every_type_has_a_class() -> None:
    assert {kind for kind, *_ in CLASSES} == set(EntryType) - {EntryType.KEY_ROTATION}


@pytest.mark.parametrize("form", PASSAGES)
def test_a_class_and_its_passage_name_the_same_members(form: type[Body]) -> None:
    assert differing(form, members(form)) == (set(), set())


@pytest.mark.parametrize("form", PASSAGES)
def test_a_member_that_only_the_class_has_is_found(form: type[Body]) -> None:
    assert differing(form, members(form) | {"invented"}) == ({"invented"}, set())


@pytest.mark.parametrize("form", PASSAGES)
def test_a_member_that_only_the_page_has_is_found(form: type[Body]) -> None:
    row = passage(PASSAGES[form][0], PAGE)
    assert differing(form, members(form), PAGE.replace(row, f"{row} `invented`")) == (set(), {"invented"})
