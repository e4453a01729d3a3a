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
from ui.paper.paper_layout import CENTRE, GAP, INK, PAPER, Frame, Piece, Placed, SetText, Spot, Style, draw_all, written
from ui.paper.paper_rows import BODY, SMALL, amount, fact, lined_up, tally, worth

MODULE: Final = 6
BAR: Final = 3
LEAST_BAR: Final = 2
_TICK: Final = 24


def as_sheet(content: Content) -> Sheet:
    return receipt_sheet(content) if isinstance(content, Receipt) else content


def lay_out(content: Content, frame: Frame, copy: int = 0) -> list[Piece]:
    """The whole paper (`copy` 0 is the first one) in `frame`."""
    sheet = as_sheet(content)
    frame = lined_up(replace(frame, practice=sheet.practice), sheet.blocks)
    return [*_head(frame, sheet, copy), *(PIECES[type(block)](frame, block) for block in sheet.blocks)]


def _head(frame: Frame, sheet: Sheet, copy: int) -> Iterator[Piece]:
    yield _space(10 * frame.scale)
    yield _text(frame, frame.centred(frame.words(sheet.shop), 30, bold=True))
    yield _text(frame, frame.centred(frame.words(sheet.title), 27))
    if copy:
        yield _band(frame, frame.say("paper.copy", n=isolate(str(copy))))
    if sheet.practice:
        yield _band(frame, frame.say("paper.practice.band"))
    yield _rule(frame)


# ---- pieces across the paper -----------------------------------------------------------------------------


def _space(height: float) -> Piece:
    return Piece(height, lambda _painter, _y: None)


def _text(frame: Frame, text: SetText, gap: float = 3, *, keep: bool = False) -> Piece:
    return written(text.height + gap * frame.scale, Placed(text, frame.margin), keep=keep)


def _heading(frame: Frame, block: blocks.Heading) -> Piece:
    return _text(frame, frame.set(frame.words(block.text), frame.inner, 27, bold=True), 4, keep=True)


def _note(frame: Frame, block: blocks.Note) -> Piece:
    size = SMALL if block.weight == "small" else BODY
    align = CENTRE if block.weight == "small" and not frame.wide else frame.lead
    text = frame.set(frame.words(block.text), frame.inner, size, bold=block.weight == "strong", align=align)
    return _text(frame, text, 5)


def _rule(frame: Frame, _block: blocks.Rule | None = None) -> Piece:
    return Piece(18 * frame.scale, lambda painter, y: frame.rule(painter, y + 7 * frame.scale), parts=True)


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
    code = qr_code(block.qr, MODULE * frame.scale, frame.inner) if block.qr else None
    beside = frame.wide and code is not None
    words_width = frame.inner - code.side - GAP * frame.scale if beside and code is not None else frame.inner
    words = _proof_words(frame, block, words_width)
    side = 0.0 if code is None else float(code.side)

    def draw(painter: QPainter, y: float) -> None:
        if code is not None:
            x = frame.start(0, side) if beside else (frame.width - side) / 2
            code.draw(painter, x, y)
            if frame.practice:
                _cross_out(frame, painter, code, QPointF(x, y))
        painter.save()
        painter.translate(frame.start(frame.inner - words_width, words_width), 0)
        draw_all(painter, words, y + (4 * code.module if beside and code is not None else side))
        painter.restore()

    shift = QPointF(frame.start(frame.inner - words_width, words_width), 4 * code.module if beside and code else side)
    found, top = [], 0.0
    for piece in words:
        found += [Spot(s.text, s.box.translated(shift + QPointF(0, top))) for s in piece.spots]
        top += piece.height
    return Piece(max(side, shift.y() + top) if beside else side + top, draw, spots=tuple(found))


def _proof_words(frame: Frame, block: blocks.Proof, width: float) -> list[Piece]:
    """Caption, code and bars, `width` wide, from x = 0."""

    def line(text: str, size: float, *, bold: bool = False, spot: str = "") -> Piece:
        words = frame.set(text, width, size, bold=bold, align=CENTRE)
        return written(words.height, Placed(words, 0, spot=spot))

    size = min(30.0, 30 * width / max(1.0, frame.natural(block.code, 31, bold=True)))  # never broken in two
    pieces = [line(frame.words(block.caption), BODY, bold=True)]
    if block.code:
        pieces += [line(frame.say("paper.code"), SMALL), line(isolate(block.code), size, bold=True, spot=block.code)]
    if block.digits:
        drawn = _drawn_bars(frame, block, width)
        pieces += [_bars(frame, drawn, width), line(isolate(block.digits), SMALL, spot=block.digits)]
    return [*pieces, _space(4 * frame.scale)]


def _drawn_bars(frame: Frame, block: blocks.Proof, width: float) -> Bars:
    """With the hidden digits only where each stroke keeps the width that a cheap reader needs."""
    whole = bars(block.digits + block.hidden, BAR * frame.scale, width)
    wide = whole.module >= LEAST_BAR * frame.scale and whole.width <= width
    return whole if wide else bars(block.digits, BAR * frame.scale, width)


def _bars(frame: Frame, drawn: Bars, width: float) -> Piece:
    height = 72 * frame.scale
    return Piece(
        height + 12 * frame.scale,
        lambda painter, y: drawn.draw(painter, (width - drawn.width) / 2, y + 8 * frame.scale, height),
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
