"""The rows of a paper: a label and its value, a label and its money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kiosk.model.paper_sheet import Amount, Fact, Tally, Worth
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from ui.paper.paper_layout import GAP, INK, LEFT, Frame, Piece, Placed, SetText, Style, written

BODY: Final = 24
LARGE: Final = 30
SMALL: Final = 18
TOTAL: Final = 38


def fact(frame: Frame, block: Fact) -> Piece:
    """A label, and its value at the other edge; below it where it would have to be broken beside it."""
    gap = GAP * frame.scale
    told, words = frame.words(block.value), frame.words(block.label)
    spot = block.value if isinstance(block.value, str) else ""
    beside = frame.natural(words, BODY) + gap + frame.natural(told, BODY, bold=block.strong) <= frame.inner
    label = frame.set(words, frame.natural(words, BODY) + 1 if beside else frame.inner, BODY)
    room = frame.inner - label.natural - gap if beside else frame.inner
    value = frame.set(told, room, BODY, bold=block.strong, align=frame.trail)
    below = 0 if beside else label.height
    height = below + value.height + 2 * frame.scale
    label_x = frame.start(0, label.natural + 1 if beside else frame.inner)
    label_y = (value.height - label.height) / 2 if beside else 0
    placed = Placed(label, label_x, label_y), Placed(value, frame.start(frame.inner - room, room), below, spot)
    return written(height, *placed)


@dataclass(frozen=True, slots=True)
class _Money:
    """An amount beside its currency, at the trailing edge."""

    frame: Frame
    number: SetText
    currency: SetText
    gap: float
    text: str

    @property
    def width(self) -> float:
        return self.number.natural + self.gap + self.currency.natural

    @property
    def height(self) -> float:
        return self.number.height

    def at(self, y: float, x: float = 0, *, white: bool = False) -> tuple[Placed, Placed]:
        """The number stands on the inner side of its currency; `x` further from the left."""
        frame = self.frame
        low = y + (self.number.height - self.currency.height) * 0.8
        if frame.rtl:
            left, inner = frame.margin, frame.margin + self.currency.natural + self.gap
        else:
            left = frame.margin + frame.inner - self.currency.natural
            inner = left - self.gap - self.number.natural
        return Placed(self.currency, x + left, low, white=white), Placed(self.number, x + inner, y, self.text, white)


def _money(frame: Frame, amount_pt: int, size: float) -> _Money:
    text, bold = format_pt(amount_pt), size > SMALL
    number = SetText(text, frame.inner, Style(size * frame.scale, bold, LEFT))
    currency = SetText(frame.say("paper.currency"), frame.inner, Style(size * 0.8 * frame.scale, bold, LEFT))
    return _Money(frame, number, currency, GAP / 2 * frame.scale, text)


def amount(frame: Frame, block: Amount) -> Piece:
    if block.weight == "total":
        return _total(frame, block)
    size = SMALL if block.weight == "small" else BODY
    return _priced(frame, frame.words(block.label), _money(frame, block.amount_pt, size), size)


def tally(frame: Frame, block: Tally) -> Piece:
    """``100.00 × 3`` and what it comes to."""
    label = isolate(f"{format_pt(block.face_pt)} × {block.count}")
    return _priced(frame, label, _money(frame, block.face_pt * block.count, BODY), BODY)


def _priced(frame: Frame, told: str, money: _Money, size: float) -> Piece:
    gap = GAP * frame.scale
    room = frame.inner - money.width - gap
    label = frame.set(told, room, size)
    last = label.height - label.height / max(label.lines, 1)  # the amount stands beside the label's last line

    def dots(painter: QPainter, y: float) -> None:
        if frame.wide:
            begin = label.last + gap
            end = money.width + gap
            frame.dots(painter, begin, frame.inner - begin - end, y + last + money.height * 0.62)

    return written(label.height + 2 * frame.scale, Placed(label, frame.start(0, room)), *money.at(last), under=dots)


def worth(frame: Frame, block: Worth) -> Piece:
    """A price in words, where its amount would stand."""
    gap, told = GAP * frame.scale, frame.words(block.words)
    share = min(frame.natural(told, BODY, bold=True), frame.inner * 0.5)
    words = frame.set(told, share, BODY, bold=True, align=frame.trail)
    room = frame.inner - share - gap
    label = frame.set(frame.words(block.label), room, BODY)
    height = max(label.height, words.height) + 3 * frame.scale
    return written(height, Placed(label, frame.start(0, room)), Placed(words, frame.start(room + gap, share)))


def _total(frame: Frame, block: Amount) -> Piece:
    """The sum in white on black, the largest print on the paper; its label above it where both do not fit on a line."""
    pad, gap = 8 * frame.scale, GAP * frame.scale
    inset = Frame(frame.width - 2 * pad, frame.scale, frame.language)
    money, told = _money(inset, block.amount_pt, TOTAL), frame.words(block.label)
    beside = inset.natural(told, TOTAL * 0.75, bold=True) + gap + money.width <= inset.inner
    room = inset.inner - money.width - gap if beside else inset.inner
    label = inset.set(told, room, TOTAL * 0.75, bold=True)
    top = (money.height - label.height) * 0.6 if beside else 0
    money_top = 0 if beside else label.height
    height, above = money_top + money.height, 4 * frame.scale
    placed = Placed(label, pad + inset.start(0, room), above + top, white=True)
    sums = money.at(above + money_top, pad, white=True)

    def black(painter: QPainter, y: float) -> None:
        painter.fillRect(QRectF(frame.margin, y + above, frame.inner, height), INK)

    return written(height + 2 * above, placed, *sums, under=black)
