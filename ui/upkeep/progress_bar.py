"""How far something has come that is under way beside the work."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle

from protocol.override import override
from ui.widgets import TOKENS, Drawn, reveal

BAR_PX: Final = 8


class ProgressBar(Drawn):
    """A bar in a dark box, filled from where reading begins; hidden while nothing is under way."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(BAR_PX)

    def tell(self, done: int, whole: int, *, busy: bool) -> None:
        self._share = done / whole if whole else 0.0
        reveal(busy, self)
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for token, share in (("border", 1.0), ("accent_light", self._share)):
            painter.setBrush(QColor(TOKENS[token]))
            filled = QRect(0, 0, round(self.width() * share), BAR_PX)
            painter.drawRoundedRect(QStyle.visualRect(self.layoutDirection(), self.rect(), filled), 4, 4)
