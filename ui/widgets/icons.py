"""Our own simple pictures, drawn in one colour; always beside a word."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtGui import QIcon, QPixmap


@cache
def _svg(name: str) -> str:
    return (files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: str, size: int = 24) -> QPixmap:
    """Rendered at twice the size, so that a dense screen stays sharp."""
    drawn = (
        _svg(name)
        .replace("currentColor", colour)
        .replace('width="24" height="24"', f'width="{2 * size}" height="{2 * size}"')
    )
    picture = QPixmap()
    picture.loadFromData(drawn.encode())
    picture.setDevicePixelRatio(2)
    return picture


def icon(name: str, colour: str) -> QIcon:
    return QIcon(pixmap(name, colour))
