from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.core.events import Event, Events, SyncChanged
from protocol.override import override
from sync.centre_client import LazyWire
from sync.sync_cycle import Pause, SyncStatus
from sync.sync_worker import Joinable, SyncWorker, start_thread
from tests.harness import line_proxy
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.line_proxy import Proxy, scripted
from tests.harness.sync_party import Centre, Kiosk

SECRET = "29001011234567"


class Steps:
    """A cycle that only counts; `pauses` are given one by one, the last for ever."""

    def __init__(self, *pauses: Pause | Exception) -> None:
        self.pauses = list(pauses)
        self.taken = self.hurried = self.closed = 0
        self.stepped = threading.Condition()

    def step(self) -> Pause:
        with self.stepped:
            self.taken += 1
            self.stepped.notify_all()
            found = self.pauses.pop(0) if len(self.pauses) > 1 else self.pauses[0]
        if isinstance(found, Exception):
            raise found
        return found

    def status(self) -> SyncStatus:
        return SyncStatus("online", None, None, min(self.taken, 2), "")

    def run_now(self) -> None:
        self.hurried += 1

    def close(self) -> None:
        self.closed += 1

    def reached(self, count: int, seconds: float = 3) -> bool:
        with self.stepped:
            return self.stepped.wait_for(lambda: self.taken >= count, seconds)


class Clock(FakeClock):
    """The true monotonic clock, to which a test may add."""

    @override
    def mono_ms(self) -> int:
        return self.mono + time.monotonic_ns() // 1_000_000


Run = Callable[..., tuple[SyncWorker, Steps, list[Event], Clock]]


@pytest.fixture
def run() -> Iterator[Run]:
    started: list[SyncWorker] = []

    def begin(*pauses: Pause | Exception) -> tuple[SyncWorker, Steps, list[Event], Clock]:
        steps, events, clock = Steps(*pauses), Events(), Clock()
        heard: list[Event] = []
        events.subscribe(heard.append)
        worker = SyncWorker(steps, events, clock)  # type: ignore[arg-type]
        started.append(worker)
        worker.start()
        return worker, steps, heard, clock

    yield begin
    for worker in started:
        worker.stop()


def test_it_steps_again_when_the_pause_is_over(run: Run) -> None:
    _, steps, _, _ = run(Pause(0.01))
    assert steps.reached(5)


def test_waking_ends_a_rest(run: Run) -> None:
    worker, steps, _, _ = run(Pause(900))
    assert steps.reached(1)
    worker.wake()
    assert steps.reached(2)
    assert steps.hurried == 0


def test_waking_does_not_shorten_a_wait_after_a_failure(run: Run) -> None:
    worker, steps, _, _ = run(Pause(900, on_wake=False))
    assert steps.reached(1)
    worker.wake()
    assert not steps.reached(2, 0.2)
    worker.now()
    assert steps.reached(2)
    assert steps.hurried == 1


def test_38_a_person_cannot_shorten_what_the_centre_asked_for(run: Run) -> None:
    worker, steps, _, clock = run(Pause(900, on_wake=False, at_least_s=60), Pause(900))
    assert steps.reached(1)
    worker.now()
    assert not steps.reached(2, 0.2)
    clock.mono += 60_000
    worker.wake()  # the thread looks at the clock again
    assert steps.reached(2)


def test_a_machine_that_slept_does_not_sleep_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.sync_worker.LONGEST_NAP_S", 0.02)
    _, steps, _, clock = run(Pause(900))
    assert steps.reached(1)
    clock.mono += 900_000
    assert steps.reached(2)


def test_a_change_is_announced_once(run: Run) -> None:
    _, steps, heard, _ = run(Pause(0.001))
    assert steps.reached(8)
    assert heard == [SyncChanged(), SyncChanged()]


def test_78_a_bug_is_logged_without_what_it_held_and_does_not_end_the_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sync.sync_worker.AFTER_A_BUG_S", 0.01)
    with caplog.at_level(logging.DEBUG):
        _, steps, _, _ = run(ValueError(SECRET), Pause(900))
        assert steps.reached(2)
    assert "ValueError in Steps.step:" in caplog.text
    assert SECRET not in caplog.text


def test_a_listener_that_fails_does_not_end_the_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.sync_worker.AFTER_A_BUG_S", 0.01)
    worker, steps, _, _ = run(Pause(0.01))
    monkeypatch.setattr(worker._events, "publish", lambda _: 1 / 0)
    assert steps.reached(4)


def test_stopping_breaks_off_and_joins() -> None:
    steps = Steps(Pause(900))
    worker = SyncWorker(steps, Events(), Clock())  # type: ignore[arg-type]
    worker.stop()
    assert steps.closed == 1
    worker = SyncWorker(steps, Events(), Clock(), start_thread)  # type: ignore[arg-type]
    worker.start()
    assert steps.reached(1)
    worker.stop()
    worker.wake()
    assert worker.status().state == "online"
    assert threading.active_count() < 20


def test_stopping_does_not_wait_for_what_cannot_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.sync_worker.LAST_S", 0.1)
    inside, over, heard = threading.Event(), threading.Event(), list[Event]()
    steps, events, threads = Steps(Pause(900)), Events(), list[Joinable]()

    def hang() -> Pause:
        inside.set()
        over.wait(20)
        return Pause(900)

    def starter(run: Callable[[], None]) -> Joinable:
        threads.append(start_thread(run))
        return threads[0]

    monkeypatch.setattr(steps, "step", hang)
    events.subscribe(heard.append)
    worker = SyncWorker(steps, events, Clock(), starter)  # type: ignore[arg-type]
    worker.start()
    assert inside.wait(20)
    begun = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun < 5
    over.set()
    threads[0].join()
    assert heard == [], "whoever listened may be gone"


def test_33_over_real_sockets_a_hanging_line_does_not_hold_up_the_end() -> None:
    clock = Clock(wall=time.time_ns() // 1_000_000)
    centre = Centre(clock)
    with Proxy(scripted(centre)) as line:
        centre.authority = line.authority
        kiosk = Kiosk(LazyWire(line.url), clock)
        kiosk.sell()
        worker = SyncWorker(kiosk.cycle, kiosk.events, clock)
        line.faults.append(line_proxy.silence)
        worker.start()
        while not line.requests:
            time.sleep(0.01)
        begun = time.monotonic()
        worker.stop()
        assert time.monotonic() - begun < 3
        assert worker.status().state == "offline"
