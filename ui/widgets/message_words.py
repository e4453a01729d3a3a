"""The words of a message put into the lines that it has: the first sentence whole, then as many more as have room."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont

from ui.widgets import fitted_text
from ui.widgets.theme import make_font, text_px

LINES: Final = 2
ENTER_PX: Final = 64


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
        if (more or not found.whole) and last.naturalTextWidth() > wide - ENTER_PX:
            wide -= ENTER_PX
            strong = make_font("hint", QFont.Weight.Bold)
            strong.setPixelSize(fitted_text.fit(what, strong, QSize(wide, place.height()), LINES + 1).px)
        return Words(strong, plain, what, "", wide, whole=found.whole and not more)
    short, whole = fitted_text.shortened(more, plain, wide, room)
    if not whole:
        short = _whole_sentences(more, plain, wide - ENTER_PX, room)
    return Words(strong, plain, what, short, wide, whole=whole)


def _whole_sentences(text: str, font: QFont, width: int, lines: int) -> str:
    """As many as stand in so many lines; of a first one that is too long, its beginning."""
    begun = [text[: stop.start()] for stop in re.finditer(r"(?<=[.؟?!])\s+", text)]
    fitting = [part for part in begun if fitted_text.count_lines(part, font, width) <= lines]
    return fitting[-1] if fitting else fitted_text.shortened(text, font, width, lines)[0]
