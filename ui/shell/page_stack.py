"""The pages of the window, one of them on top."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget


class PageStack(QStackedWidget):
    """A page with more to say than there is room for must never push the keys' line off the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def paint_next(self) -> None:
        """What changes in this turn of the event loop is laid out now and painted in the next: half the time each."""
        self.setUpdatesEnabled(False)
        QTimer.singleShot(0, self, lambda: self.setUpdatesEnabled(True))
