"""Time at a window, without waiting for it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from protocol.override import override

ROUNDS: Final = 9
"""A layout follows from another one, and so on."""
MOST_TURNS: Final = 200
"""Answers that are asked for by answers; what still goes on then goes on for ever."""


def settle(window: QWidget, ms: int = 0) -> None:
    """What is under way comes to its end. Then it is so many milliseconds later: the window's timers that end within
    them go off, the soonest first.
    """
    _turn(window)
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


def _turn(window: QWidget) -> None:
    for _ in range(MOST_TURNS):
        for _ in range(ROUNDS):
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.sendPostedEvents()  # what is called for another turn waits for it
        if all(timer.interval() for timer in _timers(window)):
            return


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
        _turn(window)


def _timers(window: QWidget) -> list[QTimer]:
    timers = window.findChildren(QTimer) if isValid(window) else []  # it may have been closed for good
    return [timer for timer in timers if timer.isActive() and timer.isSingleShot()]


def _end(timer: QTimer, now: int, seen: tuple[int, int] | None) -> tuple[int, int]:
    """When it ends by the time that passes here, and what it had left by its own: more than before when begun anew.

    Qt ends it up to a twentieth of its interval later, where others end, too; here it ends in time.
    """
    left = min(max(timer.remainingTime(), 0), timer.interval())
    return (now + left if seen is None or left > seen[1] else seen[0]), left
