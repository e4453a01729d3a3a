"""Time at a window, without waiting for it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from protocol.override import override

ROUNDS: Final = 9
"""An answer is asked for by an answer, a layout follows from another one, and so on."""


def settle(window: QWidget, ms: int = 0) -> None:
    """What is under way comes to its end. Then it is so many milliseconds later: the window's timers that end within
    them go off, the soonest first.
    """
    _turn()
    if ms:
        _pass(window, ms)


class Unpainted(QObject):
    """Keeps a window from being painted: nobody looks at the screen of a test. What a test looks at it draws itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() is QEvent.Type.UpdateRequest


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
