"""A supervisor's PIN, asked for in place: he agrees, nobody signs out, and the work behind it is where it was."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.approvals.second_person import SecondPerson
from ui.shell.base_page import Page
from ui.widgets.cards import Card


class SupervisorPage(Page):
    """A supervisor types his PIN here."""

    agreed = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageBacking", language, "backing.title")
        self.second = self.follow(SecondPerson(language))
        self.second.pin.returnPressed.connect(self.submit)
        self.primary = self.primary_button("backing.do", self.submit)
        self.extend = self.button("extendButton", "approval.extend", "Alt+1", foot="")
        parts = (self.paragraph("backing.why"), self.second, self.primary, self.extend, self.back_button())
        self.centre(Card(*parts, width=500))

    def submit(self) -> None:
        self.agreed.emit(self.second.agreement())

    @override
    def first(self) -> QWidget:
        return self.second.names if self.second.names.count() > 1 else self.second.pin
