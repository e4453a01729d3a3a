"""The footer: what the keys do here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from kiosk.arabic import isolate
from ui.parts.box import clear
from ui.parts.text import Text
from ui.theme import hold

HEIGHT = 44


class Footer(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "footer")
        hold(self, height=HEIGHT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 24, 0)
        self._row.setSpacing(8)
        self._keys: list[tuple[str, str]] | None = None

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """`keys` are (key, what it does) in order; told again unchanged, nothing is made anew."""
        if self._keys == list(keys):
            return
        self._keys = list(keys)
        clear(self._row)
        for key, what in keys:
            self._row.addWidget(Text(isolate(key), "key"), 0, Qt.AlignmentFlag.AlignVCenter)
            self._row.addWidget(Text(what, "hint"), 0, Qt.AlignmentFlag.AlignVCenter)
            self._row.addSpacing(12)
        self._row.addStretch(1)
