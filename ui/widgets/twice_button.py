"""A button for what cannot be taken back: it asks for a second press, in its own place, without a dialog."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent

from protocol.override import override
from ui.widgets.push_button import Button

GAP_MS = 500
"""A second press sooner than this is the first one's echo."""


class TwiceButton(Button):
    """`confirmed` is emitted at the second press; leaving the button takes the first one back."""

    confirmed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, "quiet")
        self._words = ("", "")
        self._since = QElapsedTimer()
        self.clicked.connect(self._pressed)

    def ask(self, word: str, again: str) -> None:
        """What it says, and what it says after the first press."""
        self._words = (word, again)
        self._tell()

    def calm(self) -> None:
        self._since.invalidate()
        self._tell()

    def _pressed(self) -> None:
        if not self._since.isValid():
            self._since.start()
            self._tell()
        elif self._since.elapsed() >= GAP_MS:
            self.calm()
            self.confirmed.emit()

    def _tell(self) -> None:
        self.word(self._words[1 if self._since.isValid() else 0])

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.calm()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.calm()
        super().hideEvent(event)
