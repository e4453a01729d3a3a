"""One fact about a request: a picture, its words, and what follows from it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.widgets.cards import set_picture
from ui.widgets.labels import Text, restyle


class StateRow(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("ground", "none")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        self._picture = QLabel()
        self.what = Text(role="strong")
        self.more = Text(role="hint", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.what)
        words.addWidget(self.more)
        row.addWidget(self._picture)
        row.addLayout(words, 1)

    def tell(self, picture: str, tone: str, what: str, more: str) -> None:
        set_picture(self._picture, picture, tone, 28)
        self.what.setText(what)
        self.more.setText(more)
        restyle(self.more, "role", "error" if tone == "act" else "hint")
        self.setAccessibleName(f"{what}. {more}")
