"""The measures of one paper: how wide, how large a unit, which way it reads, and text set by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kiosk.model.paper_sheet import Said
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.paper.paper_text import CENTRE, INK, LEFT, RIGHT, SetText, Style, natural_width

MARGIN: Final = 10
GAP: Final = 12
WIDE: Final = 700
"""From so many units on it is a page, not a roll."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`width` is in device units, `scale` device units in a unit: a dot of an 80 mm printer (203 dpi).

    What lines up down the paper, in device units: how wide the labels of facts are, and the widest amount.
    """

    width: float
    scale: float
    language: Language
    label: float = 0
    number: float = 0
    practice: bool = False

    @property
    def rtl(self) -> bool:
        return self.language == "ar"

    @property
    def wide(self) -> bool:
        return self.width / self.scale >= WIDE

    @property
    def margin(self) -> float:
        return MARGIN * self.scale

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin

    @property
    def lead(self) -> Qt.AlignmentFlag:
        return RIGHT if self.rtl else LEFT

    @property
    def trail(self) -> Qt.AlignmentFlag:
        return LEFT if self.rtl else RIGHT

    def words(self, text: Said | str) -> str:
        """The words in this paper's language; a plain string is a number and keeps its order."""
        return isolate(text) if isinstance(text, str) else text.in_language(self.language)

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def set(
        self, text: str, width: float, size: float, *, bold: bool = False, align: Qt.AlignmentFlag | None = None
    ) -> SetText:
        style = Style(size * self.scale, bold, self.lead if align is None else align, self.rtl)
        return SetText(text, width, style)

    def centred(self, text: str, size: float, *, bold: bool = False) -> SetText:
        return self.set(text, self.inner, size, bold=bold, align=CENTRE)

    def natural(self, text: str, size: float, *, bold: bool = False) -> float:
        return natural_width(text, size * self.scale, bold=bold)

    def start(self, offset: float, width: float) -> float:
        """The x of a box `width` wide that begins `offset` from the leading margin."""
        return self.width - self.margin - offset - width if self.rtl else self.margin + offset

    def rule(self, painter: QPainter, y: float, thickness: float = 2) -> None:
        painter.fillRect(QRectF(self.margin, y, self.inner, max(1.0, thickness * self.scale)), INK)

    def dots(self, painter: QPainter, offset: float, width: float, y: float) -> None:
        """A dotted line, `width` long from `offset` on."""
        step, dot, x = 8 * self.scale, max(1.0, 2 * self.scale), self.start(offset, width)
        for place in range(int(width // step)):
            painter.fillRect(QRectF(x + place * step, y, dot, dot), INK)
