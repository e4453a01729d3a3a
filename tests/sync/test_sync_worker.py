from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import pytest

from kiosk.core.events import Event, Events, SyncChanged
from kiosk.core.system_world import SystemClock
from kiosk.ports.world import LineStatus
from protocol.program.loop import Joinable, start_thread
from sync.centre_client import LazyWire
from sync.sync_cycle import Pause
from sync.sync_worker import SyncWorker
from tests.harness import line_proxy
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.line_proxy import Proxy, scripted
from tests.harness.stepper import Stepper
from tests.harness.sync_party import Centre, Kiosk

SECRET = "29001011234567"


class Steps:
    """A cycle that only counts; `pauses` are given one by one, the last for ever."""

    def __init__(self, *pauses: Pause | Exception) -> None:
        self.pauses = list(pauses)
        self.taken = self.hurried = self.closed = 0
        self.during: Callable[[], None] = lambda: None

    def step(self) -> Pause:
        self.taken += 1
        self.during()
        found = self.pauses.pop(0) if len(self.pauses) > 1 else self.pauses[0]
        if isinstance(found, Exception):
            raise found
        return found

    def status(self) -> LineStatus:
        return LineStatus("online", None, None, min(self.taken, 2), "")

    def run_now(self) -> None:
        self.hurried += 1

    def close(self) -> None:
        self.closed += 1


class Working:
    """A worker and what surrounds it, by a clock that stands still."""

    def __init__(self, *pauses: Pause | Exception, calm_s: float = 0) -> None:
        self.cycle, self.clock, self.heard = Steps(*pauses), FakeClock(), list[Event]()
        self.events = Events()
        self.events.subscribe(self.heard.append)
        self.worker = SyncWorker(self.cycle, self.events, self.clock, calm_s)  # type: ignore[arg-type]
        self.driven = Stepper(self.worker, self.clock)

    def after(self, seconds: float = 0) -> int:
        """How many steps of the cycle there were once so much time has passed."""
        self.driven.run(round(seconds * 1000))
        return self.cycle.taken


def test_it_steps_again_when_the_pause_is_over() -> None:
    working = Working(Pause(0.01))
    assert working.after(0.04) == 5


def test_the_machine_belongs_to_whoever_signs_in_until_a_person_asks() -> None:
    calm, asked = Working(Pause(900), calm_s=1.5), Working(Pause(900), calm_s=1.5)
    calm.worker.wake()
    assert (calm.after(1.499), calm.after(0.001)) == (0, 1)
    assert asked.after(0.1) == 0
    asked.worker.now()
    assert asked.after() == 1


def test_waking_ends_a_rest() -> None:
    working = Working(Pause(900))
    assert working.after() == 1
    working.worker.wake()
    assert working.after() == 2
    assert working.after(899) == 2, "woken once, it steps once"
    assert working.cycle.hurried == 0


@pytest.mark.parametrize("person", [False, True])
def test_what_is_said_during_a_step_is_heard_after_it(person: bool) -> None:
    working = Working(Pause(900))
    said = [working.worker.now if person else working.worker.wake]
    working.cycle.during = lambda: said.pop()() if said else None
    assert working.after() == 2
    assert working.cycle.hurried == int(person)


def test_waking_does_not_shorten_a_wait_after_a_failure() -> None:
    working = Working(Pause(900, on_wake=False))
    assert working.after() == 1
    working.worker.wake()
    assert working.after(899) == 1
    working.worker.now()
    assert working.after() == 2
    assert working.cycle.hurried == 1


def test_a_person_cannot_shorten_what_the_centre_asked_for() -> None:
    working = Working(Pause(900, on_wake=False, at_least_s=60), Pause(900))
    assert working.after() == 1
    working.worker.now()
    assert working.after(59.999) == 1
    assert working.after(0.001) == 2


def test_a_change_is_announced_once() -> None:
    working = Working(Pause(0.001))
    assert working.after(0.01) >= 8
    assert working.heard == [SyncChanged(), SyncChanged()]


def test_a_bug_is_logged_without_what_it_held_and_does_not_end_the_line(caplog: pytest.LogCaptureFixture) -> None:
    working = Working(ValueError(SECRET), Pause(900))
    with caplog.at_level(logging.DEBUG):
        assert working.after() == 1
    working.worker.wake()
    assert (working.after(59.999), working.after(0.001)) == (1, 2), "no sale makes it try a bug again"
    assert "ValueError in Steps.step:" in caplog.text
    assert SECRET not in caplog.text


def test_a_listener_that_fails_does_not_end_the_line() -> None:
    working = Working(Pause(0.01))
    working.events.subscribe(lambda _: 1 / 0)  # type: ignore[arg-type]
    assert (working.after(120), working.after(0.01)) == (3, 4)


def test_stopping_breaks_off() -> None:
    working = Working(Pause(900))
    assert working.after() == 1
    working.worker.stop()
    assert working.cycle.closed == 1
    working.worker.wake()
    assert working.worker.status().state == "online"


def test_stopping_does_not_wait_for_what_cannot_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, over, heard = threading.Event(), threading.Event(), list[Event]()
    steps, events, threads = Steps(Pause(900)), Events(), list[Joinable]()

    def hang() -> Pause:
        inside.set()
        over.wait(20)
        return Pause(900)

    def starter(name: str, run: Callable[[], None]) -> Joinable:
        threads.append(start_thread(name, run))
        return threads[0]

    monkeypatch.setattr(steps, "step", hang)
    events.subscribe(heard.append)
    worker = SyncWorker(steps, events, SystemClock(), longest_s=0.1)  # type: ignore[arg-type]
    worker.start(starter)
    assert inside.wait(20)
    begun = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun < 5
    over.set()
    threads[0].join()
    assert heard == [], "whoever listened may be gone"


def test_over_real_sockets_a_hanging_line_does_not_hold_up_the_end() -> None:
    clock = FakeClock(wall=time.time_ns() // 1_000_000)
    centre = Centre(clock)
    with Proxy(scripted(centre)) as line:
        centre.authority = line.authority
        kiosk = Kiosk(LazyWire(line.url), clock)
        kiosk.sell()
        worker = SyncWorker(kiosk.cycle, kiosk.events, clock)
        line.faults.append(line_proxy.silence)
        worker.start(start_thread)
        while not line.requests:
            time.sleep(0.01)
        begun = time.monotonic()
        worker.stop()
        assert time.monotonic() - begun < 3
        assert worker.status().state == "offline"
