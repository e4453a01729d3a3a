"""Words laid out in a place that is given: in fewer, then in smaller letters, and never off the edge of the place.

Arabic in several lines is laid out here: Qt counts the space at a break and moves the line off the edge by it, so that
no two lines of a text begin at the same place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

LEAST_PX: Final = 12
"""The smallest letters that words are put into."""
SLACK_PX: Final = 1
"""A line that is laid out may take so much more than its letters are wide by themselves."""
_ENDLESS: Final = 100_000
_DOTS: Final = "…"
_BREAKS: Final = re.compile(r"[^\S\xa0]+|(?<=-)(?=[^\W\d])")
"""A line may end at a space and between a dash and a letter; between a dash and a digit Qt ends none."""
_JOINS: Final = re.compile(
    r"(?<![.:؟?!]) (?=\u2066?(?:F[0-9]|Alt\b|Esc\b|Enter\b|Shift\b))"
    r"|(?<=·) |(?<=EGP) |(?<=[0-9\u2069]) (?=ج\.م|سم|مم|في [0-9])|(?<=[0-9] في) "
)
"""Where there is a space and no line ends: before the name of a key, after a dot between, within a measure."""


def joined(text: str) -> str:
    """The text with its spaces made hard where no line ends."""
    return _JOINS.sub("\xa0", text)


def direction(*, rtl: bool) -> Qt.LayoutDirection:
    return Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight


def side(*, rtl: bool) -> Qt.AlignmentFlag:
    """Where reading begins, absolute: without `AlignAbsolute` Qt lets the content decide."""
    edge = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    return edge | Qt.AlignmentFlag.AlignAbsolute


def lay_out(
    text: str, font: QFont, width: float, alignment: Qt.AlignmentFlag, *, rtl: bool
) -> tuple[QTextLayout, float]:
    """The text in lines so wide, and how high they are."""
    return _laid_out(text, font.toString(), width, alignment, rtl)


@lru_cache(maxsize=256)
def _laid_out(
    text: str, written: str, width: float, alignment: Qt.AlignmentFlag, rtl: bool
) -> tuple[QTextLayout, float]:
    """With its letters joined and placed: a page that is painted again says mostly the same."""
    font = QFont()
    font.fromString(written)
    layout = QTextLayout(joined(text).replace("\n", "\u2028"), font)
    layout.setCacheEnabled(True)
    option = QTextOption(alignment)
    option.setTextDirection(direction(rtl=rtl))
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    height = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    return layout, height


def draw(painter: QPainter, place: QRect | QRectF, text: str, alignment: Qt.AlignmentFlag, *, rtl: bool) -> None:
    """The text in the painter's font and colour, in the middle of the place's height, or so much higher that the dots
    of its letters have room.
    """
    layout, height = lay_out(text, painter.font(), place.width(), alignment, rtl=rtl)
    free = (place.height() - height) / 2
    layout.draw(
        painter, QPointF(place.x(), place.y() + min(free, 2 * free - _dots_px(text, painter.font().toString())))
    )


@lru_cache(maxsize=256)
def _dots_px(text: str, written: str) -> float:
    """How far dots under letters, as those of «شيء», lie below a line of the font."""
    font = QFont()
    font.fromString(written)
    metrics = QFontMetricsF(font)
    return metrics.tightBoundingRect(text).bottom() - metrics.descent()


class Fit(NamedTuple):
    """The size of letters in which words fit into a place; `whole` is false where none does."""

    px: int
    whole: bool


def fit(text: str, font: QFont, place: QSize, lines: int = 2) -> Fit:
    """The largest letters, up to those of the font, in which the text takes no more than so many lines of the place."""
    return _fit(text, font.toString(), place.width(), place.height(), lines)


@lru_cache(maxsize=512)
def _fit(text: str, written: str, width: int, height: int, lines: int) -> Fit:
    font = QFont()
    font.fromString(written)
    words = _pieces(text)

    def stands(px: int) -> bool:
        font.setPixelSize(px)
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) + SLACK_PX <= width and metrics.height() <= height + 1:
            return True
        most = min(lines, int((height + 1) // metrics.lineSpacing()))
        return most > 1 and _count(words, metrics, width) <= most

    most = max(font.pixelSize(), LEAST_PX)
    if not words or stands(most):
        return Fit(most, whole=True)
    smaller = range(LEAST_PX, most)  # each size that is tried is a font to be made: few are
    fitting = bisect_left(smaller, True, key=lambda px: not stands(px))
    return Fit(smaller[max(0, fitting - 1)] if smaller else LEAST_PX, whole=fitting > 0)


def _pieces(text: str) -> list[str]:
    """What a line may end after: words, and parts of a number with dashes."""
    return [piece for piece in _BREAKS.split(joined(text)) if piece]


def _count(words: list[str], metrics: QFontMetricsF, width: int) -> int:
    """In how many lines the words stand; endless where one of them is wider than a line."""
    space, count, at, most = metrics.horizontalAdvance(" "), 1, 0.0, width - SLACK_PX
    for word in words:
        wide = metrics.horizontalAdvance(word)
        if wide > most:
            return _ENDLESS
        if at and at + space + wide > most:
            count, at = count + 1, wide
        else:
            at += (space if at else 0) + wide
    return count


def count_lines(text: str, font: QFont, width: int) -> int:
    """In how many lines so wide the text stands."""
    return _count(_pieces(text), QFontMetricsF(font), width)


def shortened(text: str, font: QFont, width: int, lines: int) -> tuple[str, bool]:
    """As much of the text as stands in so many lines, with dots where that is not all of it; and whether it is all."""
    metrics = QFontMetricsF(font)
    words = joined(text).split(" ")
    if _count(words, metrics, width) <= lines:
        return text, True
    while words and _count([*words[:-1], words[-1] + _DOTS], metrics, width) > lines:
        words.pop()
    return " ".join(words).rstrip(".") + _DOTS if words else "", False
