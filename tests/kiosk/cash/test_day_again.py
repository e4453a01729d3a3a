"""A date that was closed by mistake is opened again: each opening has its own sales, sums, close and papers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model.day_book import count_sum
from kiosk.model.paper_sheet import Fact, Sheet
from kiosk.model.service_request import Day, DayTotals, Decision, Query
from kiosk.printing.till_papers import Moving
from kiosk.staff.centre_approvals import Approver
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.journal.money_entries import DayOpening
from protocol.journal.people import Author
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop
from tests.kiosk.cash.test_day_close import (
    SUPERVISED,
    last,
    next_morning,
    paper_of,
    put_settings,
    refused,
    with_supervisor,
)

DATE = "2026-11-25"
FIRST, SECOND = DayKey(DATE), DayKey(DATE, 2)


def close(shop: Shop) -> Day:
    return shop.counter.closing.close(count_sum(shop.counter.books.book().expected_pt))


def opened_again(shop: Shop, opening_pt: int = 700) -> Shop:
    """One sale of 50 pounds, closed at noon; the same date opened again."""
    shop.counter.desk.record(shop.sale(1))
    close(shop)
    shop.counter.till.open_day(opening_pt)
    return shop


@pytest.fixture
def again(shop: Shop) -> Shop:
    return opened_again(with_supervisor(shop))


def days_in(sheet: Sheet) -> list[object]:
    return [block.value for block in sheet.blocks if isinstance(block, Fact) and block.label.en == "Day"]


def test_a_day_is_named_by_its_date_and_from_the_second_opening_on_by_which_it_is() -> None:
    assert (FIRST.label, SECOND.label) == (DATE, f"{DATE} (2)")
    said = [DayOpening(author=Author(), day=key, opening_pt=0).members() for key in (FIRST, SECOND)]
    assert said == [{"v": 1, "date": DATE, **more, "opening_pt": 0} for more in ({}, {"day_number": 2})]


def test_what_would_be_opened_is_told_before_it_is(open_shop: Shop) -> None:
    assert open_shop.counter.till.coming() == SECOND
    close(open_shop)
    assert open_shop.counter.till.coming() == SECOND
    next_morning(open_shop)
    assert open_shop.counter.till.coming() == DayKey("2026-11-26")


def test_it_begins_at_nothing_and_the_first_opening_keeps_what_it_had(again: Shop) -> None:
    till, books = again.counter.till, again.counter.books
    day = till.day()
    assert day is not None
    assert (day.key, day.opening_pt) == (SECOND, 700)
    assert till.stale_day() is None
    assert till.totals() == DayTotals(0, 0, 0)
    assert (books.book().expected_pt, books.book().total_pt("taken")) == (700, 0)
    first = books.book(FIRST)
    assert (first.total_pt("taken"), first.day.expected_pt, first.day.closed_ms is None) == (5_000, 15_000, False)
    assert [one.key for one in books.days()] == [SECOND, FIRST]


def test_between_the_two_nothing_is_sold_and_nothing_counted(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale(1))
    close(open_shop)
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale(2))) == "day_closed"
    assert open_shop.counter.till.totals() == DayTotals(0, 0, 0)


def test_what_is_done_in_it_says_so_in_the_journal_and_in_the_rows(again: Shop) -> None:
    counter = again.counter
    sold = counter.desk.record(again.sale(2)).request
    moved = counter.cash.move(Moving("cash_in", 100, "فكة"))
    void = counter.reversals.void(sold.id, "خطأ", SUPERVISED)
    assert (sold.date, sold.day_number, moved.day_number, void.day_number) == (DATE, 2, 2, 2)
    close(again)
    for kind in (EntryType.DAY_OPEN, EntryType.REQUEST, EntryType.CASH, EntryType.VOID, EntryType.DAY_CLOSE):
        body = last(again, kind)
        assert (body["date"], body["day_number"]) == (DATE, 2), kind
    firsts = [read_body(item.record.body) for item in again.store.journal.export(1)]
    assert [body["day_number"] for body in firsts if "day_number" in body] == [2] * 5
    assert [m.kind for m in again.store.days.movements(SECOND)] == ["cash_in", "void"]
    assert again.store.days.movements(FIRST) == []


def test_what_was_sold_before_the_mistake_is_voided_after_it_from_the_drawer_that_is_open(again: Shop) -> None:
    sold = again.counter.desk.requests.get(again.sale(1).id)
    assert sold is not None
    assert refused(lambda: again.counter.reversals.void(sold.id, "x", SUPERVISED)) == "drawer_short"
    again.counter.cash.move(Moving("cash_in", 10_000, "فكة"))
    again.counter.reversals.void(sold.id, "x", SUPERVISED)
    assert last(again, EntryType.VOID)["day_number"] == 2
    assert again.counter.books.book().expected_pt == 5_700
    assert again.counter.books.book(FIRST).returned_pt("void", cash=True) == 0


def test_a_refund_belongs_to_the_opening_it_is_paid_in(again: Shop) -> None:
    again.counter.cash.move(Moving("cash_in", 10_000, "فكة"))
    sold = again.counter.desk.requests.get(again.sale(1).id)
    assert sold is not None
    again.store.commit([], [Decision(1, sold.seq, "rejected", "R7", "مرفوض", "no", 1)])
    assert again.counter.reversals.refund(sold.id).day_number == 2
    assert last(again, EntryType.REFUND)["day_number"] == 2


def test_a_day_closed_and_opened_while_a_void_was_typed_is_not_voided_into(
    again: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = again.counter.desk.record(again.sale(2)).request
    reversals = again.counter.reversals
    agreed = reversals._agreed

    def close_meanwhile(*given: Any) -> Any:
        close(again)
        again.counter.till.open_day(20_000)
        return agreed(*given)

    monkeypatch.setattr(reversals, "_agreed", close_meanwhile)
    assert refused(lambda: reversals.void(sold.id, "x", SUPERVISED)) == "day_moved"
    assert again.store.days.movements(SECOND) == again.store.days.movements(DayKey(DATE, 3)) == []


def test_x_and_z_and_lines_name_the_opening(again: Shop) -> None:
    put_settings(again, blind=False)
    again.counter.desk.record(again.sale(2))
    closing = again.counter.closing
    assert days_in(closing.x_report()) == [SECOND.label]
    assert days_in(closing.lines("taken")) == [SECOND.label]
    assert days_in(closing.lines("taken", FIRST)) == [FIRST.label]
    job = paper_of(again, close(again))
    assert isinstance(job.content, Sheet)
    assert days_in(job.content) == [SECOND.label]


def test_each_opening_finds_its_own_z_report(again: Shop) -> None:
    day = close(again)
    first = again.store.days.day(FIRST)
    assert first is not None
    assert again.counter.books.z_paper(day) == (1, day.closed_seq)
    assert again.counter.books.z_paper(first) == (1, first.closed_seq)
    assert day.closed_seq != first.closed_seq


def test_the_grand_total_goes_on_over_both(again: Shop) -> None:
    again.counter.desk.record(again.sale(2))
    assert again.counter.books.book().grand_total_pt == 10_000
    day = close(again)
    assert day.grand_total_pt == last(again, EntryType.DAY_CLOSE)["grand_total_pt"] == 10_000
    assert again.counter.books.book(FIRST).grand_total_pt == 5_000
    assert again.counter.books.book(SECOND).grand_total_pt == 10_000


def test_a_difference_that_waits_says_of_which_opening_it_is(again: Shop) -> None:
    again.counter.closing.close(count_sum(99_999), "زيادة", Approver(waits=True))
    day = again.counter.unsettled.oldest()
    assert day is not None
    assert day.key == SECOND


def test_one_of_the_first_opening_says_so(open_shop: Shop) -> None:
    open_shop.counter.closing.close(count_sum(99_999), "زيادة", Approver(waits=True))
    day = open_shop.counter.unsettled.oldest()
    assert day is not None
    assert day.key == FIRST


# ---- whatever is done, in whichever opening


SELL = st.tuples(st.just("sale"), st.integers(1, 3))
MOVE = st.tuples(st.sampled_from(["cash_in", "void", "close", "morning"]), st.integers(1, 99))
ACTS = st.lists(st.one_of(SELL, SELL, MOVE, MOVE), max_size=24)


def begin(shop: Shop) -> None:
    shop.counter.till.open_day(1_000)


def act(shop: Shop, done: dict[DayKey, list[int]], what: str, one: int) -> None:
    """Do it, and note what it takes (+) or gives back (-) under the day that is open."""
    day = shop.counter.till.day()
    assert day is not None
    if what in ("close", "morning"):
        close(shop)
        if what == "morning" and day.date < "2026-11-27":  # later, what is unsent would be too old to go on selling
            next_morning(shop)
        begin(shop)
    elif what == "cash_in":
        shop.counter.cash.move(Moving("cash_in", one, "x"))
        done.setdefault(day.key, []).append(one)
    elif what == "void":
        kept = [r for r in shop.store.requests.search(Query(date=day.date, limit=-1)) if not r.reversed]
        if kept and shop.counter.books.book().expected_pt >= kept[0].total_pt:
            shop.counter.reversals.void(kept[0].id, "x", SUPERVISED)
            done.setdefault(day.key, []).append(-kept[0].total_pt)
    else:
        number = sum(len(acts) for acts in done.values()) + 1
        sold = shop.counter.desk.record(shop.sale_of(number))
        done.setdefault(day.key, []).append(sold.request.total_pt)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_everything_belongs_to_one_opening_and_the_grand_total_never_falls(acts: list[tuple[str, int]]) -> None:
    shop, done = opened_again(with_supervisor(Shop(FakeStore()))), {FIRST: [5_000]}
    for what, one in acts:
        act(shop, done, what, one)
    close(shop)
    days = list(reversed(shop.counter.books.days()))
    assert [day.key for day in days] == sorted({*done, *(day.key for day in days)})
    grand = 0
    for day in days:
        book = shop.counter.books.book(day.key)
        grand += book.total_pt("taken")
        assert day.expected_pt == day.opening_pt + sum(done.get(day.key, ()))
        assert (book.expected_pt, book.grand_total_pt, day.grand_total_pt) == (day.expected_pt, grand, grand)
    assert grand == sum(r.total_pt for r in shop.store.requests.search(Query(limit=-1)))
