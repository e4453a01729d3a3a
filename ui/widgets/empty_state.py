"""Where something will stand and nothing does yet: what it is, and how it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.cards import picture, set_picture
from ui.widgets.labels import Text
from ui.widgets.layouts import fill_edge_to_edge, reveal

ICON_PX = 64


class EmptyState(QWidget):
    """An icon over a few words, in the middle of its room."""

    def __init__(self, icon: str, tone: str = "hint") -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._icon, self.words = picture(icon, tone, ICON_PX), Text(role="h2", wrap=True, middle=True)
        self.words.leave_room()
        box = fill_edge_to_edge(self, 1, self._icon, self.words, 1, gap=12)
        box.setAlignment(self._icon, Qt.AlignmentFlag.AlignHCenter)

    def look(self, icon: str, tone: str) -> None:
        set_picture(self._icon, icon, tone, ICON_PX)

    def bare(self, on: bool) -> None:
        """Its room alone, where there is something else to say than that nothing is here."""
        reveal(not on, self._icon, self.words)

    def tell(self, words: str) -> None:
        self.words.setText(words)
