"""The day at the till."""

from __future__ import annotations

import pytest

from kiosk.cash.till_day import working_day
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.shop import CODE, OPERATOR, PIN, Shop


def test_a_day_opens_with_its_cash_and_is_journalled(open_shop: Shop) -> None:
    day = open_shop.counter.till.day()
    assert day is not None
    assert (day.date, day.opening_pt) == ("2026-11-25", 10_000)
    last = list(open_shop.store.journal.export(1))[-1].record
    assert last.fields.entry_type == EntryType.DAY_OPEN
    assert read_body(last.body)["opening_pt"] == 10_000


def test_a_second_day_is_refused_while_one_is_open(open_shop: Shop) -> None:
    with pytest.raises(Refused, match="day_open"):
        open_shop.counter.till.open_day(0)


@pytest.mark.parametrize("cash", [-1, 2**53])
def test_cash_outside_the_range_is_refused(shop: Shop, cash: int) -> None:
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    with pytest.raises(Refused, match="money_range"):
        shop.counter.till.open_day(cash)


def test_there_is_no_book_while_no_day_is_open(shop: Shop) -> None:
    for ask in (shop.counter.books.book, shop.counter.books.open_day, lambda: working_day(shop.store.moment())):
        with pytest.raises(Refused, match="day_closed"):
            ask()
    assert shop.counter.till.totals().count == 0


def test_a_day_left_open_is_stale_the_next_morning(open_shop: Shop) -> None:
    assert open_shop.counter.till.stale_day() is None
    open_shop.clock.pass_ms(DAY_MS)
    assert open_shop.counter.till.today() == "2026-11-26"
    stale = open_shop.counter.till.stale_day()
    assert stale is not None
    assert stale.date == "2026-11-25"


def test_the_drawer_holds_what_was_there_and_what_was_taken(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    assert open_shop.counter.books.book().expected_pt == 15_000
    assert open_shop.counter.till.totals().taken_pt == 5_000
