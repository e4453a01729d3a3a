"""Widgets that are drawn by hand."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from protocol.override import override


class Drawn(QWidget):
    """A widget that is drawn by hand: whenever it is to be seen, `draw` is handed a painter of soft edges."""

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter)

    @abstractmethod
    def draw(self, painter: QPainter) -> None: ...
