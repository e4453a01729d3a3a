"""The search box of the home screen, with the way for whoever does not know the service inside its end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from protocol.override import override
from ui.widgets import Button, SearchEdit, Space, fill, picture

EDGE_PX: Final = 6
ICON_PX: Final = 24


class HomeSearch(SearchEdit):
    """A line with a picture at its start and a button at its end; what is typed stands between them."""

    def __init__(self, name: str, inside: Button) -> None:
        super().__init__(name)
        self.setProperty("scale", "search")
        self._inside = inside
        self._picture = picture("search", "primary", ICON_PX)
        fill(QHBoxLayout(self), Space(EDGE_PX), self._picture, 1, inside, gap=EDGE_PX, edges=(EDGE_PX,) * 4)
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

    def _keep_clear(self) -> None:
        """Sides are absolute here: the start is at the right in Arabic."""
        start = self._picture.sizeHint().width() + EDGE_PX
        end = 0 if self._inside.isHidden() else self._inside.sizeHint().width() + EDGE_PX
        left, right = (end, start) if self.isRightToLeft() else (start, end)
        self.setTextMargins(left, 0, right, 0)

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
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_clear()
