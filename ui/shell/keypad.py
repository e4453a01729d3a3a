"""Digits for fingers: beside the field that has the focus, which it keeps; in the order of a telephone everywhere."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QWidget

from protocol.texts import Language, say
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

DIGITS: Final = ("123", "456", "789")
GAP_PX: Final = 16


class Keypad(QFrame):
    """`put_away` is emitted when a finger puts it away."""

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
        """In the lower corner that `field` does not lie in, above the line of the keys' names."""
        window = self.parentWidget()
        assert window is not None  # noqa: S101 - it was made with one
        self.adjustSize()
        height = window.height() - self.height() - GAP_PX - 44
        left_free = field.mapTo(window, field.rect().topLeft()).x() > self.width() + 2 * GAP_PX
        self.move(GAP_PX if left_free else window.width() - self.width() - GAP_PX, height)
        self.show()
        self.raise_()

    def _send(self, key: int, text: str, *_: object) -> None:
        """To whatever has the focus, as a key would come."""
        target = self.window().focusWidget()
        if target is not None:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
