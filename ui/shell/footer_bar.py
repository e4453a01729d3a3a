"""The footer: what the keys do that no button shows. Help and lock stand at its end always; others give way.

A finger on one is that key: a counter with a touch panel has a way back from pages that have no button for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from protocol.override import override
from ui.widgets import KeyCap, Text, fill, fill_edge_to_edge, loosen

KEY_PX: Final = 48
"""Of a key: what a finger hits."""
HEIGHT: Final = KEY_PX + 1
SIDE_PX: Final = 24
GAP_PX: Final = 22
KEPT: Final = ("F1", "F12")
"""Keys whose words are never left out: whoever knows nothing else here finds help, and can lock."""
GIVE_WAY: Final = ("F7", "F8", "F6")
"""Keys whose words are left out where room is short, in this order; then the page's own from the end."""


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
        self._row = fill(QHBoxLayout(self), gap=GAP_PX, edges=(SIDE_PX, 0, SIDE_PX, 0))
        self._shown: dict[str, str] = {}
        self._entries: dict[str, QWidget] = {}
        self._made: dict[tuple[str, str], QWidget] = {}
        """By key and words: pages come and go at every citizen, and say the same."""

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """`keys` are (key, what it does) in order; what is told again unchanged is not made anew."""
        shown = dict(keys)
        if list(self._shown.items()) == list(shown.items()):
            return
        loosen(self._row)
        before, self._shown = self._entries, shown
        self._entries = {key: self._entry(key, what) for key, what in shown.items()}
        for key, entry in before.items():
            if entry is not self._entries.get(key):
                entry.setObjectName("")
                entry.hide()
        kept = [key for key in KEPT if key in self._entries]
        for key in [key for key in self._entries if key not in kept]:
            self._row.addWidget(self._entries[key])
        self._row.addStretch(1)
        for key in kept:
            self._row.addWidget(self._entries[key])
        self._fit()

    def _entry(self, key: str, what: str) -> QWidget:
        entry = self._made.get((key, what)) or self._make(key, what)
        entry.setObjectName(f"footer{key}")
        return entry

    def _make(self, key: str, what: str) -> QWidget:
        entry = self._made[key, what] = FooterKey()
        entry.pressed.connect(lambda: self.pressed.emit(key))
        entry.setCursor(Qt.CursorShape.PointingHandCursor)
        entry.setProperty("ground", "none")
        entry.setFixedHeight(KEY_PX)
        fill_edge_to_edge(entry, KeyCap(key), Text(what, "hint"), gap=8, sideways=True)
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
        own = [key for key in reversed(self._entries) if key not in (*GIVE_WAY, *KEPT)]
        for key in (*GIVE_WAY, *own):
            if sum(widths.values()) <= self.width() - 2 * SIDE_PX:
                return
            if key in widths:
                del widths[key]
                self._entries[key].hide()

    def _width(self, entry: QWidget) -> int:
        for label in entry.findChildren(Text):
            label.ensurePolished()
        return entry.sizeHint().width() + self._row.spacing()
