"""The header: office, counter, operator, how the line stands, time, language."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from ui.widgets import Button, Text, restyle
from ui.widgets.announce import announce
from ui.widgets.cards import ICONS
from ui.widgets.icons import icon, pixmap
from ui.widgets.labels import Shrinking
from ui.widgets.layouts import fill
from ui.widgets.theme import TOKENS

HEIGHT = 56


class HeaderBar(QFrame):
    """The line on top of every screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "header")
        self.setFixedHeight(HEIGHT)
        self.shop = Shrinking(role="on-header")
        self.counter = Text(role="on-header-2")
        self.operator = Shrinking(role="on-header")
        self.clock = Text(role="on-header-2")
        self.chip = Button("syncChip")
        self.chip.setProperty("chip", "off")
        self.chip.hide()
        self.language, self.display = Button("languageButton", "header"), Button("displayButton", "header")
        self.display.setText("أ A")
        for button in (self.chip, self.language, self.display):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        mark = QLabel(pixmap=pixmap("office", TOKENS["on_header"], 28))
        told = self.chip, self.operator, self.clock, self.display, self.language
        row = fill(QHBoxLayout(self), mark, self.shop, self.counter, 1, *told, gap=16)
        row.setContentsMargins(24, 0, 24, 0)

    def set_chip(self, tone: str, text: str) -> None:
        """How the line stands, in words with a picture; `tone` is ok, wait, off or act."""
        if text != self.chip.accessibleName():
            announce(self.chip, text, urgent=tone == "act")
        restyle(self.chip, "chip", tone)
        self.chip.setIcon(icon("sent" if tone == "ok" else ICONS[tone], TOKENS[tone]))
        self.chip.word(text)
        self.chip.setText(f" {text}")
        self.chip.show()
