"""All counters, read behind the pages: nobody waits, and what somebody has just changed is never shown as before."""

from __future__ import annotations

from threading import Thread

import pytest

from central.console.copies import EVERY_MS, FRESH_MS, Fleet, FleetCopy, FleetLoop
from protocol.errors import Unavailable
from tests.harness.centre_fleet import Fleet as Made
from tests.harness.console_desk import Desk


@pytest.fixture
def copy(desk: Desk) -> FleetCopy:
    Made(desk.office).many(2, "GIZ")
    return FleetCopy(desk.office.centre)


def test_it_is_read_anew_once_it_is_old(desk: Desk, copy: FleetCopy) -> None:
    first = copy.now()
    desk.office.clock.ms += FRESH_MS - 1
    assert copy.now() is first
    desk.office.clock.ms += 1
    assert copy.now() is not first


def test_the_loop_reads_it_before_that(desk: Desk, copy: FleetCopy) -> None:
    first, loop = copy.now(), FleetLoop(copy, lambda: 5, lambda error: pytest.fail(str(error)))
    desk.office.clock.ms += EVERY_MS
    assert loop.step() == 5 + EVERY_MS
    renewed = copy.now()
    assert renewed is not first
    desk.office.clock.ms += EVERY_MS
    assert copy.now() is renewed


def test_what_was_read_before_a_change_is_not_kept_after_it(
    desk: Desk, copy: FleetCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = copy._read

    def changed_meanwhile() -> Fleet:
        found = whole()
        Made(desk.office).many(1, "ALX")
        copy.forget()
        return found

    monkeypatch.setattr(copy, "_read", changed_meanwhile)
    copy.renew()
    monkeypatch.undo()
    assert [one.id for one in copy.now().shops] == ["ALX-000", "GIZ-000", "GIZ-001"]


def test_whoever_comes_while_it_is_read_takes_what_was_read(copy: FleetCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, visitors, got = copy._read, list[Thread](), list[Fleet]()

    def visited_meanwhile() -> Fleet:
        visitors.append(Thread(target=lambda: got.append(copy.now())))
        visitors[0].start()
        return whole()

    monkeypatch.setattr(copy, "_read", visited_meanwhile)
    copy.renew()
    visitors[0].join()
    assert (len(visitors), got) == (1, [copy.now()])


def test_a_database_that_is_away_is_complained_of_and_tried_again(copy: FleetCopy) -> None:
    told: list[Exception] = []
    error = Unavailable("database_away", reason="x")
    assert FleetLoop(copy, lambda: 5, told.append).failed(error) == 5 + EVERY_MS
    assert told == [error]
