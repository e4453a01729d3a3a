"""A paper as pieces, one below the other: measured first, so that a roll is cut to length and a page broken between.

`Piece.spots` say where a number or amount stands, so that a test can look at it as a reader does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from ui.paper.paper_text import INK, PAPER, SetText

Draw = Callable[[QPainter, float], None]


@dataclass(frozen=True, slots=True)
class Spot:
    """A number as text, and its box in device units from the piece's corner."""

    text: str
    box: QRectF


@dataclass(frozen=True, slots=True)
class Piece:
    """`draw(painter, y)` paints it with its top at y.

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
