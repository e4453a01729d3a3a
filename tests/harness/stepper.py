"""A loop driven by a clock that stands still: no thread and no waiting, otherwise as `Loop.run`."""

from __future__ import annotations

from protocol.program.loop import Loop
from tests.harness.fakes.fake_world import FakeClock


class Stepper:
    """`due` is what the loop said last."""

    def __init__(self, loop: Loop, clock: FakeClock, calm_ms: int = 0) -> None:
        self._loop = loop
        self._clock = clock
        self.due: int | None = clock.mono + calm_ms
        self.steps = 0

    def run(self, ms: int = 0) -> int:
        """Let so much time pass, and take every step that falls into it; how many there were."""
        before, until = self.steps, self._clock.mono + ms
        while True:
            if self._loop.woken.is_set() or (self.due is not None and self.due <= self._clock.mono):
                self.due = self._loop.turn()
                self.steps += 1
            elif self.due is not None and self.due <= until:
                self._clock.pass_ms(self.due - self._clock.mono)
            else:
                self._clock.pass_ms(until - self._clock.mono)
                return self.steps - before
