"""Buttons that fire once: a native double click clicks twice, Enter held down repeats."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton

from protocol.override import override
from protocol.values.arabic import isolate
from ui.widgets.icons import icon
from ui.widgets.theme import TOKENS


class Button(QPushButton):
    """Never a dialog's default; a second click of a double click and a held key are not heard.

    One that `saves` what cannot be taken back, money above all, is deaf to Enter, and Enter does not lead to it:
    Enter means "next field", and whoever presses it once too often has sold something.
    """

    def __init__(self, name: str, variant: str = "", *, picture: str = "", saves: bool = False) -> None:
        super().__init__()
        self.saves = saves
        self.setObjectName(name)
        self.setAutoDefault(False)
        if variant:
            self.setProperty("variant", variant)
        if picture:
            self.setIcon(icon(picture, TOKENS["on_primary" if variant in ("primary", "header") else "ink"]))
            self.setIconSize(QSize(22, 22))

    def word(self, text: str, key: str = "") -> None:
        """Name the action, and its key after it."""
        self.setText(f"{text}   {isolate(key)}" if key else text)
        self.setAccessibleName(text)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressing = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if pressing and event.isAutoRepeat():
            event.accept()
        elif pressing and event.key() != Qt.Key.Key_Space:
            event.accept()
            if not self.saves:
                self.click()
        else:
            super().keyPressEvent(event)
