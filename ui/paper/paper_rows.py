"""The rows of a paper: a label and its value, a label and its money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kiosk.model.paper_sheet import Amount, Block, Fact, Tally, Worth
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from ui.paper.paper_layout import GAP, INK, LEFT, RIGHT, Frame, Piece, Placed, SetText, Style, natural_width, written

BODY: Final = 24
SMALL: Final = 20
TOTAL: Final = 40
_LABEL_SHARE: Final = 0.4
_NARROWEST: Final = 0.3


def lined_up(frame: Frame, blocks: Iterable[Block]) -> Frame:
    """The frame with the columns that the facts and amounts of a paper share."""
    label = number = 0.0
    for block in blocks:
        if isinstance(block, Fact):
            label = max(label, frame.natural(frame.words(block.label), BODY))
        elif isinstance(block, Amount) and block.weight != "total":
            number = max(number, natural_width(format_pt(block.amount_pt), BODY * frame.scale, bold=True))
        elif isinstance(block, Tally):
            number = max(number, natural_width(format_pt(block.face_pt * block.count), BODY * frame.scale, bold=True))
    share = _NARROWEST if frame.wide else _LABEL_SHARE
    return replace(frame, label=min(label, frame.inner * share), number=number)


def fact(frame: Frame, block: Fact) -> Piece:
    """A label, and its value beside it; below it where a number would have to be broken."""
    offset = frame.label + GAP * frame.scale
    room, told = frame.inner - offset, frame.words(block.value)
    label = frame.set(frame.words(block.label), frame.label, BODY)
    value = frame.set(told, room, BODY, bold=block.strong)
    spot = block.value if isinstance(block.value, str) else ""
    if spot and value.lines > 1:
        label = frame.set(frame.words(block.label), frame.inner, BODY)
        value = frame.set(told, frame.inner, BODY, bold=block.strong)
        below = Placed(value, frame.margin, label.height, spot)
        return written(label.height + value.height + 3 * frame.scale, Placed(label, frame.margin), below)
    beside = Placed(value, frame.start(offset, room), 0, spot)
    height = max(label.height, value.height) + 3 * frame.scale
    return written(height, Placed(label, frame.start(0, frame.label)), beside)


@dataclass(frozen=True, slots=True)
class _Money:
    """An amount set with its currency at the trailing edge; numbers end at the same place, so that decimals line up."""

    frame: Frame
    number: SetText
    currency: SetText
    column: float
    text: str

    @property
    def width(self) -> float:
        return self.column + self.currency.natural

    @property
    def height(self) -> float:
        return self.number.height

    def at(self, y: float, x: float = 0) -> tuple[Placed, Placed]:
        """The number stands on the inner side of its currency; `x` further from the left."""
        frame, edge = self.frame, self.currency.natural
        low = y + (self.number.height - self.currency.height) * 0.8
        if frame.rtl:
            left, inner = frame.margin, frame.margin + edge
        else:
            left = frame.margin + (frame.inner - edge)
            inner = frame.margin + frame.inner - self.width - GAP / 2 * frame.scale
        return Placed(self.currency, x + left, low), Placed(self.number, x + inner, y, self.text)


def _money(frame: Frame, amount_pt: int, size: float) -> _Money:
    text, gap = format_pt(amount_pt), GAP / 2 * frame.scale
    bold = size > SMALL
    column = max(frame.number, natural_width(text, size * frame.scale, bold=bold)) + gap
    number = SetText(text, column, Style(size * frame.scale, bold, RIGHT))
    currency = SetText(frame.say("paper.currency"), frame.inner, Style(size * 0.8 * frame.scale, bold, LEFT, frame.rtl))
    return _Money(frame, number, currency, column, text)


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
            end = (money.column if frame.rtl else money.number.natural) + money.currency.natural + 2 * gap
            frame.dots(painter, begin, frame.inner - begin - end, y + last + money.height * 0.62)

    return written(label.height + 3 * frame.scale, Placed(label, frame.start(0, room)), *money.at(last), under=dots)


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
    """The sum in a frame, the largest print on the paper; label above it where both do not fit on a line."""
    pad, gap = 8 * frame.scale, GAP * frame.scale
    inset = Frame(frame.width - 2 * pad, frame.scale, frame.language)
    money, told = _money(inset, block.amount_pt, TOTAL), frame.words(block.label)
    beside = inset.natural(told, TOTAL * 0.75, bold=True) + gap + money.width <= inset.inner
    room = inset.inner - money.width - gap if beside else inset.inner
    label = inset.set(told, room, TOTAL * 0.75, bold=True)
    top = pad + (max(0.0, (money.height - label.height) * 0.7) if beside else 0)
    money_top = pad if beside else pad + label.height
    height = max(top + label.height, money_top + money.height) + pad
    texts = Placed(label, pad + inset.start(0, room), pad + top), *money.at(pad + money_top, pad)
    return written(height + 20 * frame.scale, *texts, under=lambda painter, y: _box(frame, painter, y + pad, height))


def _box(frame: Frame, painter: QPainter, y: float, height: float) -> None:
    thick = max(1.0, 3 * frame.scale)
    x, width = frame.margin, frame.inner
    for side in (
        QRectF(x, y, width, thick), QRectF(x, y + height - thick, width, thick),
        QRectF(x, y, thick, height), QRectF(x + width - thick, y, thick, height),
    ):  # fmt: skip
        painter.fillRect(side, INK)
