"""The rows of a paper: a label and its value, a label and its money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kiosk.model.paper_sheet import Amount, Block, Fact, Tally, Worth
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from ui.paper.paper_frame import GAP, Frame
from ui.paper.paper_text import INK, LEFT, RIGHT, SetText, Style, natural_width
from ui.paper.pieces import Piece, Spot

BODY: Final = 24
SMALL: Final = 20
TOTAL: Final = 40
_LABEL_SHARE: Final = 0.4
_NARROWEST: Final = 0.3


@dataclass(frozen=True, slots=True)
class Columns:
    """What lines up down the paper, in device units: where values begin, and how wide the widest amount is."""

    label: float
    number: float


def columns(frame: Frame, blocks: Iterable[Block]) -> Columns:
    """The columns that the facts and amounts of a paper share."""
    label = number = 0.0
    for block in blocks:
        if isinstance(block, Fact):
            label = max(label, frame.natural(frame.told(block.label), BODY))
        elif isinstance(block, Amount) and block.weight != "total":
            number = max(number, natural_width(format_pt(block.amount_pt), BODY * frame.scale, bold=True))
        elif isinstance(block, Tally):
            number = max(number, natural_width(format_pt(block.face_pt * block.count), BODY * frame.scale, bold=True))
    share = _NARROWEST if frame.wide else _LABEL_SHARE
    return Columns(min(label, frame.inner * share), number)


def fact(frame: Frame, at: Columns, block: Fact) -> Piece:
    """A label, and its value beside it; below it where a number would have to be broken."""
    gap = GAP * frame.scale
    offset = at.label + gap
    room, told = frame.inner - offset, frame.told(block.value)
    label = frame.set(frame.told(block.label), at.label, BODY)
    value = frame.set(told, room, BODY, bold=block.strong)
    if isinstance(block.value, str) and value.lines > 1:
        return _stacked(frame, block)
    x = frame.start(offset, room)
    spots = _spot(frame, block, value, x, 0.0, room)

    def draw(painter: QPainter, y: float) -> None:
        label.draw(painter, frame.start(0, at.label), y)
        value.draw(painter, x, y)

    return Piece(max(label.height, value.height) + 3 * frame.scale, draw, spots=spots)


def _stacked(frame: Frame, block: Fact) -> Piece:
    label = frame.set(frame.told(block.label), frame.inner, BODY)
    value = frame.set(frame.told(block.value), frame.inner, BODY, bold=block.strong)
    spots = _spot(frame, block, value, frame.margin, label.height, frame.inner)

    def draw(painter: QPainter, y: float) -> None:
        label.draw(painter, frame.margin, y)
        value.draw(painter, frame.margin, y + label.height)

    return Piece(label.height + value.height + 3 * frame.scale, draw, spots=spots)


def _spot(frame: Frame, block: Fact, value: SetText, x: float, y: float, room: float) -> tuple[Spot, ...]:
    """Where a number stands: at the leading edge of its room."""
    if not isinstance(block.value, str):
        return ()
    left = x + room - value.natural if frame.rtl else x
    return (Spot(block.value, QRectF(left, y, value.natural, value.height)),)


@dataclass(frozen=True, slots=True)
class _Money:
    """An amount set with its currency at the trailing edge; numbers end at the same place, so that decimals line up."""

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


def _money(frame: Frame, amount_pt: int, size: float, column: float) -> _Money:
    text, gap = format_pt(amount_pt), GAP / 2 * frame.scale
    bold = size > SMALL
    column = max(column, natural_width(text, size * frame.scale, bold=bold)) + gap
    number = SetText(text, column, Style(size * frame.scale, bold, RIGHT))
    currency = SetText(frame.say("paper.currency"), frame.inner, Style(size * 0.8 * frame.scale, bold, LEFT, frame.rtl))
    return _Money(number, currency, column, text)


def _draw_money(frame: Frame, money: _Money, painter: QPainter, y: float) -> None:
    low = y + (money.number.height - money.currency.height) * 0.8
    money.currency.draw(painter, _currency_x(frame, money), low)
    money.number.draw(painter, _number_x(frame, money), y)


def _currency_x(frame: Frame, money: _Money) -> float:
    return frame.margin + (0 if frame.rtl else frame.inner - money.currency.natural)


def _number_x(frame: Frame, money: _Money) -> float:
    """The number stands on the inner side of its currency."""
    if frame.rtl:
        return frame.margin + money.currency.natural
    return frame.margin + frame.inner - money.width - GAP / 2 * frame.scale


def _money_spot(frame: Frame, money: _Money, y: float) -> tuple[Spot, ...]:
    right = _number_x(frame, money) + money.column
    return (Spot(money.text, QRectF(right - money.number.natural, y, money.number.natural, money.height)),)


def amount(frame: Frame, at: Columns, block: Amount) -> Piece:
    if block.weight == "total":
        return _total(frame, block)
    size = SMALL if block.weight == "small" else BODY
    return _priced(frame, frame.told(block.label), _money(frame, block.amount_pt, size, at.number), size)


def tally(frame: Frame, at: Columns, block: Tally) -> Piece:
    """``100.00 × 3`` and what it comes to."""
    label = isolate(f"{format_pt(block.face_pt)} × {block.count}")
    return _priced(frame, label, _money(frame, block.face_pt * block.count, BODY, at.number), BODY)


def _priced(frame: Frame, told: str, money: _Money, size: float) -> Piece:
    gap = GAP * frame.scale
    room = frame.inner - money.width - gap
    label = frame.set(told, room, size)
    last = label.height - label.height / max(label.lines, 1)  # the amount stands beside the label's last line

    def draw(painter: QPainter, y: float) -> None:
        label.draw(painter, frame.start(0, room), y)
        _draw_money(frame, money, painter, y + last)
        if frame.wide:
            begin = label.last + gap
            end = (money.column if frame.rtl else money.number.natural) + money.currency.natural + 2 * gap
            frame.dots(painter, begin, frame.inner - begin - end, y + last + money.height * 0.62)

    return Piece(label.height + 3 * frame.scale, draw, spots=_money_spot(frame, money, last))


def worth(frame: Frame, block: Worth) -> Piece:
    """A price in words, where its amount would stand."""
    gap, told = GAP * frame.scale, frame.told(block.words)
    share = min(frame.natural(told, BODY, bold=True), frame.inner * 0.5)
    words = frame.set(told, share, BODY, bold=True, align=frame.trail)
    room = frame.inner - share - gap
    label = frame.set(frame.told(block.label), room, BODY)

    def draw(painter: QPainter, y: float) -> None:
        label.draw(painter, frame.start(0, room), y)
        words.draw(painter, frame.start(room + gap, share), y)

    return Piece(max(label.height, words.height) + 3 * frame.scale, draw)


def _total(frame: Frame, block: Amount) -> Piece:
    """The sum in a frame, the largest print on the paper; label above it where both do not fit on a line."""
    pad, gap = 8 * frame.scale, GAP * frame.scale
    inset = Frame(frame.width - 2 * pad, frame.scale, frame.language)
    money, told = _money(inset, block.amount_pt, TOTAL, 0), frame.told(block.label)
    beside = inset.natural(told, TOTAL * 0.75, bold=True) + gap + money.width <= inset.inner
    room = inset.inner - money.width - gap if beside else inset.inner
    label = inset.set(told, room, TOTAL * 0.75, bold=True)
    top = pad + (max(0.0, (money.height - label.height) * 0.7) if beside else 0)
    money_top = pad if beside else pad + label.height
    height = max(top + label.height, money_top + money.height) + pad

    def draw(painter: QPainter, y: float) -> None:
        y += 8 * frame.scale
        _box(frame, painter, y, height)
        painter.save()
        painter.translate(pad, 0)
        label.draw(painter, inset.start(0, room), y + top)
        _draw_money(inset, money, painter, y + money_top)
        painter.restore()

    spots = tuple(
        Spot(spot.text, spot.box.translated(pad, 8 * frame.scale)) for spot in _money_spot(inset, money, money_top)
    )
    return Piece(height + 20 * frame.scale, draw, spots=spots)


def _box(frame: Frame, painter: QPainter, y: float, height: float) -> None:
    thick = max(1.0, 3 * frame.scale)
    x, width = frame.margin, frame.inner
    for side in (
        QRectF(x, y, width, thick), QRectF(x, y + height - thick, width, thick),
        QRectF(x, y, thick, height), QRectF(x + width - thick, y, thick, height),
    ):  # fmt: skip
        painter.fillRect(side, INK)
