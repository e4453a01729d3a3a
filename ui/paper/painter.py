"""One painting for the 80 mm roll, the 58 mm roll, A5, A4 and the screen: content in, pieces out.

Nothing is dithered, numbers are isolated, and what could be taken for proof is crossed out on practice papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from kiosk.model import paper_sheet as blocks
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.paper_sheet import Content, Sheet
from kiosk.printing.receipt_sheet import receipt_sheet
from protocol.values.arabic import isolate
from ui.paper.drawn_codes import Bars, QrCode, bars, qr_code
from ui.paper.drawn_mark import draw_mark
from ui.paper.paper_layout import (
    CENTRE,
    GAP,
    INK,
    PAPER,
    Frame,
    Piece,
    Placed,
    SetText,
    Spot,
    Style,
    draw_all,
    spots,
    total_height,
    written,
)
from ui.paper.paper_rows import BODY, LARGE, SMALL, amount, fact, tally, worth

MODULE: Final = 4
NARROW_MODULE: Final = 3
"""On a roll that has no room for words beside a larger one."""
BAR: Final = 2
LEAST_BAR: Final = 2
BAR_HEIGHT: Final = 40
LEAST_CODE: Final = 20
"""Size of letters that are told apart one by one."""
_TICK: Final = 24
_MARK: Final = 60


def as_sheet(content: Content) -> Sheet:
    return receipt_sheet(content) if isinstance(content, Receipt) else content


def lay_out(content: Content, frame: Frame, copy: int = 0) -> list[Piece]:
    """The whole paper (`copy` 0 is the first one) in `frame`."""
    sheet = as_sheet(content)
    frame = replace(frame, practice=sheet.practice)
    return [*_head(frame, sheet, copy), *(PIECES[type(block)](frame, block) for block in sheet.blocks)]


def _head(frame: Frame, sheet: Sheet, copy: int) -> Iterator[Piece]:
    yield Piece(6 * frame.scale, lambda _painter, _y: None)
    yield _masthead(frame, sheet)
    if copy:
        yield _band(frame, frame.say("paper.copy", n=isolate(str(copy))))
    if sheet.practice:
        yield _band(frame, frame.say("paper.practice.band"))
    yield Piece(12 * frame.scale, lambda painter, y: frame.rule(painter, y + 4 * frame.scale, 4), parts=True)


def _masthead(frame: Frame, sheet: Sheet) -> Piece:
    """The mark, and beside it whose paper it is, which, and its number; below them where it has no room there."""
    side, gap = _MARK * frame.scale, GAP * frame.scale
    offset = side + gap
    room = frame.inner - offset
    shop = frame.set(frame.words(sheet.shop), room, 27, bold=True)
    words = frame.words(sheet.title)
    title = frame.set(words, room, BODY)
    number = frame.set(isolate(sheet.number), room, LARGE, bold=True, align=frame.trail)
    beside = frame.natural(words, BODY) + gap + frame.natural(sheet.number, LARGE, bold=True) <= room
    second = max(title.height, number.height) if beside and sheet.number else title.height
    told = shop.height + second + (0 if beside or not sheet.number else number.height)
    height = max(side, told)
    x, top = frame.start(offset, room), (height - told) / 2
    low = top + shop.height + (second - title.height) / 2
    texts = [Placed(shop, x, top), Placed(title, x, low)]
    if sheet.number:
        number_y = top + shop.height + ((second - number.height) / 2 if beside else second)
        texts.append(Placed(number, x, number_y, sheet.number))

    def mark(painter: QPainter, y: float) -> None:
        draw_mark(painter, QRectF(frame.start(0, side), y + (height - side) / 2, side, side))

    return written(height, *texts, under=mark)


# ---- pieces across the paper -----------------------------------------------------------------------------


def _text(frame: Frame, text: SetText, gap: float = 3, *, keep: bool = False) -> Piece:
    return written(text.height + gap * frame.scale, Placed(text, frame.margin), keep=keep)


def _heading(frame: Frame, block: blocks.Heading) -> Piece:
    return _text(frame, frame.set(frame.words(block.text), frame.inner, 27, bold=True), 4, keep=True)


def _note(frame: Frame, block: blocks.Note) -> Piece:
    size = SMALL if block.weight == "small" else BODY
    text = frame.set(frame.words(block.text), frame.inner, size, bold=block.weight == "strong")
    return _text(frame, text, 2)


def _rule(frame: Frame, _block: blocks.Rule | None = None) -> Piece:
    return Piece(10 * frame.scale, lambda painter, y: frame.rule(painter, y + 4 * frame.scale), parts=True)


def _band(frame: Frame, words: str) -> Piece:
    """White words on black: nobody overlooks them."""
    pad = 7 * frame.scale
    text = frame.set(words, frame.inner - 2 * pad, 28, bold=True, align=CENTRE)
    height = text.height + 2 * pad

    def black(painter: QPainter, y: float) -> None:
        painter.fillRect(QRectF(frame.margin, y + pad, frame.inner, height), INK)

    return written(height + 2 * pad, Placed(text, frame.margin + pad, 2 * pad, white=True), under=black)


def _tick(frame: Frame, block: blocks.Tick) -> Piece:
    """An empty box, and what belongs in it."""
    side, thick, offset = _TICK * frame.scale, max(1.0, 3 * frame.scale), (_TICK + GAP) * frame.scale
    text = frame.set(frame.words(block.text), frame.inner - offset, BODY)

    def box(painter: QPainter, y: float) -> None:
        x, top = frame.start(0, side), y + 7 * frame.scale
        painter.fillRect(QRectF(x, top, side, side), INK)
        painter.fillRect(QRectF(x + thick, top + thick, side - 2 * thick, side - 2 * thick), PAPER)

    beside = Placed(text, frame.start(offset, frame.inner - offset))
    return written(max(text.height, side) + 6 * frame.scale, beside, under=box)


def _step(frame: Frame, block: blocks.Step) -> Piece:
    """What comes first, second, third: a figure in a black square."""
    side, offset = 32 * frame.scale, (32 + GAP) * frame.scale
    figure = SetText(str(block.number), side, Style(22 * frame.scale, bold=True, align=CENTRE))
    text = frame.set(frame.words(block.text), frame.inner - offset, BODY)

    x, top = frame.start(0, side), 3 * frame.scale

    def square(painter: QPainter, y: float) -> None:
        painter.fillRect(QRectF(x, y + top, side, side), INK)

    texts = (
        Placed(figure, x, top + (side - figure.height) / 2, white=True),
        Placed(text, frame.start(offset, frame.inner - offset)),
    )
    return written(max(text.height, side) + 8 * frame.scale, *texts, under=square)


def _signature(frame: Frame, block: blocks.Signature) -> Piece:
    """Room to sign, a dotted line, and under it who."""
    width = frame.inner * (0.5 if frame.wide else 1)
    who = frame.set(frame.words(block.who), width, SMALL)
    room = 64 * frame.scale
    below = Placed(who, frame.start(0, width), room + 4 * frame.scale)
    return written(
        room + who.height + 10 * frame.scale, below, under=lambda painter, y: frame.dots(painter, 0, width, y + room)
    )


def _ruler(frame: Frame, _block: blocks.Ruler) -> Piece:
    """A mark at every millimetre, a long one at every ten, and a full one at both edges."""
    step, thin = 8 * frame.scale, max(1.0, 2 * frame.scale)

    def draw(painter: QPainter, y: float) -> None:
        painter.fillRect(QRectF(0, y, frame.width, thin), INK)
        for place in range(int(frame.width // step) + 1):
            length = (30 if place % 10 == 0 else 14) * frame.scale
            painter.fillRect(QRectF(min(place * step, frame.width - thin), y, thin, length), INK)
        painter.fillRect(QRectF(frame.width - thin, y, thin, 30 * frame.scale), INK)

    return Piece(44 * frame.scale, draw)


# ---- proof -----------------------------------------------------------------------------------------------


def _proof(frame: Frame, block: blocks.Proof) -> Piece:
    """The QR at the start, its words beside it, the bars below."""
    code = _code(frame, block.qr) if block.qr else None
    side = 0.0 if code is None else float(code.side)
    offset = side + GAP / 2 * frame.scale if side else 0.0
    room = frame.inner - offset
    words = _proof_words(frame, block, room)
    told = total_height(words)
    height, x = max(side, told), frame.start(offset, room)
    top = (height - told) / 2
    below = [_bars(frame, _drawn_bars(frame, block, frame.inner))] if block.digits else []

    def draw(painter: QPainter, y: float) -> None:
        if code is not None:
            corner = QPointF(frame.start(0, side), y)
            code.draw(painter, corner.x(), corner.y())
            if frame.practice:
                _cross_out(frame, painter, code, corner)
        painter.save()
        painter.translate(x, 0)
        draw_all(painter, words, y + top)
        painter.restore()
        draw_all(painter, below, y + height)

    found = tuple(Spot(s.text, s.box.translated(QPointF(x, 0))) for s in spots(words, top))
    return Piece(height + total_height(below), draw, spots=found)


def _code(frame: Frame, text: str) -> QrCode:
    """As large as leaves half of the paper for the words beside it."""
    wide = qr_code(text, MODULE * frame.scale, frame.inner)
    return wide if wide.side <= frame.inner / 2 else qr_code(text, NARROW_MODULE * frame.scale, frame.inner)


def _proof_words(frame: Frame, block: blocks.Proof, width: float) -> list[Piece]:
    """Caption and codes, `width` wide, from x = 0."""

    def line(text: str, size: float, *, bold: bool = False, spot: str = "") -> Piece:
        words = frame.set(text, width, size, bold=bold)
        return written(words.height, Placed(words, 0, spot=spot))

    pieces = [line(frame.words(block.caption), BODY, bold=True)]
    for key, value in (("paper.code", block.code), ("paper.shop", block.shop)):
        if value:
            pieces.append(line(frame.say(key), SMALL))
            pieces += [line(isolate(part), size, bold=True, spot=part) for part, size in _sized(frame, value, width)]
    return pieces


def _sized(frame: Frame, code: str, width: float) -> list[tuple[str, float]]:
    """A code on one line, or in two halves where it would be too small to read there."""

    def fitting(part: str) -> float:
        return min(27.0, 26 * width / max(1.0, frame.natural(part, 27, bold=True)))

    whole, middle = fitting(code), code.find("-", len(code) // 2 - 2) + 1
    if whole >= LEAST_CODE or not middle:
        return [(code, whole)]
    return [(part, fitting(part)) for part in (code[:middle], code[middle:])]


def _drawn_bars(frame: Frame, block: blocks.Proof, width: float) -> Bars:
    """With the hidden digits only where each stroke keeps the width that a cheap reader needs."""
    whole = bars(block.digits + block.hidden, BAR * frame.scale, width)
    wide = whole.module >= LEAST_BAR * frame.scale and whole.width <= width
    return whole if wide else bars(block.digits, BAR * frame.scale, width)


def _bars(frame: Frame, drawn: Bars) -> Piece:
    height = BAR_HEIGHT * frame.scale
    return Piece(
        height + 4 * frame.scale,
        lambda painter, y: drawn.draw(painter, (frame.width - drawn.width) / 2, y, height),
    )


def _cross_out(frame: Frame, painter: QPainter, code: QrCode, corner: QPointF) -> None:
    """A practice paper's QR must read as nothing: more than its correction can mend is covered."""
    height = code.side * 0.4
    box = QRectF(corner.x(), corner.y() + (code.side - height) / 2, code.side, height)
    painter.fillRect(box, INK)
    words = SetText(
        frame.say("paper.practice"), box.width(), Style(48 * frame.scale, bold=True, align=CENTRE, rtl=frame.rtl)
    )
    words.draw(painter, box.x(), box.y() + (height - words.height) / 2, PAPER)


PIECES: Final[Mapping[type, Callable[[Frame, Any], Piece]]] = {
    blocks.Fact: fact,
    blocks.Amount: amount,
    blocks.Worth: worth,
    blocks.Tally: tally,
    blocks.Heading: _heading,
    blocks.Note: _note,
    blocks.Tick: _tick,
    blocks.Step: _step,
    blocks.Band: lambda frame, block: _band(frame, frame.words(block.text)),
    blocks.Rule: _rule,
    blocks.Signature: _signature,
    blocks.Proof: _proof,
    blocks.Ruler: _ruler,
}
"""What paints each kind of block."""
