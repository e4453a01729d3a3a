"""A supervisor's PIN, asked for in place: he agrees, nobody signs out, and the work behind it is where it was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.staff.two_person_rule import SecondWord
from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person
from ui.approvals.second_person import SecondPerson
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class SupervisorPage(Page):
    agreed = Signal(object)
    extend_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageBacking", language, "backing.title")
        card = Card()
        hold(card, width=500)
        why = Text(role="hint", wrap=True)
        self.word(why.setText, "backing.why")
        self.second = SecondPerson(language, waits=False, centre=True)
        self.second.entered.connect(self.submit)
        self.primary, extend, back = Button("primaryButton", "primary"), Button("extendButton"), Button("backButton")
        self.word(self.primary.word, "backing.do", "F10")
        self.word(extend.word, "approval.extend", "Alt+1")
        self.word(back.word, "key.back", "Esc")
        self.primary.clicked.connect(self.submit)
        extend.clicked.connect(self.extend_asked)
        back.clicked.connect(self.left)
        for widget in (why, self.second, self.primary, extend, back):
            card.column.addWidget(widget)
        self.centre(card)

    def set_people(self, people: Sequence[Person]) -> None:
        self.second.set_people(people)

    @override
    def retold(self) -> None:
        self.second.set_language(self.language)

    def submit(self) -> None:
        agreement: SecondWord = self.second.agreement()
        self.agreed.emit(agreement)

    @override
    def first(self) -> QWidget:
        return self.second.names if self.second.names.count() > 1 else self.second.pin

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F10", "backing.do", self.submit),
            Action("Alt+1", "", self.extend_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]
