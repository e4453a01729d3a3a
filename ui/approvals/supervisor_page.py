"""A supervisor's PIN, asked for in place: he agrees, nobody signs out, and the work behind it is where it was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person
from ui.approvals.second_person import SecondPerson
from ui.shell.base_page import Page
from ui.widgets.cards import Card
from ui.widgets.push_button import Button


class SupervisorPage(Page):
    """A supervisor types his PIN here."""

    agreed = Signal(object)
    extend_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageBacking", language, "backing.title")
        self.second = SecondPerson(language, waits=False, centre=True)
        self.second.entered.connect(self.submit)
        self.follow(self.second)
        self.primary = self.button(Button("primaryButton", "primary"), "backing.do", "F10", self.submit)
        extend = self.button("extendButton", "approval.extend", "Alt+1", self.extend_asked.emit, foot="")
        self.centre(
            Card(self.paragraph("backing.why"), self.second, self.primary, extend, self.back_button(), width=500)
        )

    def set_people(self, people: Sequence[Person]) -> None:
        self.second.set_people(people)

    def submit(self) -> None:
        self.agreed.emit(self.second.agreement())

    @override
    def first(self) -> QWidget:
        return self.second.names if self.second.names.count() > 1 else self.second.pin
