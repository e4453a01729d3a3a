"""The look of this machine: chosen on its page, worn at once, and kept for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.look import keep_look
from ui.pages.display import Display
from ui.theme import Look

if TYPE_CHECKING:
    from ui.pages.page import Page
    from ui.window import Window


class DisplayFlow(QObject):
    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._behind: Page | None = None
        self._field: QWidget | None = None
        self.page = Display(window.language)
        window.add(self.page)
        self.page.asked.connect(self._wear)
        self.page.left.connect(self._back)

    def open(self) -> None:
        """From anywhere, and back to the same field."""
        if self._window.page() is not self.page:
            self._behind, self._field = self._window.page(), self._window.focusWidget()
        self.page.set_look(theme.look())
        self._window.go(self.page)

    def _wear(self, look: Look) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.wear(app, look)
        keep_look(look)
        self._window.tell_keys()

    def _back(self) -> None:
        if self._behind is not None:
            self._window.go(self._behind, self._field)
