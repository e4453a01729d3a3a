"""The mark of منفذ in one colour, as paths: a roll knows no greys, and a page no pictures of dots."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from ui.paper.paper_layout import INK

_UNITS: Final = 32


def draw_mark(painter: QPainter, box: QRectF) -> None:
    """A window in an arch, and somebody behind it; `box` is a square."""
    scale = box.width() / _UNITS
    placed = QTransform.fromTranslate(box.x(), box.y()).scale(scale, scale)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(placed.map(_mark()), INK)
    painter.restore()


def _mark() -> QPainterPath:
    """In a square of 32."""
    arch = QPainterPath(QPointF(4, 26))
    arch.lineTo(4, 14)
    arch.cubicTo(4, 7.4, 9.4, 2, 16, 2)
    arch.cubicTo(22.6, 2, 28, 7.4, 28, 14)
    arch.lineTo(28, 26)
    arch.lineTo(22.4, 26)
    arch.lineTo(22.4, 14.3)
    arch.cubicTo(22.4, 10.7, 19.6, 7.8, 16, 7.8)
    arch.cubicTo(12.4, 7.8, 9.6, 10.7, 9.6, 14.3)
    arch.lineTo(9.6, 26)
    arch.closeSubpath()
    arch.addEllipse(QPointF(16, 15.6), 3.2, 3.2)
    arch.moveTo(11.6, 26)
    arch.cubicTo(11.6, 22.7, 13.3, 20.7, 16, 20.7)
    arch.cubicTo(18.7, 20.7, 20.4, 22.7, 20.4, 26)
    arch.closeSubpath()
    arch.addRoundedRect(QRectF(1.5, 27.3, 29, 3.2), 1.6, 1.6)
    arch.setFillRule(Qt.FillRule.WindingFill)
    return arch
