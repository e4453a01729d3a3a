"""Bars by our own painter: name, bar, number. The longest fills the width; nothing depends on colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from protocol.override import override
from protocol.values.arabic import isolate
from ui.widgets.theme import TOKENS

ROW_PX = 34
NAME_SHARE = 0.42
GAP_PX = 12
NUMBER_PX = 56


class Bars(QWidget):
    """A bar chart."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._bars: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, bars: Sequence[tuple[str, int]]) -> None:
        """Name and count, from top to bottom."""
        self._bars = list(bars)
        self.setAccessibleDescription("; ".join(f"{name}: {count}" for name, count in bars))
        self.setFixedHeight(max(1, len(bars)) * ROW_PX)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, max(1, len(self._bars)) * ROW_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self.font())
        most = max((count for _, count in self._bars), default=0)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for row, (name, count) in enumerate(self._bars):
            self._paint_bar(painter, row * ROW_PX, (name, count, count / most if most else 0.0), rtl=rtl)
        painter.end()

    def _paint_bar(self, painter: QPainter, top: float, bar: tuple[str, int, float], *, rtl: bool) -> None:
        name, count, share = bar
        names = self.width() * NAME_SHARE
        room = self.width() - names - NUMBER_PX - 2 * GAP_PX
        length = room * share
        absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        start, side = (self.width() - names, Qt.AlignmentFlag.AlignRight) if rtl else (0.0, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(TOKENS["ink"]))
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(names))
        painter.drawText(QRectF(start, top, names, ROW_PX), side | absolute, short)
        left = start - GAP_PX - length if rtl else names + GAP_PX
        painter.fillRect(QRectF(left, top + 7, length, ROW_PX - 14), QColor(TOKENS["primary"]))
        edge = left - GAP_PX - NUMBER_PX if rtl else left + length + GAP_PX
        painter.drawText(QRectF(edge, top, NUMBER_PX, ROW_PX), side | absolute, isolate(str(count)))
