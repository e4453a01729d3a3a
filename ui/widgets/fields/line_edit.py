"""One line of text: nothing invisible gets in, before any limit is counted; text stands at the reading edge.

A pasted RLM before fourteen digits once cost the last digit: so invisible characters are
taken out first, and no field is as short as what belongs in it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QValidator
from PySide6.QtWidgets import QLineEdit, QStyle

from protocol.errors import Refused
from protocol.override import override
from protocol.values.arabic import fold_digits_only, strip_invisible
from protocol.values.money import parse_pt
from ui.widgets.icons import pixmap
from ui.widgets.labels import align, restyle
from ui.widgets.theme import TOKENS

LIMIT: Final = 500
"""Characters of any line; more than the longest name, far less than hurts."""
MARK_PX: Final = 24
MARK_SIDE_PX: Final = 6


class Cleaner(QValidator):
    """Strips, then cuts at the field's generous end."""

    def __init__(self, limit: int, parent: QObject) -> None:
        super().__init__(parent)
        self._limit = limit

    @override
    def validate(self, text: str, position: int) -> object:
        before = strip_invisible(text[:position])
        cleaned = strip_invisible(text)[: self._limit]
        return QValidator.State.Acceptable, cleaned, min(len(before), len(cleaned))


class LineEdit(QLineEdit):
    """The only text line of the windows. Command keys pass through it."""

    def __init__(self, name: str, *, limit: int = LIMIT) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setValidator(Cleaner(limit, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._mark = ""
        align(self)
        self.textChanged.connect(lambda _text: self.set_state(""))

    def value(self) -> str:
        """What was typed, however it is shown."""
        return self.text()

    def filled(self) -> bool:
        """Whether it holds all that is asked for, as far as that can be seen."""
        return bool(self.text().strip())

    def set_state(self, state: str) -> None:
        """``invalid``, ``odd`` (to be looked at again) or nothing to be said, as once it is typed in."""
        restyle(self, "state", state)

    def mark(self, icon: str) -> None:
        """A picture where reading begins."""
        self._mark = icon
        self._keep_clear()

    def _end_px(self) -> int:
        """What is not for words where reading ends."""
        return 0

    def _keep_clear(self) -> None:
        """Sides are absolute here: the start is at the right in Arabic."""
        start, end = MARK_PX + MARK_SIDE_PX if self._mark else 0, self._end_px()
        left, right = (end, start) if self.isRightToLeft() else (start, end)
        self.setTextMargins(left, 0, right, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._mark:
            painter, side = QPainter(self), MARK_PX
            place = QRect(2 * MARK_SIDE_PX, (self.height() - side) // 2, side, side)
            place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
            painter.drawPixmap(place, pixmap(self._mark, TOKENS["primary"], side))
            painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            align(self)
            self._keep_clear()
        super().changeEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        repeated_enter = event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.modifiers() == Qt.KeyboardModifier.AltModifier or repeated_enter:
            event.ignore()
        else:
            super().keyPressEvent(event)


class SearchEdit(LineEdit):
    """What is typed is looked for; Enter takes the first of what was found for it."""

    searched = Signal(str)
    taken = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.mark("search")
        self._found_for, self._ahead = "", False
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self.take)

    def answered(self) -> None:
        """What was found for what stands here now is shown."""
        self._found_for = self.text()
        if self._ahead and self.isVisible():
            self.take()

    def forget(self) -> None:
        self._ahead = False
        self.clear()

    def _typed(self, text: str) -> None:
        self._ahead = False
        self.searched.emit(text)

    def take(self) -> None:
        """Enter may be faster than the answer: it is then meant for what is still being looked for."""
        self._ahead = self._found_for != self.text()
        if not self._ahead:
            self.taken.emit()


class DigitsEdit(LineEdit):
    """A line of digits: as they are typed while somebody types, else 0-9, and in groups where there are some."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def grouped(self) -> str:
        return fold_digits_only(self.text())

    def group(self) -> None:
        self._rewrite(self.grouped())

    def _rewrite(self, text: str) -> None:
        """The same number in another form: nobody has typed, and what is said of it stands."""
        if text != self.text():
            with QSignalBlocker(self):
                self.setText(text)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._rewrite(self.value())
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.group()


class PinEdit(LineEdit):
    """Hidden digits; `limit` is generous, the domain says how many there must be."""

    def __init__(self, name: str) -> None:
        super().__init__(name, limit=32)
        self.setEchoMode(LineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText)


class MoneyEdit(LineEdit):
    """An amount in pounds: a plain line, because a spin box reads 125.5 as 1255."""

    def __init__(self, name: str, *, big: bool = False) -> None:
        super().__init__(name, limit=40)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        if big:
            self.setProperty("scale", "big")

    def piastres(self) -> int:
        """Raises Refused as `protocol.values.money.parse_pt` does."""
        return parse_pt(self.text())

    def piastres_or_none(self) -> int | None:
        try:
            return self.piastres()
        except Refused:
            return None
