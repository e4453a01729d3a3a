"""Labels that stand at the reading edge whatever they hold (counter-ui.md §1.1, 8-10)."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import bidirectional

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

from kiosk.override import override

MARK: Final = "\u200f"
_ISOLATED: Final = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
LEAST_PX: Final = 90
"""Of a name that gives way: the first letters can still be read."""


def leading(widget: QWidget) -> Qt.AlignmentFlag:
    """The side at which reading begins, absolute: without `AlignAbsolute` Qt lets the content decide."""
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def trailing(widget: QWidget) -> Qt.AlignmentFlag:
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def align(widget: QLabel | QLineEdit, *, end: bool = False, middle: bool = False) -> None:
    if middle:
        widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
    else:
        widget.setAlignment(trailing(widget) if end else leading(widget))


def led(text: str, *, rtl: bool) -> str:
    """Arabic that begins with a Latin word or the name of a key: it reads from the right all the same.

    Qt takes the first letter's direction for the whole label; a mark before it says otherwise.
    """
    first = next((kind for kind in map(bidirectional, _ISOLATED.sub("", text)) if kind in {"L", "R", "AL"}), "")
    return f"{MARK}{text}" if rtl and first == "L" and any(bidirectional(c) == "AL" for c in text) else text


class Text(QLabel):
    """A plain-text label; `role` names its look in the sheet."""

    def __init__(
        self, text: str = "", role: str = "body", *, wrap: bool = False, end: bool = False, middle: bool = False
    ) -> None:
        super().__init__()
        self._side = {"end": end, "middle": middle}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        align(self, **self._side)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        super().setText(led(text, rtl=self.layoutDirection() is Qt.LayoutDirection.RightToLeft))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            align(self, **self._side)
        super().changeEvent(event)


class Shrinking(Text):
    """A name that gives way: where there is no room it ends in an ellipsis, and is read aloud whole."""

    def __init__(self, role: str) -> None:
        super().__init__(role=role)
        self._whole = ""
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
        return QSize(min(self.sizeHint().width(), LEAST_PX), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the sheet looks at, and have it looked at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
