"""What a program does by itself beside its work: a loop of steps, each of which says when the next one is due.

Whoever has a scheduler of his own calls `step` at those times and needs no thread: nothing here waits but `run`.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Protocol

from protocol.errors import raised_at

log = logging.getLogger("manfaz")
LONGEST_NAP_S: Final = 30.0
"""The machine may sleep in between; the clock is looked at again this often."""


class Joinable(Protocol):
    """A started thread."""

    def join(self, timeout: float | None = None) -> None: ...


Starter = Callable[[str, Callable[[], None]], Joinable]
"""Runs something beside all else, under a name."""


def start_thread(name: str, run: Callable[[], None]) -> Joinable:
    """The everyday starter. A daemon: what hangs keeps no program alive, and whoever needs an end joins it first."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


class Loop(ABC):
    """A background task that steps again and again. `run` works on a thread of its own until `stop`; any thread may
    call `wake` and `stop`.
    """

    def __init__(
        self, name: str, mono_ms: Callable[[], int], every_ms: int, *, calm_ms: int = 0, longest_s: float | None = None
    ) -> None:
        """The first step comes after `calm_ms`; after a bug the next one does after `every_ms`.

        `longest_s` is how long `stop` waits for a step under way; None: until it is done.
        """
        self.name: Final = name
        self._mono_ms: Final = mono_ms
        self._every_ms: Final = every_ms
        self._calm_ms: Final = calm_ms
        self._longest_s: Final = longest_s
        self.woken: Final = threading.Event()
        self._stopping = self._running = False
        self._thread: Joinable | None = None

    @abstractmethod
    def step(self) -> int | None:
        """Do what is due; the monotonic time of the next step, None where only `wake` brings one.

        A step may come before its time: it looks for itself whether anything is due.
        """

    def start(self, start: Starter) -> None:
        self._thread = start(self.name, self.run)

    def wake(self) -> None:
        """Step now. What was said before is seen by that step."""
        self.woken.set()

    def stop(self) -> None:
        """Break off what is under way, and wait for the thread."""
        self._stopping = True  # before anything is broken off: what fails by that is not tried again
        self.woken.set()
        self.break_off()
        if self._thread is not None:
            self._thread.join(self._longest_s)

    def break_off(self) -> None:  # noqa: B027 - most wait for nothing
        """End what a step waits for. From any thread."""

    def ended(self) -> None:  # noqa: B027 - most leave nothing
        """What comes last, on the loop's own thread."""

    def failed(self, error: Exception) -> int | None:
        """A step met a bug, which must not end the loop; when to try again. A message may hold what a person typed."""
        where = raised_at(error.__traceback__)
        log.error("%s: %s%s", self.name, type(error).__name__, f" in {where}" if where else "")
        return self._after()

    def going(self) -> bool:
        """Whether a long step goes on."""
        return not self._stopping

    def give_way(self, seconds: float) -> None:
        """In a long step on a thread of its own: let the others have the machine, unless somebody waits for the end."""
        if self._running:
            self.woken.wait(seconds)

    def run(self) -> None:
        self._running = True
        due: int | None = self._after(self._calm_ms)
        while self._rest(due):
            due = self.turn()
        self.ended()

    def turn(self) -> int | None:
        """One step, whatever becomes of it. Whoever wakes the loop from here on brings another one."""
        self.woken.clear()
        try:
            return self.step()
        except Exception as error:  # noqa: BLE001 - the top of a thread: the next step may go better
            return self.failed(error)

    def _after(self, ms: int | None = None) -> int:
        return self._mono_ms() + (self._every_ms if ms is None else ms)

    def _rest(self, due: int | None) -> bool:
        """Until then, or until somebody wakes; False to stop."""
        while due is None or (left_ms := due - self._mono_ms()) > 0:
            if self.woken.wait(None if due is None else min(left_ms / 1000, LONGEST_NAP_S)):
                break
        return not self._stopping
