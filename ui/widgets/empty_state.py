"""Where something will stand and nothing does yet: what it is, and how it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from ui.widgets.cards import picture
from ui.widgets.labels import Text
from ui.widgets.layouts import fill_edge_to_edge

ICON_PX = 64


class EmptyState(QFrame):
    """An icon over a few words, in the middle of its room, or of a card there."""

    def __init__(self, icon: str, *, card: bool = False) -> None:
        super().__init__()
        self.setProperty("ground", "card" if card else "none")
        drawn, self.words = picture(icon, "hint", ICON_PX), Text(role="h2", wrap=True, middle=True)
        self.words.leave_room()
        box = fill_edge_to_edge(self, 1, drawn, self.words, 1, gap=12)
        box.setAlignment(drawn, Qt.AlignmentFlag.AlignHCenter)

    def tell(self, words: str) -> None:
        self.words.setText(words)
