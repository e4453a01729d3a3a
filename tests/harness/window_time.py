"""Time at a window, without waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from protocol.override import override

ROUNDS: Final = 9
"""An answer is asked for by an answer, a layout follows from another one, and so on."""


def settle(window: QWidget, ms: int = 0) -> None:
    """What is under way comes to its end. Then it is so many milliseconds later: the window's timers that end within
    them go off, the soonest first.
    """
    with painted_last(window):
        _turn()
        if ms:
            _pass(window, ms)


@contextmanager
def painted_last(window: QWidget) -> Iterator[None]:
    """What is under way is painted once, when it has come to its end."""
    held = _HeldPaint(window)
    window.installEventFilter(held)
    try:
        yield
    finally:
        if isValid(window):
            window.removeEventFilter(held)
            if held.asked:
                QApplication.sendEvent(window, QEvent(QEvent.Type.UpdateRequest))


class _HeldPaint(QObject):
    asked = False

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.UpdateRequest:
            return False
        self.asked = True
        return True


def _turn() -> None:
    for _ in range(ROUNDS):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _pass(window: QWidget, ms: int) -> None:
    now = 0
    running: dict[QTimer, tuple[int, int]] = {}
    while True:
        running = {timer: _end(timer, now, running.get(timer)) for timer in _timers(window)}
        soonest = min(running, key=lambda timer: running[timer][0], default=None)
        if soonest is None or running[soonest][0] > ms:
            return
        now = running[soonest][0]
        soonest.stop()
        soonest.timeout.emit()
        _turn()


def _timers(window: QWidget) -> list[QTimer]:
    return [timer for timer in window.findChildren(QTimer) if timer.isActive() and timer.isSingleShot()]


def _end(timer: QTimer, now: int, seen: tuple[int, int] | None) -> tuple[int, int]:
    """When it ends by the time that passes here, and what it had left by its own: more than before when begun anew."""
    left = max(timer.remainingTime(), 0)
    return (now + left if seen is None or left > seen[1] else seen[0]), left
