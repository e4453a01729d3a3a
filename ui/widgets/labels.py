"""Labels that stand at the reading edge whatever they hold."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import bidirectional

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from protocol.override import override
from ui.widgets import fitted_text
from ui.widgets.layouts import reveal

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
FIGURES: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
"""Where what is compared digit by digit stands, in both languages; bare `AlignRight` is mirrored."""
MARK: Final = "\u200f"
_ISOLATED: Final = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
LEAST_PX: Final = 90
"""Of a name that gives way: the first letters can still be read."""
LEAST_FITTED_PX: Final = 220


def align(widget: QLabel | QLineEdit, *, end: bool = False, middle: bool = False, figures: bool = False) -> None:
    """Where reading begins or ends, absolute: without `AlignAbsolute` Qt lets the content decide."""
    rtl = widget.isRightToLeft()
    if middle:
        widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
    elif figures or rtl != end:
        widget.setAlignment(FIGURES)
    else:
        widget.setAlignment(LEFT)


def led(text: str, *, rtl: bool) -> str:
    """Arabic that begins with a Latin word or the name of a key: it reads from the right all the same.

    Qt takes the first letter's direction for the whole label; a mark before it says otherwise.
    """
    first = next((kind for kind in map(bidirectional, _ISOLATED.sub("", text)) if kind in {"L", "R", "AL"}), "")
    return f"{MARK}{text}" if rtl and first in {"L", ""} and any(bidirectional(c) == "AL" for c in text) else text


SIGNS_PX = 4


class Text(QLabel):
    """A plain-text label; `role` names its look in the sheet."""

    def __init__(self, text: str = "", role: str = "body", *, wrap: bool = False, **side: bool) -> None:
        """`side` is one of those of `align`; none is where reading begins."""
        super().__init__()
        self._side = side
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        align(self, **self._side)
        self.setText(text)

    def leave_room(self) -> None:
        """For the signs over large letters and the dots under them, which a line of the font is too low for."""
        self.setContentsMargins(0, SIGNS_PX, 0, SIGNS_PX)

    def tell(self, text: str) -> None:
        """Say this; what has nothing to say takes no room."""
        self.setText(text)
        reveal(text, self)

    @override
    def setText(self, text: str) -> None:
        self._said = led(text, rtl=self.isRightToLeft())
        super().setText(fitted_text.joined(self._said) if self.wordWrap() else self._said)

    @override
    def text(self) -> str:
        """As it was said, with no hard spaces."""
        return self._said

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            align(self, **self._side)
        super().changeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Several lines of Arabic are laid out by us (`fitted_text`)."""
        if not (self.wordWrap() and self.isRightToLeft()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        fitted_text.draw(painter, self.contentsRect(), self.text(), self.alignment(), rtl=True)
        painter.end()


class FittedText(Text):
    """A text that is longer than its place at times: its letters are smaller then, and it takes two lines."""

    least_px = LEAST_FITTED_PX
    """It gives way to what stands beside it no further than this."""

    def fits(self) -> bool:
        """Whether it can be read whole."""
        return fitted_text.fit(self.text(), self.font(), self.size()).whole

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self.least_px), self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, font = QPainter(self), QFont(self.font())
        font.setPixelSize(fitted_text.fit(self.text(), font, self.size()).px)
        painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        fitted_text.draw(painter, self.rect(), self.text(), self.alignment(), rtl=self.isRightToLeft())
        painter.end()


class Amount(Text):
    """A sum in a column of them: as wide as the widest and at the right, so that the decimals stand in one line.

    At the trailing edge of Arabic, where the currency comes last, the numbers would begin in one line instead.
    """

    def __init__(self, role: str, column: list[Amount]) -> None:
        """`column` are the sums of the column, this one from now on too."""
        super().__init__(role=role, figures=True)
        self._column = column
        column.append(self)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        for one in getattr(self, "_column", ()):  # not there yet while it is made
            one.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(max(Text.sizeHint(one).width() for one in (self, *self._column)), super().sizeHint().height())

    minimumSizeHint = sizeHint


class Shrinking(Text):
    """A name that gives way: where there is no room it ends in an ellipsis, and is read aloud whole."""

    def __init__(self, role: str) -> None:
        super().__init__(role=role)
        self._whole, self._least_px = "", LEAST_PX
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    @override
    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._least_px), super().minimumSizeHint().height())

    def keep(self, least_px: int) -> None:
        """Give way to others no further than this."""
        self._least_px = least_px
        self.updateGeometry()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width()
        short, _ = fitted_text.shortened(self._whole, self.font(), wide, 1)
        super().setText(short or self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, wide))


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the sheet looks at, and have it looked at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_tone(box: QWidget, value: str) -> None:
    """Give a box its tone; the sheet looks at the labels in it anew, since their colour follows from it."""
    restyle(box, "tone", value)
    for label in box.findChildren(Text):
        label.style().unpolish(label)
        label.style().polish(label)
