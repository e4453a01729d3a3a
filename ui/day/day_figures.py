"""The figures of a day that no line stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.widgets import Card, Text, Translated, beside, fill_edge_to_edge, picture, restyle, show

FIGURES: Final = {
    "count": ("figure.count", "list"), "expected": ("paper.expected", "cash"), "grand": ("paper.grand", "coins"),
    "float": ("total.float", "store"),
}  # fmt: skip
"""What they are called, and their pictures; the first is a number, the others are piastres. No line stands behind them:
what is a sum of lines has a row, which opens them.
"""


class Figure(Card):
    """A picture, what it is, and how much."""

    def __init__(self, name: str, icon: str) -> None:
        self.label, self.value = Text(role="hint", wrap=True), Text(role="amount", wrap=True)
        head = beside(picture(icon, "accent_ink", 22), (self.label, 1), gap=8)
        super().__init__(head, 1, self.value, edges=(16, 4, 16, 4))
        self.setObjectName(f"figure_{name}")


class DayFigures(Translated, QWidget):
    """The figures side by side; one that is told only after the count says so in place of its amount."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.cards = {name: Figure(name, icon) for name, (_, icon) in FIGURES.items()}
        self._amounts: Mapping[str, int | None] = {}
        shares = zip(self.cards.values(), (3, 5, 5, 5), strict=True)
        fill_edge_to_edge(self, *shares, gap=12, sideways=True)
        self.retold()

    def set_amounts(self, amounts: Mapping[str, int | None]) -> None:
        self._amounts = amounts
        self.retold()

    @override
    def retold(self) -> None:
        for name, card in self.cards.items():
            amount = self._amounts.get(name)
            card.label.setText(self.say(FIGURES[name][0]))
            restyle(card.value, "role", "hint" if amount is None else "amount")
            if amount is None:
                card.value.setText(self.say("figure.later"))
            else:
                card.value.setText(show.number(amount) if name == "count" else show.money(self.language, amount))
            card.setVisible(name in self._amounts)
            card.setAccessibleName(f"{card.label.text()}: {card.value.text()}")
