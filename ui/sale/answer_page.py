"""What an authority answered to an inquiry: shown, printed if wanted, kept nowhere. No money here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QVBoxLayout

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.sale.answer_grid import Answer, AnswerGrid
from ui.shell import DataPage
from ui.widgets import Amount, Card, Fact, Text, clear, reveal, rule, show


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said of a service, line by line, and what was `asked`; a line without an amount is a word."""

    service: Bilingual
    lines: Sequence[ReceiptLine]
    total_pt: int
    asked: Mapping[Language, Sequence[Answer]] = field(default_factory=dict)


class AnswerPage(DataPage[Answered]):
    """An authority's answer to an inquiry."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageAnswer", language, "answer.title")
        self.heading, self._rows = Text(role="h2", wrap=True), QVBoxLayout()
        self.asked = AnswerGrid("answerAsked")
        self._about = self.label(self.asked, "answer.about", "h2")
        self.primary = self.first_widget = self.primary_button("answer.print", self._press)
        self.printing = self.button("printButton", "answer.print", "F9", icon="paper")
        self.again = self.button("againButton", "answer.again", "Alt+1", icon="back")
        for key, button in (("F9", self.printing), ("Alt+1", self.again)):
            self.command(key, "", button.click)  # also where it is the primary
        self.back_button("answer.done")
        self.rest("answer.moment", "answer.moment.more")
        self.arrange(
            Card(self._rows), self._about, (self.asked, 1),
            context=Card(self.heading, 1), actions=(self.again, self.printing),
        )  # fmt: skip

    @property
    def nothing(self) -> bool:
        """Whether nothing is on record: what was asked is corrected then, and not printed."""
        return self.data is not None and not self.data.lines and not self.data.total_pt

    def _press(self) -> None:
        (self.again if self.nothing else self.printing).click()

    @override
    def show_data(self, data: Answered) -> None:
        self.heading.setText(self.of(data.service))
        self.reword(self.primary, "answer.again" if self.nothing else "answer.print")
        self.printing.setVisible(self.nothing)
        self.again.setVisible(not self.nothing)
        asked = data.asked.get(self.language, ())
        self.asked.set_answers(asked)
        reveal(asked, self.asked, self._about)
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
