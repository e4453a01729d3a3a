"""First trust: claim, show six digits, and ask every two seconds whether the centre has approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from kiosk.errors import KioskError
from ui.pages.enrol import Enrol
from ui.ports import Counter

if TYPE_CHECKING:
    from ui.window import Window

POLL_MS = 2_000


class Enrolling(QObject):
    def __init__(self, window: Window, counter: Counter, page: Enrol, done: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._counter = counter
        self._page = page
        self._done = done
        self._poll = QTimer(self)
        self._poll.setSingleShot(True)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._ask)
        page.asked.connect(self._claim)

    def _claim(self, url: str, slot: str, code: str) -> None:
        self._window.wait("busy.line")
        self._window.bridge.ask_slow(
            lambda: self._counter.enrolment.claim(url, slot, code), self._claimed, self._refused
        )

    def _claimed(self, digits: str) -> None:
        self._window.free()
        self._page.calm()
        self._page.set_digits(digits)
        self._window.tell_keys()
        self._poll.start()

    def _refused(self, error: KioskError) -> None:
        self._window.free()
        self._page.set_digits("")
        self._page.fail(error)
        self._page.first().setFocus()

    def _ask(self) -> None:
        self._window.bridge.ask_slow(self._counter.enrolment.poll, self._answered, self._away)

    def _answered(self, approved: bool) -> None:
        if approved:
            self._page.set_digits("")
            self._done()
        else:
            self._page.calm()
            self._poll.start()

    def _away(self, error: KioskError) -> None:
        """The line may come back; the question is asked again."""
        self._page.fail(error)
        self._poll.start()
