"""Digits for fingers: they come when one goes to a field of digits, and go when a key of the keyboard is pressed."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QTouchEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QWidget
from shiboken6 import isValid

from protocol.override import override
from protocol.texts import Language, say
from ui.shell.action_rail import BACK_PX, PRIMARY_PX
from ui.shell.flow import Flow
from ui.shell.footer_bar import HEIGHT
from ui.shell.sent_keys import send_key
from ui.shell.shell import Shell
from ui.widgets import SPACE, Button, LineEdit, hold
from ui.widgets.fields.base_field import field_of

HINTS: Final = Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhPreferNumbers
DIGITS: Final = ("123", "456", "789")
"""In the order of a telephone everywhere."""
GAP_PX: Final = 16
KEPT_CLEAR_PX: Final = HEIGHT + SPACE["foot"] + BACK_PX + SPACE["gap"] + PRIMARY_PX
"""Below the keypad: what a page is for is pressed while the keypad is there."""


class Keypad(QFrame):
    """Beside the field that has the focus, which it keeps. `put_away` is emitted when a finger puts it away."""

    put_away = Signal()

    def __init__(self, parent: QWidget, language: Language) -> None:
        super().__init__(parent)
        self.setObjectName("keypad")
        self.setProperty("ground", "card")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._grid = QGridLayout(self)
        self._grid.setSpacing(8)
        for row, digits in enumerate(DIGITS):
            for column, digit in enumerate(digits):
                self._key(row, column, digit)
        self._key(3, 0, ".")
        self._key(3, 1, "0")
        self.delete, self.next, self.hider = Button("keypadDelete"), Button("keypadNext"), Button("keypadHide", "quiet")
        self.delete.clicked.connect(partial(self._send, Qt.Key.Key_Backspace, ""))
        self.next.clicked.connect(partial(self._send, Qt.Key.Key_Return, "\r"))
        self.hider.clicked.connect(self.put_away)
        for button, place in ((self.delete, (3, 2, 1, 1)), (self.next, (4, 0, 1, 2)), (self.hider, (4, 2, 1, 1))):
            self._grid.addWidget(button, *place)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_language(language)
        self.hide()

    def _key(self, row: int, column: int, text: str) -> None:
        button = Button(f"keypad{text}")
        button.setText(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hold(button, width=84, height=60)
        button.clicked.connect(partial(self._send, 0, text))
        self._grid.addWidget(button, row, column)

    def set_language(self, language: Language) -> None:
        self.setAccessibleName(say(language, "keypad.title"))
        self.delete.word(say(language, "keypad.delete"))
        self.next.word(say(language, "keypad.next"))
        self.hider.word(say(language, "keypad.hide"))

    def stand_by(self, field: QWidget) -> None:
        """At the side that `field` does not lie at, over the places of the primary action and the way back."""
        window = self.parentWidget()
        assert window is not None  # noqa: S101 - it was made with one
        self.adjustSize()
        height = window.height() - self.height() - GAP_PX - KEPT_CLEAR_PX
        left_free = field.mapTo(window, field.rect().topLeft()).x() > self.width() + 2 * GAP_PX
        self.move(GAP_PX if left_free else window.width() - self.width() - GAP_PX, height)
        self.show()
        self.raise_()

    def _send(self, key: int, text: str, *_: object) -> None:
        send_key(self, key, text)


class KeypadFlow(Flow):
    """Shows and hides the keypad."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._finger = self._away = False
        self.keypad = Keypad(window, window.language)
        self.keypad.put_away.connect(self._put_away)
        window.winId()  # the native window is where fingers come first
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._focus)  # type: ignore[union-attr]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if isinstance(event, QTouchEvent) and event.type() is QEvent.Type.TouchBegin:
            self._finger, self._away = True, self._away and not self._at_field(event)
            QTimer.singleShot(0, self._window, self._place)  # under the finger it would take the press
        elif event.type() is QEvent.Type.KeyPress:
            self._keys()
        return False

    def _at_field(self, event: QTouchEvent) -> bool:
        """Whether the field that has the focus was touched, or nobody knows what."""
        field, points = self._window.focusWidget(), event.points()
        if field is None or not points:
            return True
        return field.rect().contains(field.mapFrom(self._window, points[0].position().toPoint()))

    def _keys(self) -> None:
        self._finger = False
        self.keypad.hide()

    def _put_away(self) -> None:
        """Until another field is gone to, or this one is touched again: what it lay over is to be reached."""
        self._away = True
        self.keypad.hide()

    def _focus(self, _before: QWidget | None, _now: QWidget | None) -> None:
        self._away = False
        if isValid(self._window):  # one that is being dropped takes the focus from its fields, and is no window now
            self._place()

    def _place(self) -> None:
        """Beside a field of digits while fingers are at work; nowhere else."""
        field = self._window.focusWidget()
        if not self._finger or self._away or field is None or not numeric(field):
            self.keypad.hide()
            return
        self.keypad.set_language(self._window.language)
        self.keypad.stand_by(field)


def numeric(widget: QWidget) -> bool:
    """Whether only digits are typed there: a PIN, an amount, a number."""
    if not isinstance(widget, LineEdit):
        return False
    field = field_of(widget)
    return (field is not None and field.numeric) or bool(widget.inputMethodHints() & HINTS)
