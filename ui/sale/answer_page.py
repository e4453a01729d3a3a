"""What an authority answered to an inquiry: shown, printed if wanted, kept nowhere. No money here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.shell import DataPage
from ui.widgets import Amount, Card, Fact, Text, clear, rule, show


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
        self.primary = self.first_widget = self.primary_button("answer.print")
        self.command("F9", "", self.primary.click)
        self.again = self.button("againButton", "answer.again", "Alt+1", icon="back")
        self.back_button("answer.done")
        self.rest("answer.moment", "answer.moment.more")
        self.arrange(Card(self._rows), 1, context=Card(self.heading, 1), actions=(self.again,))

    @override
    def show_data(self, data: Answered) -> None:
        self.heading.setText(self.of(data.service))
        clear(self._rows)
        column: list[Amount] = []
        for line in data.lines:
            words = self.of(line.label)
            self._rows.addWidget(
                Fact("strong", "body", column=column).tell(words, show.money(self.language, line.amount_pt))
                if line.amount_pt
                else Text(words, "h2", wrap=True)
            )
        if data.total_pt:
            total = Fact("amount", "h2").tell(self.say("answer.total"), show.money(self.language, data.total_pt))
            self._rows.addWidget(rule())
            self._rows.addWidget(total)
        elif not data.lines:
            self._rows.addWidget(Text(self.say("answer.nothing"), "h2", wrap=True))
            self._rows.addWidget(Text(self.say("answer.nothing.more"), wrap=True))
