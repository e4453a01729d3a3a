"""Over a screen that is saving: it takes every key at once until the answer is there, and soon says so.

What is done before anybody would see it is not said: to cover a page and to uncover it paints the window twice.
It says so over the primary action and the way back. What may be given up is ended by Esc, as the box says.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from protocol.override import override
from ui.shell.action_rail import BACK_PX, NARROW_PAGE_PX, NARROW_RAIL_PX, PRIMARY_PX, RAIL_PX
from ui.widgets import SPACE, Button, Space, Text, announce, fill, stacked
from ui.widgets.translated import Run

SOON_MS: Final = 100
"""What takes longer is seen to take time."""


class BusyVeil(QFrame):
    """Keeps the keys of a screen that is saving, and soon covers it; until then its clicks are kept by the window."""

    covers = Signal(bool)
    """Whether it can be seen."""
    _run: Run | None = None

    def __init__(self, under: QWidget) -> None:
        super().__init__(under)
        self._under = under
        self.setObjectName("veil")
        self.setProperty("ground", "veil")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text, self.stop = Text(role="busy", middle=True, wrap=True), Button("stopButton", "header")
        self._text.leave_room()
        self.stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stop.clicked.connect(lambda _checked: self._run and self._run())
        self._box = QFrame()
        self._box.setProperty("tone", "busy")
        self._box.setMinimumHeight(PRIMARY_PX + SPACE["gap"] + BACK_PX)  # nothing is seen in part, and no second Esc
        fill(QVBoxLayout(self._box), self._text, self.stop, gap=8, edges=(16, 8, 16, 8))
        low, side = Space(SPACE["foot"]), SPACE["side"]
        fill(QHBoxLayout(self), 1, stacked(1, self._box, low, gap=0), edges=(side, 0, side, 0))
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.cover)
        under.installEventFilter(self)
        self.hide()

    @property
    def unseen(self) -> bool:
        """Whether it keeps the keys and covers nothing yet."""
        return not self.isHidden() and self.size().isEmpty()

    def drop(self, text: str, word: str = "", stop: Run | None = None) -> None:
        """Cover soon; with no text it only keeps the keys. Where it may be ended, `word` says so, Esc does `stop`."""
        self._text.setText(text)
        self._run = stop
        self.stop.word(word, "Esc")
        self.stop.setVisible(stop is not None)
        self.setAccessibleName(text or "…")
        if self.isHidden() or not text:
            self.setGeometry(QRect())
        if not text:
            self._soon.stop()
        self.show()
        self.setFocus()
        if text and not self.unseen:
            announce(self, text)
        elif text and not self._soon.isActive():
            self._soon.start()

    def cover(self) -> None:
        """Now: what follows holds up the loop."""
        self._soon.stop()
        self._fit()
        self.raise_()
        self.covers.emit(True)
        announce(self, self._text.text())

    def _fit(self) -> None:
        """As wide as the rail."""
        self._box.setFixedWidth(RAIL_PX if self._under.width() >= NARROW_PAGE_PX else NARROW_RAIL_PX)
        self.setGeometry(self._under.rect())

    def tell(self, text: str) -> None:
        """How far it is by now; nothing where it has been lifted meanwhile."""
        if not self.isHidden():
            self._text.setText(text)

    def lift(self) -> None:
        """Take it away; whoever does gives the focus to something else."""
        self._soon.stop()
        self.hide()
        self.covers.emit(False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and not self.unseen:
            self._fit()
        return super().eventFilter(watched, event)

    @override
    def focusNextPrevChild(self, _next: bool) -> bool:
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        if event.key() == Qt.Key.Key_Escape and not self.stop.isHidden():
            self.stop.click()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
