"""The footer: what the keys do here. Where not all have room, those that mean the same everywhere go first.

A finger on one is that key: a counter with a touch panel has a way back from pages that have no button for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from protocol.override import override
from protocol.values.arabic import isolate
from ui.widgets import Text
from ui.widgets.cards import loosen

HEIGHT: Final = 44
GIVE_WAY: Final = ("F7", "F8", "F6", "F12", "F11", "F1")
"""Keys whose words are left out first, in this order; the keys themselves work as ever."""


class FooterKey(QWidget):
    """A key and what it does; the second press of a double click is not heard."""

    pressed = Signal()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:  # as on every other button
            self.pressed.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class FooterBar(QFrame):
    """The keys of the present screen."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "footer")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 24, 0)
        self._row.setSpacing(20)
        self._shown: dict[str, str] = {}
        self._entries: dict[str, QWidget] = {}

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """`keys` are (key, what it does) in order; what is told again unchanged is not made anew."""
        shown = dict(keys)
        if list(self._shown.items()) == list(shown.items()):
            return
        loosen(self._row)
        before, self._shown = self._shown, shown
        for key in [key for key, what in before.items() if shown.get(key) != what]:
            gone = self._entries.pop(key)
            gone.hide()
            gone.deleteLater()
        self._entries = {key: self._entries.get(key) or self._entry(key, what) for key, what in shown.items()}
        for entry in self._entries.values():
            self._row.addWidget(entry)
        self._row.addStretch(1)
        self._fit()

    def _entry(self, key: str, what: str) -> QWidget:
        entry = FooterKey()
        entry.pressed.connect(lambda: self.pressed.emit(key))
        entry.setCursor(Qt.CursorShape.PointingHandCursor)
        entry.setProperty("ground", "none")
        row = QHBoxLayout(entry)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Text(isolate(key), "key"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Text(what, "hint"), 0, Qt.AlignmentFlag.AlignVCenter)
        return entry

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out words until the rest has room."""
        widths = {key: self._width(entry) for key, entry in self._entries.items()}
        for entry in self._entries.values():
            entry.show()
        for key in GIVE_WAY:
            if sum(widths.values()) <= self.width() - 48:
                return
            if key in widths:
                del widths[key]
                self._entries[key].hide()

    def _width(self, entry: QWidget) -> int:
        for label in entry.findChildren(Text):
            label.ensurePolished()
        return entry.sizeHint().width() + self._row.spacing()
