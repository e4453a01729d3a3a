"""A close that could not wait for a second person: its difference waits for one afterwards."""

from __future__ import annotations

import pytest

from kiosk.model.day_book import count_sum
from kiosk.staff.centre_approvals import Approver
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.shop import OPERATOR, PIN_SUPERVISOR, SUPERVISOR, Shop
from tests.kiosk.cash.test_day_close import next_morning, refused, with_supervisor

WAITS = Approver(waits=True)


@pytest.fixture
def closed(shop: Shop) -> Shop:
    """Yesterday closed 100 pounds short with nobody to agree; today is open."""
    with_supervisor(shop).counter.closing.close(count_sum(0), "سُرق", WAITS)
    next_morning(shop)
    shop.counter.till.open_day(10_000)
    return shop


def test_it_waits_and_says_how_much(closed: Shop) -> None:
    day = closed.counter.unsettled.oldest()
    assert day is not None
    assert (day.date, day.operator, day.difference_pt) == ("2026-11-25", OPERATOR, -10_000)
    assert not closed.counter.unsettled.may_agree(day)


def test_who_closed_it_does_not_agree_and_a_supervisor_does_once(closed: Shop) -> None:
    day = closed.counter.unsettled.oldest()
    assert day is not None
    assert refused(lambda: closed.counter.unsettled.agree(day.seq)) == "supervisor_needed"
    closed.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    closed.counter.unsettled.agree(day.seq)
    assert closed.counter.unsettled.oldest() is None
    record = list(closed.store.journal.export(1))[-1].record
    body = read_body(record.body)
    assert record.fields.entry_type == EntryType.LOGIN
    assert (body["kind"], body["what"], body["op"], body["of"]) == ("override", "day_close", SUPERVISOR, day.seq)
    assert refused(lambda: closed.counter.unsettled.agree(day.seq)) == "nothing_unsettled"


def test_several_wait_in_their_order(closed: Shop) -> None:
    closed.counter.closing.close(count_sum(50_000), "زيادة", WAITS)
    closed.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    dates = []
    while (day := closed.counter.unsettled.oldest()) is not None:
        dates.append((day.date, day.difference_pt))
        closed.counter.unsettled.agree(day.seq)
    assert dates == [("2026-11-25", -10_000), ("2026-11-26", 40_000)]


def test_a_close_that_was_agreed_to_leaves_nothing(shop: Shop) -> None:
    with_supervisor(shop).counter.closing.close(count_sum(0), "x", Approver(SUPERVISOR, PIN_SUPERVISOR))
    assert shop.counter.unsettled.oldest() is None


def test_whoever_is_no_longer_known_counts_as_an_operator(closed: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    closed.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    day = closed.counter.unsettled.oldest()
    assert day is not None
    monkeypatch.delitem(closed.counter.in_force.operators(), OPERATOR)
    assert closed.counter.unsettled.may_agree(day)
