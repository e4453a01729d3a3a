"""What an authority answered to an inquiry: shown, printed if wanted, kept nowhere. No money here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.cards import Card, Fact, clear
from ui.widgets.labels import Amount, Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class AnswerPage(Page):
    print_asked = Signal()
    done = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageAnswer", language, "answer.title")
        self._service = ("", "")
        self._lines: Sequence[ReceiptLine] = ()
        self._total_pt = 0
        card, self._rows = Card(), QVBoxLayout()
        self.heading, note = Text(role="h2", wrap=True), Text(role="hint", wrap=True)
        self.word(note.setText, "answer.moment")
        card.column.addWidget(self.heading)
        card.column.addLayout(self._rows)
        card.column.addStretch(1)
        card.column.addWidget(note)
        side, row = QVBoxLayout(), QHBoxLayout()
        self.primary, self.paper = Button("primaryButton", "primary"), Button("printButton")
        side.setSpacing(12)
        for button, key, name, signal in (
            (self.primary, "answer.done", "F10", self.done),
            (self.paper, "answer.print", "F9", self.print_asked),
        ):
            self.word(button.word, key, name)
            button.clicked.connect(signal)
            hold(button, width=330)
            side.addWidget(button)
        side.addStretch(1)
        row.setSpacing(20)
        row.addWidget(card, 1)
        row.addLayout(side)
        self.body.addLayout(row)

    def set_answer(self, service: tuple[str, str], lines: Sequence[ReceiptLine], total_pt: int) -> None:
        """What was said, line by line; a line without an amount is a word."""
        self._service, self._lines, self._total_pt = service, lines, total_pt
        self.retold()

    @override
    def retold(self) -> None:
        place = 0 if self.language == "ar" else 1
        self.heading.setText(self._service[place])
        clear(self._rows)
        column: list[Amount] = []
        for line in self._lines:
            words = (line.label_ar, line.label_en)[place]
            self._rows.addWidget(
                self._fact(words, line.amount_pt, column) if line.amount_pt else Text(words, "strong", wrap=True)
            )
        if self._total_pt:
            self._rows.addWidget(self._fact(self.say("answer.total"), self._total_pt, column))
        elif not self._lines:
            self._rows.addWidget(Text(self.say("answer.nothing"), "strong", wrap=True))

    def _fact(self, label: str, amount_pt: int, column: list[Amount]) -> Fact:
        fact = Fact("strong", "body", column=column)
        fact.label.setText(label)
        fact.value.setText(show.money(self.language, amount_pt))
        return fact

    @override
    def first(self) -> QWidget:
        return self.paper

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F10", "answer.done", self.done.emit),
            Action("F9", "answer.print", self.print_asked.emit),
            Action("Esc", "answer.done", self.done.emit),
        ]
