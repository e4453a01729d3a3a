"""When the centre is talked to: one thread that sleeps, and who may wake it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from kiosk.core.events import Events, SyncChanged
from protocol.clock import Clock
from sync.sync_cycle import Pause, SyncCycle, SyncStatus

log = logging.getLogger(__name__)
LONGEST_NAP_S: Final = 30.0
"""The machine may sleep in between; the clock is looked at again this often."""
AFTER_A_BUG_S: Final = 60.0
LAST_S: Final = 3.0
"""What is broken off ends in a moment, but for a handshake: whoever closes the program does not wait for that."""


class Joinable(Protocol):
    """A started thread."""

    def join(self, timeout: float | None = None) -> None: ...


Starter = Callable[[Callable[[], None]], Joinable]


def start_thread(run: Callable[[], None]) -> Joinable:
    """The starter of every day: a daemon thread, so that a hanging line never keeps the program alive."""
    thread = threading.Thread(target=run, name="sync", daemon=True)
    thread.start()
    return thread


class SyncWorker:
    """Steps the cycle until told to stop. All methods may be called from any thread and return at once, but `stop`."""

    def __init__(
        self, cycle: SyncCycle, events: Events, clock: Clock, starter: Starter = start_thread, calm_s: float = 0
    ) -> None:
        """`calm_s` seconds after the start nothing is tried, unless a person asks."""
        self._cycle = cycle
        self._events = events
        self._clock = clock
        self._starter = starter
        self._calm = Pause(calm_s, on_wake=False)
        self._changed = threading.Condition()
        self._woken = self._asked = self._stopping = False
        self._thread: Joinable | None = None
        self._shown: SyncStatus | None = None

    def start(self) -> None:
        self._thread = self._starter(self._run)

    def wake(self) -> None:
        """There is something to send. Does not shorten a wait after a failure."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def now(self) -> None:
        """A person asked: try at once, but not before the centre's Retry-After is over."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Break off what is under way, and wait for the thread, which sends nothing any more if it takes too long."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._cycle.close()
        if self._thread is not None:
            self._thread.join(LAST_S)

    def status(self) -> SyncStatus:
        return self._cycle.status()

    def _run(self) -> None:
        self._rest(self._calm)
        while self._begin():
            self._rest(self._step())

    def _begin(self) -> bool:
        with self._changed:
            asked = self._asked
            self._woken = self._asked = False
            if asked:
                self._cycle.run_now()
            return not self._stopping

    def _step(self) -> Pause:
        try:
            pause = self._cycle.step()
            status = self._cycle.status()
            if status != self._shown and not self._stopping:
                self._shown = status
                self._events.publish(SyncChanged())
            return pause  # noqa: TRY300 - what follows a step may fail like the step
        except Exception as error:  # noqa: BLE001 - the top of a thread: a bug must not silence the line for good
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else ""
            log.error("sync: %s in %s", type(error).__name__, where)  # noqa: TRY400 - a message may hold what a person typed
            return Pause(AFTER_A_BUG_S, on_wake=False)

    def _rest(self, pause: Pause) -> None:
        begun = self._clock.mono_ms()
        with self._changed:
            while not self._stopping:
                gone = (self._clock.mono_ms() - begun) / 1000
                asked = self._asked and gone >= pause.at_least_s
                left = pause.seconds - gone
                if left <= 0 or asked or (self._woken and pause.on_wake):
                    return
                if self._asked:
                    left = min(left, pause.at_least_s - gone)
                self._changed.wait(min(left, LONGEST_NAP_S))
