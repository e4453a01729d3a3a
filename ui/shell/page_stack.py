"""The pages of the window, one of them on top."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget

from protocol.override import override


class PageStack(QStackedWidget):
    """A page with more to say than there is room for must never push the keys' line off the screen.

    So no page is asked for its size. Qt would ask all of them, unseen ones too, at every change of one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._paint = QTimer(self, singleShot=True)  # a `singleShot(0)` would come in the same turn
        self._paint.timeout.connect(lambda: self.setUpdatesEnabled(True))

    @override
    def hasHeightForWidth(self) -> bool:
        return False

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    minimumSizeHint = sizeHint

    def paint_next(self, most_ms: int = 0) -> None:
        """What changes in this turn of the event loop is laid out now and painted in the next: half the time each.

        `most_ms`: not before the next call either, unless that takes longer.
        """
        self.setUpdatesEnabled(False)
        self._paint.start(most_ms)
