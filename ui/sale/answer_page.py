"""What an authority answered to an inquiry: shown, printed if wanted, kept nowhere. No money here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.shell import DataPage
from ui.widgets import Amount, Card, Fact, Text, clear, show


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said of a service, line by line; a line without an amount is a word."""

    service: Bilingual
    lines: Sequence[ReceiptLine]
    total_pt: int


class AnswerPage(DataPage[Answered]):
    """An authority's answer to an inquiry."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageAnswer", language, "answer.title")
        self.heading, self._rows = Text(role="h2", wrap=True), QVBoxLayout()
        self.primary = self.primary_button("answer.done")
        self.first_widget = self.paper = self.button("printButton", "answer.print", "F9")
        self.back_button()
        self.left.connect(self.primary.click)
        card = Card(self.heading, self._rows, self.paragraph("answer.moment"))
        self.arrange(card, actions=(self.paper,))

    @override
    def show_data(self, data: Answered) -> None:
        self.heading.setText(self.of(data.service))
        clear(self._rows)
        column: list[Amount] = []
        for line in data.lines:
            words = self.of(line.label)
            self._rows.addWidget(
                self._fact(words, line.amount_pt, column) if line.amount_pt else Text(words, "strong", wrap=True)
            )
        if data.total_pt:
            self._rows.addWidget(self._fact(self.say("answer.total"), data.total_pt, column))
        elif not data.lines:
            self._rows.addWidget(Text(self.say("answer.nothing"), "strong", wrap=True))

    def _fact(self, label: str, amount_pt: int, column: list[Amount]) -> Fact:
        return Fact("strong", "body", column=column).tell(label, show.money(self.language, amount_pt))
