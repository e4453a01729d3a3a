"""Our own simple pictures, drawn in one colour, always beside a word; and the mark, in two."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QLabel, QStyle

from protocol.override import override
from ui.widgets.drawn import Drawn
from ui.widgets.layouts import reveal
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


Picture = tuple[str, str]
"""The name of an icon, and the family whose tint it has."""
_FAMILY_GAP: Final = 6


def _paint_family(painter: QPainter, place: QRect, picture: Picture) -> None:
    name, family = picture
    side = place.width()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(TOKENS[f"f_{family}"]))
    painter.drawRoundedRect(place, side / _TILE_RADIUS, side / _TILE_RADIUS)
    inner = side * 2 // 3
    aside = (side - inner) // 2
    painter.drawPixmap(place.topLeft() + QPoint(aside, aside), pixmap(name, TOKENS[f"f_{family}_i"], inner))


class FamilyIcon(Drawn):
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
    def draw(self, painter: QPainter) -> None:
        if self._name:
            _paint_family(painter, self.rect(), (self._name, self._family))


class FamilyIcons(Drawn):
    """Those of several services side by side, each once; none takes no room."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self.pictures: list[Picture] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, pictures: Sequence[Picture]) -> None:
        self.pictures = list(dict.fromkeys(pictures))
        count = len(self.pictures)
        self.setFixedSize(count * self._size + max(0, count - 1) * _FAMILY_GAP, self._size)
        reveal(self.pictures, self)
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        for number, picture in enumerate(self.pictures):
            place = QRect(number * (self._size + _FAMILY_GAP), 0, self._size, self._size)
            _paint_family(painter, QStyle.visualRect(self.layoutDirection(), self.rect(), place), picture)
