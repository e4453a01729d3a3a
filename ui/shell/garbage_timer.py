"""Python's collector, on the thread of the windows and on no other.

CPython collects on whatever thread happens to make one object too many: the line's, the printer's. A page and its
signals are a ring, and a ring that ends there ends its Qt parts there: the program hangs or crashes (seen with PySide6
6.9.3). So the collector is off, and a timer here asks of it what it would have done by itself.

A full collection takes a tenth of a second and more. It waits until no key was pressed for a while; what the start has
made (two thirds of all there is) is looked through once and then left alone.

What is freed goes back to the system here too. glibc keeps it for each thread, and over a day that grows.
"""

from __future__ import annotations

import gc
import sys
from functools import cache
from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

LOOK_MS: Final = 1000
QUIET_MS: Final = 5000
OVERDUE: Final = 60
"""Full collections that the collector itself would have made by now: one is made, quiet or not."""


class GarbageTimer(QObject):
    """Collects garbage between two events of the window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._last_key = QElapsedTimer()
        self._last_key.start()
        self._frozen = False
        timer = QTimer(self)
        timer.timeout.connect(self.collect)
        timer.start(LOOK_MS)

    def somebody(self) -> None:
        """A key was pressed."""
        self._last_key.restart()

    def collect(self) -> None:
        """Collect what is due, and give back what is free: half a millisecond."""
        full = collect_due(full=self._last_key.elapsed() >= QUIET_MS)
        if full and not self._frozen:
            gc.freeze()
            self._frozen = True
        give_back()


def give_back() -> None:
    """To the system, what was freed. Other systems than Linux do it by themselves."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - not before the first picture

    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every libc has it


def collect_due(*, full: bool) -> bool:
    """The oldest generation that the collector itself would take now; the last one only where `full`, or long overdue.

    Returns whether everything was looked through. To be called on the thread of the windows.
    """
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    overdue = gc.get_count()[2] > OVERDUE * gc.get_threshold()[2]
    if (due[2] and full) or overdue:
        gc.collect()
        return True
    if due[1] or due[0]:
        gc.collect(1 if due[1] else 0)
    return False
