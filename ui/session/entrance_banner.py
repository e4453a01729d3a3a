"""What whoever comes in sees first: the mark, what this is, which shop and which counter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QHBoxLayout

from protocol.override import override
from ui.widgets import RADIUS, TOKENS, Drawn, Mark, Text, fill, stacked

HEIGHT_PX: Final = 176
MARK_PX: Final = 84
ARCH_PX: Final = 150
ARCHES: Final = 4
THICK_PX: Final = 14
_PALE: Final = 16
"""Of 255: how much of the arches is seen."""


class EntranceBanner(Drawn):
    """The banner of the first screen: the mark, the name and what it promises. `line` says whose counter it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT_PX)
        self.name, self.promise, self.line = Text(role="banner-name"), Text(role="banner-promise"), Text(role="banner")
        words = stacked(1, self.name, self.promise, self.line, 1, gap=2)
        fill(QHBoxLayout(self), Mark(MARK_PX, on_dark=True), (words, 1), gap=20).setContentsMargins(32, 0, 32, 0)

    @override
    def draw(self, painter: QPainter) -> None:
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), RADIUS["card"], RADIUS["card"])
        painter.fillPath(ground, QColor(TOKENS["header"]))
        painter.setClipPath(ground)
        colour = QColor(TOKENS["on_header"])
        colour.setAlpha(_PALE)
        painter.setPen(QPen(colour, THICK_PX))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for place in range(ARCHES):
            offset = place * ARCH_PX
            left = offset - 40 if rtl else self.width() - offset - ARCH_PX + 40
            painter.drawPath(_arch(QRectF(left, 40, ARCH_PX - THICK_PX, self.height())))


def _arch(box: QRectF) -> QPainterPath:
    radius = box.width() / 2
    path = QPainterPath()
    path.moveTo(box.left(), box.bottom())
    path.lineTo(box.left(), box.top() + radius)
    path.arcTo(QRectF(box.left(), box.top(), box.width(), box.width()), 180, -180)
    path.lineTo(box.right(), box.bottom())
    return path
