"""What an authority answered to an inquiry: shown, printed if wanted, kept nowhere. No money here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card, Fact, clear
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import beside, stacked
from ui.widgets.push_button import Button


class AnswerPage(Page):
    """An authority's answer to an inquiry."""

    print_asked = Signal()
    done = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageAnswer", language, "answer.title")
        self._service = ("", "")
        self._lines: Sequence[ReceiptLine] = ()
        self._total_pt = 0
        self.heading, self._rows = Text(role="h2", wrap=True), QVBoxLayout()
        card = Card(self.heading, self._rows, 1, self.paragraph("answer.moment"))
        self.primary = self.button(Button("primaryButton", "primary"), "answer.done", "F10", self.done.emit)
        self.first_widget = self.paper = self.button("printButton", "answer.print", "F9", self.print_asked.emit)
        self.command("Esc", "answer.done", self.done.emit)
        self.body.addLayout(beside((card, 1), stacked(self.primary, self.paper, 1, width=330)))

    def set_answer(self, service: tuple[str, str], lines: Sequence[ReceiptLine], total_pt: int) -> None:
        """What was said, line by line; a line without an amount is a word."""
        self._service, self._lines, self._total_pt = service, lines, total_pt
        self.retold()

    @override
    def retold(self) -> None:
        self.heading.setText(self.of(self._service))
        clear(self._rows)
        column: list[Amount] = []
        for line in self._lines:
            words = self.of((line.label_ar, line.label_en))
            self._rows.addWidget(
                self._fact(words, line.amount_pt, column) if line.amount_pt else Text(words, "strong", wrap=True)
            )
        if self._total_pt:
            self._rows.addWidget(self._fact(self.say("answer.total"), self._total_pt, column))
        elif not self._lines:
            self._rows.addWidget(Text(self.say("answer.nothing"), "strong", wrap=True))

    def _fact(self, label: str, amount_pt: int, column: list[Amount]) -> Fact:
        return Fact("strong", "body", column=column).tell(label, show.money(self.language, amount_pt))
