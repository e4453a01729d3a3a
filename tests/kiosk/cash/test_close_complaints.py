"""Work that has not been sent when the day is closed: it is left behind by nobody, and opened again by nothing."""

from __future__ import annotations

from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Query
from protocol.clock import DAY_MS
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import OPERATOR, PIN, Shop


def closed_shop() -> tuple[Shop, str]:
    """A day with one sale, closed without a line; the next one is open. Returns the sale's id."""
    shop = Shop(FakeStore()).ready()
    sold = shop.counter.desk.record(shop.sale()).request.id
    shop.counter.closing.close(count_sum(shop.counter.books.book().expected_pt))
    shop.clock.pass_ms(DAY_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    shop.counter.till.open_day(0)
    return shop, sold


def test_what_was_unsent_at_the_close_waits_in_the_same_row_as_what_comes_after() -> None:
    shop, sold = closed_shop()
    later = shop.counter.desk.record(shop.sale(2)).request.id
    bodies = [read_body(i.record.body) for i in shop.store.journal.export(1)
              if i.record.fields.entry_type == EntryType.REQUEST]  # fmt: skip
    assert [body["id"] for body in bodies] == [sold, later]
    tail = shop.store.journal.tail()
    assert (tail.count, tail.sum_pt) == (2, 10_000)
    assert tail.hwm == 0, "nothing of it was taken for sent"


def test_a_sale_of_the_closed_day_keeps_its_day_and_the_new_day_begins_at_nothing() -> None:
    shop, sold = closed_shop()
    request = shop.counter.desk.requests.get(sold)
    assert request is not None
    assert (request.date, request.sent) == ("2026-11-25", False)
    assert shop.counter.books.book().total_pt("taken") == 0
    assert shop.counter.books.book(DayKey("2026-11-25")).total_pt("taken") == 5_000


def test_the_press_of_yesterday_heard_again_is_yesterdays_sale() -> None:
    shop, sold = closed_shop()
    assert shop.counter.desk.record(shop.sale()).request.id == sold
    assert len(shop.counter.desk.requests.search(Query())) == 1
    assert shop.counter.books.book().total_pt("taken") == 0
