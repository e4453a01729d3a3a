"""When the store is read from end to end: never while somebody works."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from kiosk.core.events import SyncChanged
from kiosk.model.facts import QUARANTINE
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.attendance import LOOK_MS, QUIET_MS, IdleCheck
from protocol.clock import DAY_MS
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.program.loop import start_thread
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import PIN, Shop
from tests.harness.stepper import Stepper

DAMAGED = Corrupt("journal_damaged", epoch=1, seq=7)


class Reading:
    """A check that answers as it is told, and keeps how it was asked."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.during: Callable[[], None] = lambda: None
        self.go_on: list[bool] = []

    def __call__(self, go_on: Callable[[], bool]) -> int | None:
        self.asked += 1
        self.go_on.append(go_on())
        self.during()
        self.go_on.append(go_on())
        if not go_on():
            return None
        answer = self.answers.pop(0) if self.answers else 5
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore())


def made(shop: Shop, reading: Reading) -> IdleCheck:
    return IdleCheck(reading, shop.counter.context, shop.counter.people)


def quiet(shop: Shop, ms: int = QUIET_MS) -> None:
    shop.clock.pass_ms(ms)


def kept(shop: Shop) -> str | None:
    found = shop.store.fact("checked")
    return None if found is None else found.decode()


def test_what_takes_no_time_is_done_at_each_look_while_nobody_works_here(shop: Shop) -> None:
    done: list[int] = []
    check = IdleCheck(Reading(), shop.counter.context, shop.counter.people, lambda go_on: done.append(go_on()))
    check.step()
    assert done == []
    quiet(shop)
    check.step()
    check.step()
    assert len(done) == 2


def test_it_begins_when_nobody_has_worked_for_a_while(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    quiet(shop, QUIET_MS - 1)
    check.step()
    assert (reading.asked, kept(shop)) == (0, None)
    quiet(shop, 1)
    check.step()
    assert (reading.asked, reading.go_on) == (1, [True, True])
    assert kept(shop) == f"{shop.clock.wall} ok 5"
    assert shop.store.fact("alarm") is None


def test_it_does_not_begin_while_somebody_is_signed_in(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    shop.ready()
    quiet(shop, DAY_MS)
    check.step()
    assert reading.asked == 0


def test_a_locked_screen_is_as_good_as_nobody_but_not_at_once(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    shop.ready()
    quiet(shop, DAY_MS)
    shop.counter.people.lock()
    check.step()
    assert reading.asked == 0
    quiet(shop)
    check.step()
    assert reading.asked == 1


def test_whoever_comes_back_ends_it(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    shop.ready()
    shop.counter.people.lock()
    quiet(shop)

    def come_back() -> None:
        shop.counter.people.unlock(PIN)

    reading.during = come_back
    check.step()
    assert (reading.go_on, kept(shop)) == ([True, False], None)
    reading.during = lambda: None
    shop.counter.people.sign_out()
    quiet(shop)
    check.step()
    assert kept(shop) == f"{shop.clock.wall} ok 5"


def test_it_is_done_once_a_day(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    for _ in range(3):
        quiet(shop)
        check.step()
    assert reading.asked == 1
    quiet(shop, DAY_MS)
    check.step()
    assert reading.asked == 2


def test_a_check_of_tomorrow_counts_for_nothing(shop: Shop) -> None:
    reading = Reading()
    check = made(shop, reading)
    shop.store.commit([], [PutFact("checked", f"{shop.clock.wall + DAY_MS} ok 5".encode())])
    quiet(shop)
    check.step()
    assert reading.asked == 1


def test_damage_found_twice_stops_money_and_calls_support(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    reading = Reading(DAMAGED, DAMAGED)
    check = made(shop, reading)
    shop.heard.clear()
    quiet(shop)
    with caplog.at_level(logging.ERROR):
        check.step()
    assert kept(shop) == f"{shop.clock.wall} journal_damaged 7"
    assert shop.store.fact("alarm") == b"journal_damaged 7"
    assert QUARANTINE.kept(shop.store, 1) == "journal_damaged 7"
    assert SyncChanged() in shop.heard
    assert caplog.messages == ["idle check: journal_damaged 7"]
    shop.ready()
    with pytest.raises(Refused, match="line_quarantined"):
        shop.counter.desk.record(shop.sale())


def test_damage_found_once_was_a_bad_read(shop: Shop) -> None:
    check = made(shop, Reading(DAMAGED, 9))
    quiet(shop)
    check.step()
    assert kept(shop) == f"{shop.clock.wall} ok 9"
    assert shop.store.fact("quarantine") is None


def test_damage_of_pages_has_no_number(shop: Shop) -> None:
    damaged = Corrupt("store_damaged", found="x")
    check = made(shop, Reading(damaged, damaged))
    quiet(shop)
    check.step()
    assert shop.store.fact("quarantine") == b"1 store_damaged 0"


def test_damage_in_an_earlier_epoch_stops_no_sale(shop: Shop) -> None:
    damaged = Corrupt("journal_damaged", epoch=0, seq=3)
    check = made(shop, Reading(damaged, damaged))
    quiet(shop)
    check.step()
    assert (shop.store.fact("alarm"), shop.store.fact("quarantine")) == (b"journal_damaged 3", None)


def test_the_first_reason_of_a_quarantine_stays(shop: Shop) -> None:
    shop.store.commit([], [PutFact("quarantine", b"1 equivocation 2")])
    check = made(shop, Reading(DAMAGED, DAMAGED))
    quiet(shop)
    check.step()
    assert shop.store.fact("quarantine") == b"1 equivocation 2"


@pytest.mark.parametrize("answers", [(Unavailable("store_failed"),), (DAMAGED, Unavailable("store_failed"))])
def test_a_disk_in_trouble_is_left_alone_for_a_while(shop: Shop, answers: tuple[Exception, ...]) -> None:
    reading = Reading(*answers)
    check = made(shop, reading)
    quiet(shop)
    check.step()
    assert (kept(shop), shop.store.fact("alarm")) == (None, None)
    check.step()
    assert reading.asked == len(answers)
    quiet(shop)
    check.step()
    assert kept(shop) == f"{shop.clock.wall} ok 5"


def test_closing_ends_it_at_once(shop: Shop) -> None:
    begun = threading.Event()

    def checking(go_on: Callable[[], bool]) -> int | None:
        begun.set()
        while go_on():
            threading.Event().wait(0.01)
        return None

    check = IdleCheck(checking, shop.counter.context, shop.counter.people)
    quiet(shop)
    check.start(start_thread)
    assert begun.wait(10)
    check.stop()
    assert kept(shop) is None


def test_it_looks_again_and_again_and_a_bug_in_it_ends_nothing(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    reading = Reading(ValueError("a name"))
    steps = Stepper(made(shop, reading), shop.clock)
    assert steps.run(QUIET_MS) == 1 + QUIET_MS // LOOK_MS
    assert (reading.asked, kept(shop)) == (1, None)
    assert caplog.messages[0].startswith("idle check: ValueError in Reading.__call__:")
    assert "a name" not in caplog.text
    steps.run(LOOK_MS)
    assert (reading.asked, kept(shop)) == (2, f"{shop.clock.wall} ok 5")


def test_stopping_what_never_began_is_nothing(shop: Shop) -> None:
    made(shop, Reading()).stop()
