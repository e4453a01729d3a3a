"""The words of a message put into the lines that it has, and drawn: the first sentence whole, then what has room."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle

from protocol.texts import say
from ui.widgets import fitted_text
from ui.widgets.key_cap import CAP_PX, cap_px, draw_cap
from ui.widgets.theme import TOKENS, make_font, text_px

LINES: Final = 2
ENTER: Final = "Enter"
OPENER_GAP_PX: Final = 6
TOP_PX: Final = 5


class Words(NamedTuple):
    """What is written there: the first sentence whole and strong, of the rest as many sentences as have room."""

    strong: QFont
    plain: QFont
    what: str
    more: str
    wide: int
    """Of the lines: where the key that opens the rest would lie on the last one, they end before it."""
    whole: bool
    """Whether nothing is left out."""


def _opener(*, rtl: bool) -> str:
    """What is said beside the key that opens the rest."""
    return say("ar" if rtl else "en", "more.below")


def opener_px() -> int:
    """How wide both of them are, in the language that takes more, and what is free before them."""
    word = QFontMetrics(make_font("hint")).horizontalAdvance
    return cap_px(ENTER) + 2 * OPENER_GAP_PX + max(word(_opener(rtl=True)), word(_opener(rtl=False)))


def fitted_words(what: str, more: str, place: QSize, lines: int = LINES) -> Words:
    """The words for a place of so many lines; the first sentence takes two of them at most."""
    return _fitted(what, more, place.width(), place.height(), lines, text_px("hint"))


@lru_cache(maxsize=128)
def _fitted(what: str, more: str, width: int, height: int, lines: int, _dots: int) -> Words:
    place = QSize(width, height)
    strong, plain = make_font("hint", QFont.Weight.Bold), make_font("hint")
    more, wide = " ".join(more.split()), place.width()
    found = fitted_text.fit(what, strong, place, LINES)
    strong.setPixelSize(found.px)
    used = fitted_text.count_lines(what, strong, wide)
    room = lines - used
    if not more or room < 1:
        layout, _ = fitted_text.lay_out(what, strong, wide, Qt.AlignmentFlag.AlignLeft, rtl=False)
        last = layout.lineAt(layout.lineCount() - 1)
        if (more or not found.whole) and last.naturalTextWidth() > wide - opener_px():
            wide -= opener_px()
            strong = make_font("hint", QFont.Weight.Bold)
            strong.setPixelSize(fitted_text.fit(what, strong, QSize(wide, place.height()), LINES + 1).px)
        return Words(strong, plain, what, "", wide, whole=found.whole and not more)
    short, whole = fitted_text.shortened(more, plain, wide, room)
    if not whole:
        short = _whole_sentences(more, plain, wide - opener_px(), room)
    return Words(strong, plain, what, short, wide, whole=whole)


def hint_words(what: str, more: str, place: QSize) -> Words:
    """The words of a grey hint, which nobody opens: where two lines are too few, a line each in smaller letters."""
    words = fitted_words(what, more, place)
    if words.whole or not more:
        return words
    line = QSize(place.width(), place.height() // LINES)
    fonts = make_font("hint", QFont.Weight.Bold), make_font("hint")
    fits = [fitted_text.fit(text, font, line, 1) for text, font in zip((what, more), fonts, strict=True)]
    for font, fit in zip(fonts, fits, strict=True):
        font.setPixelSize(fit.px)
    return Words(*fonts, what, more, place.width(), whole=all(fit.whole for fit in fits))


def _whole_sentences(text: str, font: QFont, width: int, lines: int) -> str:
    """As many as stand in so many lines; of a first one that is too long, its beginning."""
    begun = [text[: stop.start()] for stop in re.finditer(r"(?<=[.؟?!])\s+", text)]
    fitting = [part for part in begun if fitted_text.count_lines(part, font, width) <= lines]
    return fitting[-1] if fitting else fitted_text.shortened(text, font, width, lines)[0]


def paint_words(painter: QPainter, place: QRect, words: Words, colour: str, *, rtl: bool) -> None:
    """The first sentence over the rest, in the middle of the place's height; at its top where more is to be opened."""
    edge, top = fitted_text.side(rtl=rtl), 0.0
    laid = [
        fitted_text.lay_out(text, font, words.wide, edge, rtl=rtl)
        for text, font in ((words.what, words.strong), (words.more, words.plain))
        if text
    ]
    free = (place.height() - sum(height for _, height in laid)) / 2
    top = place.top() + (free if words.whole else min(free, TOP_PX))
    painter.setPen(QColor(colour))
    start = place.left() + (place.width() - words.wide if rtl else 0)
    for layout, height in laid:
        layout.draw(painter, QPoint(start, int(top)))
        top += height


def paint_opener(painter: QPainter, place: QRect, foot: int, *, rtl: bool) -> None:
    """How the rest is read: a word and its key, at the end of the last line."""
    cap = cap_px(ENTER)
    key = QRect(place.right() + 1 - cap, foot - CAP_PX, cap, CAP_PX)
    word = QRect(place.right() + 1 - opener_px(), foot - CAP_PX, opener_px() - cap - OPENER_GAP_PX, CAP_PX)
    way, end = fitted_text.direction(rtl=rtl), Qt.AlignmentFlag.AlignVCenter | fitted_text.side(rtl=not rtl)
    painter.setFont(make_font("hint"))
    painter.drawText(QStyle.visualRect(way, place, word), end, _opener(rtl=rtl))
    draw_cap(painter, QStyle.visualRect(way, place, key), ENTER, QColor(TOKENS["ink"]))
