"""First use: while somebody's PIN is new, each screen says once what it is for. Never over a message that stands."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from ui.shell.base_page import Page
from ui.shell.flow import Flow
from ui.shell.shell import Shell

SETTLE_MS = 600
"""After what a screen itself has to say."""


class FirstUseHints(Flow):
    """Says once what each screen is for."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._said: set[str] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        window.stack.currentChanged.connect(lambda _place: self._settle.start())

    def begin(self) -> None:
        """Somebody has just set a first PIN here."""
        self._said = set()

    def end(self) -> None:
        """He has signed out: the next time he knows."""
        self._said = None

    def _tell(self) -> None:
        page = self._window.page()
        if self._said is None or page.objectName() in self._said or not self._may(page):
            return
        self._said.add(page.objectName())
        page.explain("hint.first")

    def _may(self, page: Page) -> bool:
        return page.notice.isHidden() and not self._window.busy and page.objectName() != "pageHelp"
