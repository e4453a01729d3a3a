"""The bodies of entries: said by one class, written and read by it, whatever a later version or a forger adds."""

from __future__ import annotations

from typing import Any, Literal, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.journal import bodies
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import CLASSES, LONGEST_NAME, Body, Unknown
from protocol.journal.kj01 import write_body
from protocol.journal.money_entries import CashEntry, DayOpening, RequestEntry, VoidEntry
from protocol.journal.people import Agreement, Author
from protocol.journal.staff_entries import CodeFailed, SignInFailed, Vouched
from protocol.values.money import MAX_PT
from tests.harness.sample_values import sample

CASES = [(key, form) for key, form in CLASSES.items()]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=120) | st.just("\0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "seq", "epoch"]), inner),
    max_leaves=6,
)


def filled(form: type[Body], kind: object, what: object) -> Body:
    """With something in every member."""
    hints = {n: h for n, h in get_type_hints(form, include_extras=True).items() if n in form.__annotations__}
    told = {name: word for name, word in (("kind", kind), ("what", what)) if isinstance(word, str)}
    known = {name: told.get(name, sample(hint)) for name, hint in hints.items() if hint is not type(None)}
    return form(**known)


@pytest.mark.parametrize(("key", "form"), CASES)
def test_what_a_class_writes_it_reads(key: tuple[int, object, object], form: type[Body]) -> None:
    entry_type, kind, what = key
    body = filled(form, kind, what)
    said = body.members()
    again = bodies.entry(entry_type, bodies.read(write_body(bytes(16), said)))
    assert (again, again.members()) == (body, said)
    assert (body.entry_type, again.rest) == (entry_type, {})
    assert getattr(again, "bad", None) == frozenset()


@pytest.mark.parametrize(("key", "form"), CASES)
def test_a_member_of_a_later_version_is_kept(key: tuple[int, object, object], form: type[Body]) -> None:
    later = {**filled(form, *key[1:]).members(), "later": {"x": [1]}}
    read = form.read(later)
    assert (read.rest, read.bad, read.members()) == ({"later": {"x": [1]}}, frozenset(), later)


@given(case=st.sampled_from(CASES), junk=st.data())
def test_no_body_stops_its_reader_and_what_is_bad_is_named_and_kept(
    case: tuple[tuple[int, object, object], type[Body]], junk: st.DataObject
) -> None:
    key, form = case
    said = filled(form, *key[1:]).members()
    bent = junk.draw(st.dictionaries(st.sampled_from(sorted(said)), JUNK))
    read = form.read(said | bent)
    assert read.bad <= bent.keys()
    assert {name: read.rest[name] for name in read.bad} == {name: bent[name] for name in read.bad}
    assert isinstance(bodies.entry(key[0], said | bent), Body | Unknown)
    assert (form.read({}).members(), form.read({}).bad <= said.keys()) == ({"v": 1}, True)


def test_what_may_be_missing_is_left_out_where_there_is_nothing_to_say() -> None:
    opening = DayOpening(author=Author("x", 3), day=DayKey("2026-11-25"), opening_pt=0)
    assert opening.members() == {"v": 1, "op": "x", "login": 3, "date": "2026-11-25", "opening_pt": 0}
    second = DayOpening(author=Author(), day=DayKey("2026-11-25", 2), opening_pt=0)
    assert second.members() == {"v": 1, "date": "2026-11-25", "day_number": 2, "opening_pt": 0}


def test_what_is_missing_reads_as_nothing_and_is_named() -> None:
    read = VoidEntry.read({"v": 1, "seq": 4, "op": "x"})
    assert (read.seq, read.id, read.total_pt, read.day, read.author) == (4, "", 0, DayKey("", 1), Author("x"))
    assert read.agreement == Agreement()
    assert read.bad == {"id", "total_pt", "method", "date", "reason"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "a\0"), ("id", "a" * (LONGEST_NAME + 1)), ("id", 5), ("seq", -1), ("seq", True), ("seq", 2**53),
        ("total_pt", MAX_PT + 1), ("date", "2026-11-31"), ("date", "20261125"), ("day_number", 0), ("day_number", 1001),
        ("day_number", "2"),
    ],
)  # fmt: skip
def test_a_member_that_is_not_as_it_is_said_is_bad(name: str, value: object) -> None:
    read = VoidEntry.read({name: value})
    assert (name in read.bad, read.rest) == (True, {name: value})


def test_an_object_of_a_list_that_cannot_be_read_is_passed_over() -> None:
    notes = [{"face_pt": 5, "count": 1}, 5, {"face_pt": 5}, {"face_pt": 1, "count": 2, "later": 1}]
    assert [(one.face_pt, one.count) for one in CashEntry.read({"notes": notes}).notes] == [(5, 1), (1, 2)]
    assert CashEntry.read({"notes": {}}).bad >= {"notes"}


def test_an_empty_name_names_no_request() -> None:
    assert "id" in RequestEntry.read({"id": ""}).bad
    assert "id" not in VoidEntry.read({"id": ""}).bad


@pytest.mark.parametrize(
    ("members", "form"),
    [
        ({"kind": "override"}, Vouched), ({"kind": "login_failed"}, SignInFailed),
        ({"kind": "login_failed", "what": "approval"}, CodeFailed), ({"kind": "override", "what": "later"}, Unknown),
        ({"kind": "override", "what": 5}, Unknown), ({"kind": ["override"]}, Unknown), ({}, Unknown),
    ],
)  # fmt: skip
def test_kind_and_what_tell_the_acts_of_people_apart(members: dict[str, Any], form: type) -> None:
    assert type(bodies.entry(EntryType.LOGIN, members)) is form


def test_where_nothing_tells_classes_apart_kind_is_a_member_of_a_later_version() -> None:
    assert bodies.entry(EntryType.VOID, {"kind": "x", "what": 5}).rest == {"kind": "x", "what": 5}


def test_a_body_of_another_type_is_kept_as_it_came() -> None:
    read = bodies.entry(4711, {"salt": "0", "v": 1, "x": [1]})
    assert (read, read.members()) == (Unknown(4711, {"x": [1]}), {"v": 1, "x": [1]})


def test_two_classes_for_one_body_are_a_mistake() -> None:
    with pytest.raises(AssertionError):
        type("Again", (Body,), {"__annotations__": {"kind": Literal["start"]}}, of=EntryType.PRACTICE)
