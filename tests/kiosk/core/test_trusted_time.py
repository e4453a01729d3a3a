"""A wrong clock: it stops money, a person may correct it, and nobody gains anything by setting it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.core.events import Events
from kiosk.core.trusted_time import JUMP_MS, MARK_MS, SLACK_MS, TrustedTime
from kiosk.counter import Counter, Kept
from kiosk.model.day_book import count_sum
from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.keys import SeedSigner
from protocol.program.explained import explain
from protocol.values.arabic import strip_invisible
from tests.harness.fakes.fake_pictures import FakePictures, FakeReader
from tests.harness.shop import CODE, DEVICE_SEED, OPERATOR, PIN, Shop


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def fact(shop: Shop, name: str, value: int) -> None:
    shop.counter.journal.write([], [PutFact(name, str(value).encode())])


def number(shop: Shop, name: str) -> int:
    return int(shop.store.facts()[name])


def restart(shop: Shop) -> None:
    """The program ends and begins again: what it had in mind is gone."""
    kept = Kept(shop.store, shop.mirror, SeedSigner(DEVICE_SEED), bytes(32), FakePictures(), FakeReader())
    shop.clock.boot_id = b"boot-id2"
    shop.counter = Counter(shop.world, kept, Events(), lambda _: shop.line)
    shop.counter.people.sign_in(OPERATOR, PIN)


def test_a_clock_before_the_signed_time_opens_no_day_and_cannot_be_confirmed(shop: Shop) -> None:
    fact(shop, "floor_ms", shop.clock.wall)
    shop.clock.wall -= 90 * DAY_MS
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    why = refused(lambda: shop.counter.till.open_day(100))
    assert why.code == "clock_behind"
    assert strip_invisible(explain("en", why)[0]).endswith(": 27 August 2026, 13:00")
    assert refused(shop.counter.desk.confirm_clock).code == "clock_behind"
    assert shop.counter.till.day() is None


def test_a_sale_is_refused_once_the_centre_has_said_that_it_is_later(open_shop: Shop) -> None:
    fact(open_shop, "floor_ms", open_shop.clock.wall + SLACK_MS + 1)
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale())).code == "clock_behind"
    open_shop.clock.wall += 1
    open_shop.counter.desk.record(open_shop.sale())


def test_a_jump_of_more_than_twelve_hours_waits_for_a_person_and_is_journalled(shop: Shop) -> None:
    start = shop.clock.wall
    fact(shop, "floor_ms", start)
    shop.clock.wall += JUMP_MS + 1
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    assert refused(lambda: shop.counter.till.open_day(100)).code == "clock_ahead"
    shop.counter.desk.confirm_clock()
    entry = list(shop.store.journal.export(1))[-1].record
    assert entry.fields.entry_type == EntryType.CLOCK_JUMP
    body = read_body(entry.body)
    assert (body["op"], body["from_ms"], body["to_ms"]) == (OPERATOR, start, shop.clock.wall)
    assert shop.counter.desk.clock_doubt() is None
    shop.counter.till.open_day(100)


def test_twelve_hours_and_a_night_switched_on_are_no_jump(open_shop: Shop) -> None:
    fact(open_shop, "floor_ms", open_shop.clock.wall)
    open_shop.clock.wall += JUMP_MS
    assert open_shop.counter.desk.clock_doubt() is None
    open_shop.clock.pass_ms(3 * DAY_MS)
    assert open_shop.counter.desk.clock_doubt() is None


def test_confirming_what_nobody_doubts_writes_nothing(open_shop: Shop) -> None:
    before = open_shop.store.journal.tail().chain
    open_shop.counter.desk.confirm_clock()
    assert open_shop.store.journal.tail().chain == before


def new_day(shop: Shop) -> None:
    """Nothing is sold by the prices of a day that is not."""
    book = shop.counter.books.book()
    shop.counter.people.sign_in(OPERATOR, PIN)
    shop.counter.closing.close(count_sum(book.expected_pt))
    shop.counter.till.open_day(10_000)


def test_small_steps_ahead_add_up_over_restarts_too(open_shop: Shop) -> None:
    for _ in range(2):
        open_shop.clock.wall += JUMP_MS - HOUR_MS
        open_shop.clock.mono += MARK_MS
        open_shop.counter.desk.limits()
    again = TrustedTime(open_shop.store, open_shop.counter.journal, open_shop.world)
    assert refused(again.refuse).code == "clock_ahead"


def test_one_wrong_date_does_not_rule_for_ever(open_shop: Shop) -> None:
    """Confirmed by mistake, sold on, put right: the floor has not moved, and the age is counted from there on."""
    desk, years = open_shop.counter.desk, 3 * 365 * DAY_MS
    fact(open_shop, "floor_ms", open_shop.clock.wall)
    open_shop.clock.wall += years
    desk.confirm_clock()
    new_day(open_shop)
    desk.record(open_shop.sale())
    open_shop.clock.wall -= years
    assert refused(lambda: desk.record(open_shop.sale(2))).code == "clock_back"
    desk.confirm_clock()
    new_day(open_shop)
    desk.record(open_shop.sale(2))
    assert desk.limits() == []
    open_shop.clock.pass_ms(10 * DAY_MS)
    assert [found.code for found in desk.limits()] == ["age"]


def test_a_date_far_ahead_ends_the_lease_at_once(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    fact(open_shop, "floor_ms", open_shop.clock.wall)
    fact(open_shop, "lease_until_ms", open_shop.clock.wall + 10 * HOUR_MS)
    open_shop.clock.wall += 16 * HOUR_MS
    desk.confirm_clock()
    assert refused(lambda: desk.record(open_shop.sale())).code == "limit_lease"


def test_time_switched_on_counts_though_the_clock_is_put_back_and_the_program_restarted(open_shop: Shop) -> None:
    start = open_shop.clock.wall
    fact(open_shop, "floor_ms", start)
    fact(open_shop, "lease_until_ms", start + 10 * DAY_MS)
    assert open_shop.counter.desk.limits() == []

    def a_day() -> None:
        open_shop.clock.pass_ms(DAY_MS)
        open_shop.counter.desk.limits()
        open_shop.clock.wall -= DAY_MS
        restart(open_shop)

    for _ in range(10):
        a_day()
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale())).code == "clock_behind"
    assert refused(open_shop.counter.desk.confirm_clock).code == "clock_behind"
    assert refused(a_day).code == "screen_locked"
    assert open_shop.clock.wall == start
    assert [found.code for found in open_shop.counter.desk.limits()] == ["lease"]


def test_a_permission_that_ended_by_the_signed_time_stays_ended(open_shop: Shop) -> None:
    people = open_shop.counter.people
    fact(open_shop, "floor_ms", 2**53 - 1)
    assert open_shop.counter.desk.clock_doubt() is not None
    assert people.seats() == []


def test_where_it_was_last_gone_by_survives_a_restart(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    assert number(open_shop, "clock_ms") == open_shop.clock.wall
    restart(open_shop)
    open_shop.clock.wall -= SLACK_MS + 1
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale(2))).code == "clock_back"
    open_shop.clock.wall += SLACK_MS + 1 + JUMP_MS + 1
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale(2))).code == "clock_ahead"


def test_the_time_is_kept_once_in_ten_minutes_and_never_lowers_the_floor(open_shop: Shop) -> None:
    desk, start = open_shop.counter.desk, open_shop.clock.wall
    fact(open_shop, "floor_ms", start + HOUR_MS // 10)
    desk.record(open_shop.sale(1))
    assert number(open_shop, "floor_ms") == start + HOUR_MS // 10
    open_shop.clock.pass_ms(MARK_MS - 1)
    desk.record(open_shop.sale(2))
    assert number(open_shop, "clock_ms") == start
    open_shop.clock.pass_ms(1)
    desk.record(open_shop.sale(3))
    assert (number(open_shop, "clock_ms"), number(open_shop, "floor_ms")) == (
        start + MARK_MS, start + HOUR_MS // 10 + MARK_MS,
    )  # fmt: skip


def test_what_was_written_before_now_was_written_then(shop: Shop) -> None:
    assert shop.counter.context.trusted_time.since_ms(5, {}, 10) == 5
