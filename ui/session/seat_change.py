"""Somebody else sits down here: asked at the first press, done at the second, which is no echo of the first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from ui.shell import Page, Shell
from ui.widgets.push_button import GAP_MS


class SeatChange:
    """Asks before somebody else sits down.

    The question stands where the page says things; whatever else is said there meanwhile takes it back.
    """

    def __init__(self, window: Shell, leave: Callable[[], None]) -> None:
        self._window, self._leave = window, leave
        self._asked_on: Page | None = None
        self._asked = ""
        self._echo = QTimer(window, singleShot=True, interval=GAP_MS)

    def ask(self) -> None:
        page = self._window.page()
        standing = page is self._asked_on and page.notice.text() == self._asked
        if not standing:
            page.show_notice("wait", "seat.change", "seat.change.more")
            self._asked_on, self._asked = page, page.notice.text()
            self._echo.start()
        elif not self._echo.isActive():
            self._asked_on = None
            self._leave()
