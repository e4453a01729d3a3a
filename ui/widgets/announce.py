"""What a screen reader says by itself: what has changed away from the focus.

Nothing is said of what cannot be seen. Qt's classes for that are asked for then: the first picture does without.
"""

from __future__ import annotations

from typing import Final

from PySide6 import QtGui
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

REST_MS: Final = 400
"""Between two digits of somebody who types."""


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have a screen reader say `text`, at once if it is `urgent`, else after what it is saying. Nothing personal."""
    if not text or not widget.isVisible() or not QtGui.QAccessible.isActive():
        return
    event = QtGui.QAccessibleAnnouncementEvent(widget, text)
    kinds = QtGui.QAccessible.AnnouncementPoliteness
    event.setPoliteness(kinds.Assertive if urgent else kinds.Polite)
    QtGui.QAccessible.updateAccessibility(event)


class Teller(QTimer):
    """Says what something has come to beside the focus, once it has come to rest: not each digit on the way, nor again.

    What is told while it cannot be seen is not said.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, singleShot=True, interval=REST_MS)
        self._widget, self._text, self._said = widget, "", ""
        self.timeout.connect(self._say)

    def tell(self, text: str) -> None:
        """Told "", it forgets what it has said."""
        self._text = text
        if not text:
            self._said = ""
            self.stop()
        elif QtGui.QAccessible.isActive():
            self.start()

    def _say(self) -> None:
        if self._widget.isVisible() and self._text != self._said:
            announce(self._widget, self._text)
            self._said = self._text
