"""Over a screen that is saving: it says so at once and takes every key and click until the answer is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from protocol.override import override
from ui.widgets import Text, announce


class BusyVeil(QFrame):
    """Covers a screen that is saving."""

    def __init__(self, under: QWidget) -> None:
        super().__init__(under)
        self._under = under
        self.setObjectName("veil")
        self.setProperty("ground", "veil")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text = Text(role="busy")
        QVBoxLayout(self).addWidget(self._text, 0, Qt.AlignmentFlag.AlignCenter)
        under.installEventFilter(self)
        self.hide()

    def drop(self, text: str) -> None:
        """Cover; with no text it only keeps the keys away."""
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(text or "…")
        self.setGeometry(self._under.rect())
        self.show()
        announce(self, text)
        self.raise_()
        self.setFocus()

    def tell(self, text: str) -> None:
        """How far it is by now; nothing where it has been lifted meanwhile."""
        if not self.isHidden():
            self._text.setText(text)

    def lift(self) -> None:
        """Take it away; whoever does gives the focus to something else."""
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._under.rect())
        return super().eventFilter(watched, event)

    @override
    def focusNextPrevChild(self, _next: bool) -> bool:
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
