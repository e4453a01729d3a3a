"""When the centre is talked to: when a pause of the cycle is over, and who may shorten it."""

from __future__ import annotations

import math
import threading
from typing import Final

from kiosk.core.events import Events, SyncChanged
from kiosk.ports.world import LineStatus
from protocol.clock import Clock
from protocol.override import override
from protocol.program.loop import Loop
from sync.sync_cycle import Pause, SyncCycle

AFTER_A_BUG: Final = Pause(60.0, on_wake=False)
LAST_S: Final = 3.0
"""What is broken off ends in a moment, but for a handshake: whoever closes the program does not wait for that."""


class SyncWorker(Loop):
    """All methods may be called from any thread and return at once, but `step` and `stop`."""

    def __init__(
        self, cycle: SyncCycle, events: Events, clock: Clock, calm_s: float = 0, longest_s: float = LAST_S
    ) -> None:
        """`calm_s` seconds after the first step nothing is tried, unless a person asks."""
        super().__init__("sync", clock.mono_ms, int(1000 * AFTER_A_BUG.seconds), longest_s=longest_s)
        self._cycle = cycle
        self._events = events
        self._pause = Pause(calm_s, on_wake=False)
        self._since: int | None = None
        self._said = threading.Lock()
        self._called = self._asked = False
        self._shown: LineStatus | None = None

    @override
    def wake(self) -> None:
        """There is something to send. Does not shorten a wait after a failure."""
        with self._said:
            self._called = True
        super().wake()

    def now(self) -> None:
        """A person asked: try at once, but not before the centre's Retry-After is over."""
        with self._said:
            self._asked = True
        super().wake()

    @override
    def break_off(self) -> None:
        self._cycle.close()

    def status(self) -> LineStatus:
        return self._cycle.status()

    @override
    def step(self) -> int:
        with self._said:
            due = self._due()
            if self._mono_ms() < due:
                return due
            asked, self._asked, self._called = self._asked, False, False
        if asked:
            self._cycle.run_now()
        self._rests(AFTER_A_BUG)  # unless all goes well
        pause = self._cycle.step()
        status = self._cycle.status()
        if status != self._shown and not self._stopping:
            self._shown = status
            self._events.publish(SyncChanged())
        self._rests(pause)
        with self._said:
            return self._due()

    def _rests(self, pause: Pause) -> None:
        self._pause, self._since = pause, self._mono_ms()

    def _due(self) -> int:
        if self._since is None:
            self._since = self._mono_ms()
        if self._called and self._pause.on_wake:
            return self._since
        seconds = min(self._pause.seconds, self._pause.at_least_s) if self._asked else self._pause.seconds
        return self._since + math.ceil(1000 * seconds)
