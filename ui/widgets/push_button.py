"""Buttons that fire once: a native double click clicks twice, Enter held down repeats."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QPushButton

from protocol.override import override
from protocol.values.arabic import isolate

GAP_MS = 500
"""A second press sooner than this is the first one's echo."""


class Button(QPushButton):
    """Never a dialog's default; a second click of a double click and a held key are not heard.

    One that `saves` what cannot be taken back, money above all, is deaf to Enter, and Enter does not lead to it:
    Enter means "next field", and whoever presses it once too often has sold something.
    """

    def __init__(self, name: str, variant: str = "", *, saves: bool = False) -> None:
        super().__init__()
        self.saves = saves
        self.setObjectName(name)
        self.setAutoDefault(False)
        if variant:
            self.setProperty("variant", variant)

    def word(self, text: str, key: str = "") -> None:
        """Name the action, and its key after it."""
        self.setText(f"{text}   {isolate(key)}" if key else text)
        self.setAccessibleName(text)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressing = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if pressing and event.isAutoRepeat():
            event.accept()
        elif pressing and event.key() != Qt.Key.Key_Space:
            event.accept()
            if not self.saves:
                self.click()
        else:
            super().keyPressEvent(event)


class TwiceButton(Button):
    """For what cannot be taken back: it asks for a second press, in its own place, without a dialog.

    `confirmed` is emitted at the second press; leaving the button takes the first one back.
    """

    confirmed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, "quiet")
        self._words = ("", "")
        self._since = QElapsedTimer()
        self.clicked.connect(self._pressed)

    def ask(self, word: str, again: str) -> None:
        """What it says, and what it says after the first press."""
        self._words = (word, again)
        self._show_words()

    def calm(self) -> None:
        self._since.invalidate()
        self._show_words()

    def _pressed(self) -> None:
        if not self._since.isValid():
            self._since.start()
            self._show_words()
        elif self._since.elapsed() >= GAP_MS:
            self.calm()
            self.confirmed.emit()

    def _show_words(self) -> None:
        self.word(self._words[1 if self._since.isValid() else 0])

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.calm()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.calm()
        super().hideEvent(event)


def tick_box(name: str, words: str, *, ticked: bool = False) -> QCheckBox:
    """A box to tick, called by its words."""
    box = QCheckBox(words)
    box.setObjectName(name)
    box.setAccessibleName(words)
    box.setChecked(ticked)
    return box
