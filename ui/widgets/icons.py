"""Our own simple pictures, drawn in one colour, always beside a word; and the mark, in two."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap, QPixmapCache
from PySide6.QtWidgets import QLabel, QWidget

from protocol.override import override
from ui.widgets.theme import TOKENS

_SHARPNESS: Final = 2
"""Dots drawn for each dot of the screen, so that a dense screen stays sharp."""
_TILE_RADIUS: Final = 4
"""Of a family's tile: its size through this."""


@cache
def _svg(name: str) -> str:
    return (files("assets") / f"{name}.svg").read_text(encoding="utf-8")


def _drawn(key: str, svg: str, box: int, size: int) -> QPixmap:
    """The drawing of a `box` as a picture of `size`; drawn once as long as it is used."""
    found = QPixmap()
    if not QPixmapCache.find(key, found):
        sides = 'width="{0}" height="{0}"'
        found.loadFromData(svg.replace(sides.format(box), sides.format(_SHARPNESS * size), 1).encode())
        found.setDevicePixelRatio(_SHARPNESS)
        QPixmapCache.insert(key, found)
    return found


def pixmap(name: str, colour: str, size: int = 24) -> QPixmap:
    """The icon of that name in that colour."""
    return _drawn(f"{name}/{colour}/{size}", _svg(f"icons/{name}").replace("currentColor", colour), 24, size)


def icon(name: str, colour: str) -> QIcon:
    return QIcon(pixmap(name, colour))


def mark_pixmap(size: int, frame: str, person: str) -> QPixmap:
    """The mark of منفذ: the arch of a window in one colour, and whoever stands in it in another."""
    normal = _svg("mark").replace("#12324A", frame).replace("#C9713B", person)
    return _drawn(f"mark/{frame}/{person}/{size}", normal, 32, size)


class Mark(QLabel):
    """The mark, on a light ground or a dark one."""

    def __init__(self, size: int, *, on_dark: bool = False) -> None:
        super().__init__()
        self._size = size
        self.setFixedSize(size, size)
        self.paint_on(dark=on_dark)

    def paint_on(self, *, dark: bool) -> None:
        frame, person = ("on_header", "accent_light") if dark else ("header", "accent")
        self.setPixmap(mark_pixmap(self._size, TOKENS[frame], TOKENS[person]))


class FamilyIcon(QWidget):
    """The icon of a family of services on its tint; it says nothing to a screen reader, the word beside it does."""

    def __init__(self, name: str = "", family: str = "civil", size: int = 48) -> None:
        super().__init__()
        self._name, self._family = name, family
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def tell(self, name: str, family: str) -> None:
        self._name, self._family = name, family
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._name:
            return
        painter, side = QPainter(self), self.width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS[f"f_{self._family}"]))
        painter.drawRoundedRect(self.rect(), side / _TILE_RADIUS, side / _TILE_RADIUS)
        inner = side * 2 // 3
        place = (side - inner) // 2
        painter.drawPixmap(place, place, pixmap(self._name, TOKENS[f"f_{self._family}_i"], inner))
        painter.end()
