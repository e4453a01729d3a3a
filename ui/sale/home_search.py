"""The search box of the home screen, with the way for whoever does not know the service inside its end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from protocol.override import override
from ui.widgets import Button, SearchEdit, fill

EDGE_PX: Final = 6


class HomeSearch(SearchEdit):
    """A line with a button at its end; what is typed stands before it."""

    def __init__(self, name: str, inside: Button) -> None:
        self._inside = inside
        super().__init__(name)
        self.setProperty("scale", "search")
        fill(QHBoxLayout(self), 1, inside, gap=EDGE_PX, edges=(EDGE_PX,) * 4)
        inside.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes what was found, and leads to no other field."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

    def offer(self, *, whole: bool) -> None:
        """Whether the button is there."""
        self._inside.setVisible(whole)
        self._keep_clear()

    @override
    def _end_px(self) -> int:
        return 0 if self._inside.isHidden() else self._inside.sizeHint().width() + EDGE_PX

    @override
    def sizeHint(self) -> QSize:
        """As high as the button and its edge, whether it is there or not: nothing below moves."""
        self._inside.ensurePolished()
        return QSize(super().sizeHint().width(), self._inside.sizeHint().height() + 2 * EDGE_PX)

    minimumSizeHint = sizeHint

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_clear()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_clear()
