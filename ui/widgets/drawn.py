"""Widgets that are drawn by hand."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from protocol.override import override


class Drawn(QWidget):
    """`draw` is handed a painter of soft edges whenever the widget is to be seen."""

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter)

    @abstractmethod
    def draw(self, painter: QPainter) -> None: ...
