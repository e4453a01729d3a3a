"""Text on paper: set once, measured, drawn where it is wanted.

Rows are set label by label: text documents do not mirror tables, and mixed runs reorder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

FAMILY: Final = "IBM Plex Sans Arabic"
INK: Final = QColor(0, 0, 0)
PAPER: Final = QColor(255, 255, 255)
LEFT: Final = Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignRight
CENTRE: Final = Qt.AlignmentFlag.AlignHCenter


def paper_font(size: float, *, bold: bool = False) -> QFont:
    """The bundled font; without its localised digits, whose glyphs have no Unicode and vanish from PDF text."""
    font = QFont(FAMILY)
    font.setPixelSize(max(1, round(size)))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Medium)
    font.setFeature(QFont.Tag("locl"), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: pixel size, weight, alignment (absolute), direction."""

    size: float
    bold: bool = False
    align: Qt.AlignmentFlag = LEFT
    rtl: bool = False


class SetText:
    """A text broken into lines of at most `width`. `natural` is the widest line, `last` the width of the last one."""

    def __init__(self, text: str, width: float, style: Style) -> None:
        self._layout = QTextLayout(text, paper_font(style.size, bold=style.bold))
        option = QTextOption(style.align | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if style.rtl else Qt.LayoutDirection.LeftToRight)
        self._layout.setTextOption(option)
        self._width, self._align = width, style.align
        self.lines = 0
        self.height = self.natural = self.last = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0, self.height))
            self.height += line.height()
            self.last = line.naturalTextWidth()
            self.natural = max(self.natural, self.last)
            self.lines += 1
        self._layout.endLayout()

    @property
    def indent(self) -> float:
        """From the edge of its room to where its widest line begins."""
        free = self._width - self.natural
        return {RIGHT: free, CENTRE: free / 2}.get(self._align, 0.0)

    def draw(self, painter: QPainter, x: float, y: float, colour: QColor = INK) -> None:
        painter.setPen(colour)
        self._layout.draw(painter, QPointF(x, y))


def natural_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide `text` is on one line."""
    return SetText(text, 1e6, Style(size, bold)).natural
