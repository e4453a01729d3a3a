"""What a paper is laid out of: text set once and measured, the frame it is set by, and pieces one below the other.

Rows are set label by label: text documents do not mirror tables, and mixed runs reorder. Pieces are measured first, so
that a roll is cut to length and a page broken between. `Piece.spots` say where a number or amount stands, so that a
test can look at it as a reader does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import isolate

FAMILY: Final = "IBM Plex Sans Arabic"
INK: Final = QColor(0, 0, 0)
PAPER: Final = QColor(255, 255, 255)
LEFT: Final = Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignRight
CENTRE: Final = Qt.AlignmentFlag.AlignHCenter
MARGIN: Final = 10
GAP: Final = 12
WIDE: Final = 700
"""From so many units on it is a page, not a roll."""


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


LEADING: Final = 1.24
"""A line's height by its letters'. The font's own, half as much again, is for marks that no paper has."""


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
            pitch = style.size * LEADING
            line.setPosition(QPointF(0, self.height + (pitch - line.height()) / 2))
            self.height += pitch
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


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures that a paper is set by. `width` is in device units, `scale` device units in a unit: a dot of an 80
    mm printer (203 dpi).

    Labels stand at its start, and what they say at its end.
    """

    width: float
    scale: float
    language: Language
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

    def words(self, text: Bilingual | str) -> str:
        """The words in this paper's language; a plain string is a number and keeps its order."""
        return isolate(text) if isinstance(text, str) else text[self.language]

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def set(
        self, text: str, width: float, size: float, *, bold: bool = False, align: Qt.AlignmentFlag | None = None
    ) -> SetText:
        style = Style(size * self.scale, bold, self.lead if align is None else align, self.rtl)
        return SetText(text, width, style)

    def natural(self, text: str, size: float, *, bold: bool = False) -> float:
        return natural_width(text, size * self.scale, bold=bold)

    def start(self, offset: float, width: float) -> float:
        """The x of a box `width` wide that begins `offset` from the leading margin."""
        return self.width - self.margin - offset - width if self.rtl else self.margin + offset

    def rule(self, painter: QPainter, y: float, thick: float = 2) -> None:
        painter.fillRect(QRectF(self.margin, y, self.inner, max(1.0, thick * self.scale)), INK)

    def dots(self, painter: QPainter, offset: float, width: float, y: float) -> None:
        """A dotted line, `width` long from `offset` on."""
        step, dot, x = 8 * self.scale, max(1.0, 2 * self.scale), self.start(offset, width)
        for place in range(int(width // step)):
            painter.fillRect(QRectF(x + place * step, y, dot, dot), INK)


# ---- pieces

Draw = Callable[[QPainter, float], None]


@dataclass(frozen=True, slots=True)
class Spot:
    """A number as text, and its box in device units from the piece's corner."""

    text: str
    box: QRectF


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paper that is painted as one. `draw(painter, y)` paints it with its top at y.

    `keep`: it stays with the piece after it. `parts`: it parts what is above from what is below.
    """

    height: float
    draw: Draw
    keep: bool = False
    parts: bool = False
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A text where it stands on its piece; `spot` is the number that it says."""

    text: SetText
    x: float
    y: float = 0
    spot: str = ""
    white: bool = False

    @property
    def box(self) -> QRectF:
        return QRectF(self.x + self.text.indent, self.y, self.text.natural, self.text.height)


def written(height: float, *texts: Placed, under: Draw = lambda _painter, _y: None, keep: bool = False) -> Piece:
    """A piece of texts, on what `under` paints."""

    def draw(painter: QPainter, y: float) -> None:
        under(painter, y)
        for one in texts:
            one.text.draw(painter, one.x, y + one.y, PAPER if one.white else INK)

    return Piece(height, draw, keep=keep, spots=tuple(Spot(one.spot, one.box) for one in texts if one.spot))


def total_height(pieces: Iterable[Piece]) -> float:
    return sum(piece.height for piece in pieces)


def draw_all(painter: QPainter, pieces: Iterable[Piece], top: float = 0) -> None:
    for piece in pieces:
        piece.draw(painter, top)
        top += piece.height


def spots(pieces: Iterable[Piece], top: float = 0) -> list[Spot]:
    """Every number on the paper with its box from the paper's corner."""
    found = []
    for piece in pieces:
        found += [Spot(spot.text, spot.box.translated(0, top)) for spot in piece.spots]
        top += piece.height
    return found


def paginate(pieces: Sequence[Piece], room: float) -> list[list[Piece]]:
    """The pieces on pages `room` high: broken where a rule parts them, inside such a part only where it is long."""
    pages: list[list[Piece]] = [[]]
    for part in _split(pieces, lambda piece: piece.parts):
        long = total_height(part) > room / 2
        for group in _split(part, lambda piece: not piece.keep) if long else [part]:
            if pages[-1] and total_height(pages[-1]) + total_height(group) > room:
                pages.append([])
            pages[-1] += group
    return pages


def _split(pieces: Sequence[Piece], ends: Callable[[Piece], bool]) -> list[list[Piece]]:
    """Groups, each ending with a piece that `ends`, the last one with whatever is left."""
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        groups[-1].append(piece)
        if ends(piece):
            groups.append([])
    return [group for group in groups if group]
