"""The one loop of everything that goes on by itself: when it steps, who wakes it, how it ends."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable

import pytest

from protocol.override import override
from protocol.program import loop
from protocol.program.loop import Loop, start_thread
from tests.harness.fakes.fake_doctor import run_at_once
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.stepper import Stepper

SECRET = "29001011234567"


def real_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Counting(Loop):
    """`does` is what a step does; it answers with what `next` says."""

    def __init__(self, mono_ms: Callable[[], int] = real_ms, calm_ms: int = 0, longest_s: float | None = None) -> None:
        super().__init__("counting", mono_ms, 50, calm_ms=calm_ms, longest_s=longest_s)
        self.next: Callable[[], int | None] = lambda: None
        self.does: Callable[[], None] = lambda: None
        self.acts: list[str] = []
        self.stepped = threading.Semaphore(0)

    @override
    def step(self) -> int | None:
        self.acts.append("step")
        self.stepped.release()
        self.does()
        return self.next()

    @override
    def break_off(self) -> None:
        self.acts.append("break_off")

    @override
    def ended(self) -> None:
        self.acts.append("ended")

    def reached(self, seconds: float = 20) -> bool:
        return self.stepped.acquire(timeout=seconds)


def test_it_steps_when_it_said_and_when_it_is_woken() -> None:
    clock = FakeClock()
    counting = Counting(clock.mono_ms)
    counting.next = lambda: clock.mono + 1_000
    driven = Stepper(counting, clock)
    assert driven.run(999) == 1
    assert driven.run(1) == 1
    counting.next = lambda: None
    assert driven.run(5_000) == 1
    assert driven.run(1 << 40) == 0
    counting.wake()
    assert driven.run() == 1


def test_on_a_thread_it_waits_until_it_is_due_or_woken() -> None:
    counting = Counting(calm_ms=30)
    counting.next = lambda: real_ms() + 20
    counting.start(start_thread)
    assert all(counting.reached() for _ in range(3))
    counting.next = lambda: None
    assert counting.reached()
    counting.wake()
    assert counting.reached()
    counting.stop()
    assert counting.acts[-2:] == ["break_off", "ended"]
    assert not counting.going()


def test_what_is_woken_during_a_step_steps_again() -> None:
    counting = Counting()
    woken: list[bool] = []

    def once() -> None:
        if not woken:
            woken.append(True)
            counting.wake()

    counting.does = once
    counting.start(start_thread)
    assert counting.reached()
    assert counting.reached()
    counting.stop()


def test_no_waking_is_ever_lost() -> None:
    """Everything that was handed over before a call of `wake` is seen by a step that begins after it."""
    handed, taken = [0], [0]
    counting = Counting()

    def take() -> None:
        taken[0] = handed[0]

    counting.does = take
    counting.start(start_thread)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns between any two lines
    try:
        for number in range(1, 3_000):
            handed[0] = number
            counting.wake()
            end = time.monotonic() + 20
            while taken[0] != number:
                assert time.monotonic() < end, f"{number} was lost"
    finally:
        sys.setswitchinterval(before)
        counting.stop()


def test_a_machine_that_slept_does_not_sleep_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LONGEST_NAP_S", 0.01)
    clock = FakeClock()
    counting = Counting(clock.mono_ms)
    counting.next = lambda: clock.mono + 900_000
    counting.start(start_thread)
    assert counting.reached()
    assert not counting.reached(0.1)
    clock.mono += 900_000
    assert counting.reached()
    counting.stop()


def test_a_bug_is_logged_without_what_it_held_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    counting = Counting(clock.mono_ms)

    def bug() -> None:
        raise ValueError(SECRET)

    counting.does = bug
    driven = Stepper(counting, clock)
    with caplog.at_level(logging.DEBUG):
        assert driven.run(49) == 1
        assert driven.run(1) == 1
    assert caplog.messages[0].startswith("counting: ValueError in test_a_bug_")
    assert SECRET not in caplog.text


def test_an_error_without_a_place_is_named_alone(caplog: pytest.LogCaptureFixture) -> None:
    counting = Counting(lambda: 7)
    assert counting.failed(ValueError(SECRET)) == 57
    assert caplog.messages == ["counting: ValueError"]


def test_stopping_waits_for_the_step_under_way_unless_that_takes_too_long() -> None:
    counting, hanging, over = Counting(), Counting(longest_s=0.05), threading.Event()
    gave_way: list[float] = []

    def give_way() -> None:
        begun = time.monotonic()
        counting.give_way(20)
        gave_way.append(time.monotonic() - begun)

    counting.does = give_way

    def hang() -> None:
        over.wait(20)

    hanging.does = hang
    for one in (counting, hanging):
        one.start(start_thread)
        assert one.reached()
    assert not threading.Event().wait(0.05)
    begun = time.monotonic()
    counting.stop()
    hanging.stop()
    assert gave_way[0] >= 0.04
    assert time.monotonic() - begun < 10
    assert counting.acts == ["step", "break_off", "ended"]
    assert hanging.acts == ["step", "break_off"]
    over.set()


def test_what_never_began_stops_and_gives_no_way() -> None:
    counting = Counting()
    counting.give_way(3_600)
    counting.stop()
    counting.start(run_at_once)
    assert counting.acts == ["break_off", "ended"], "nothing steps after the end"


def test_a_thread_has_its_name_and_does_not_hold_the_exit() -> None:
    found: list[tuple[str, bool]] = []

    def look() -> None:
        found.append((threading.current_thread().name, threading.current_thread().daemon))

    start_thread("printing", look).join()
    assert found == [("printing", True)]
