"""The name of a key, drawn as a key: on a button, in the footer, on a tile."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtWidgets import QSizePolicy

from protocol.override import override
from protocol.values.arabic import isolate
from ui.widgets.labels import Text
from ui.widgets.theme import TOKENS, make_font, text_px

CAP_PX: Final = 28
LEAST_PX: Final = 34
"""How high a key is, and how wide that of one letter."""
_SIDES_PX: Final = 16
_RADIUS: Final = 5
_EDGE_ALPHA, _FACE_ALPHA = 140, 40
"""Of a key on a dark ground: its edge and its face let so much of its own colour through."""


class Key(str):
    """The key of a row, in a cell of its own."""

    __slots__ = ()


def cap_px(key: str) -> int:
    """How wide that key is."""
    return max(LEAST_PX, QFontMetrics(_font()).horizontalAdvance(key) + _SIDES_PX)


def draw_cap(painter: QPainter, place: QRect, key: str, ink: QColor, *, dark: bool = False) -> None:
    """A key with its name, a little higher than what it lies on; drawn once as long as it is used."""
    sharp = painter.device().devicePixelRatioF()
    look = TOKENS["cap"], TOKENS["cap_low"], TOKENS["cap_line"], text_px("cap"), sharp, dark
    name, drawn = f"cap/{key}/{place.size().toTuple()}/{ink.name(QColor.NameFormat.HexArgb)}/{look}", QPixmap()
    if not QPixmapCache.find(name, drawn):
        drawn = QPixmap(place.size() * sharp)
        drawn.setDevicePixelRatio(sharp)
        drawn.fill(Qt.GlobalColor.transparent)
        with QPainter(drawn) as inside:
            _draw_cap(inside, QRect(QPoint(), place.size()), key, ink, dark=dark)
        QPixmapCache.insert(name, drawn)
    painter.drawPixmap(place.topLeft(), drawn)


def _draw_cap(painter: QPainter, place: QRect, key: str, ink: QColor, *, dark: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge, face = QColor(ink), QColor(ink)
    edge.setAlpha(_EDGE_ALPHA)
    face.setAlpha(_FACE_ALPHA)
    lit = QLinearGradient(place.topLeft(), place.bottomLeft())
    lit.setColorAt(0, face if dark else QColor(TOKENS["cap"]))
    lit.setColorAt(1, face if dark else QColor(TOKENS["cap_low"]))
    line = edge if dark else QColor(TOKENS["cap_line"])
    painter.setPen(QPen(line, 1))
    painter.setBrush(lit)
    painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), _RADIUS, _RADIUS)
    painter.setPen(QPen(line, 2))
    foot = place.bottom() - 1
    painter.drawLine(place.left() + _RADIUS, foot, place.right() - _RADIUS, foot)
    painter.setPen(ink)
    painter.setFont(_font())
    painter.drawText(place.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignCenter, key)


def _font() -> QFont:
    return make_font("cap", QFont.Weight.DemiBold)


class KeyCap(Text):
    """A key on its own."""

    def __init__(self, key: str = "") -> None:
        super().__init__(role="key")
        self._key = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tell_key(key)

    def tell_key(self, key: str) -> None:
        self._key = key
        self.setText(isolate(key) if key else "")
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(cap_px(self._key), CAP_PX)

    minimumSizeHint = sizeHint

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._key:
            painter = QPainter(self)
            draw_cap(painter, self.rect(), self._key, QColor(TOKENS["ink" if self.isEnabled() else "off_line"]))
            painter.end()
