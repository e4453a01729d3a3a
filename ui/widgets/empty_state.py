"""Where something will stand and nothing does yet: what it is, and how it comes."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill_edge_to_edge

ICON_PX = 64


class EmptyState(QFrame):
    """An icon over a few words: in the middle of its room, or in a card that ends with them."""

    def __init__(self, icon: str, *, card: bool = False) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        drawn, self.words = picture(icon, "hint", ICON_PX), Text(role="h2", wrap=True, middle=True)
        self.words.leave_room()
        self.more = Text(role="hint", wrap=True, middle=True)
        self.more.hide()
        middle = beside(1, drawn, 1, gap=0)
        if card:
            fill_edge_to_edge(self, Card(middle, self.words, self.more, edges=(20, 28, 20, 28)), 1)
        else:
            fill_edge_to_edge(self, 1, middle, self.words, self.more, 1, gap=12)

    def tell(self, words: str) -> None:
        """A second line says how it comes."""
        said, _, more = words.partition("\n")
        self.words.setText(said)
        self.more.tell(more)
