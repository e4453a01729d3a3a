"""First PIN: the one-time code from the centre, and the PIN typed twice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person, PinEdit
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class ActivatePage(Page):
    asked = Signal(str, str, str)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageActivate", language, "activate.title")
        self._person: Person | None = None
        card = Card()
        hold(card, width=560)
        hint = Text(role="hint", wrap=True)
        self.word(hint.setText, "activate.hint")
        card.column.addWidget(hint)
        self.code = LineEdit("activationEdit", limit=64)
        self.pin = PinEdit("newPinEdit")
        self.again = PinEdit("newPinAgainEdit")
        for edit, key in ((self.code, "activate.code"), (self.pin, "activate.pin"), (self.again, "activate.again")):
            self.labelled(card.column, edit, key)
        self.primary, back = Button("primaryButton", "primary"), Button("backButton")
        self.word(self.primary.word, "activate.do", "F10")
        self.primary.clicked.connect(self.submit)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.primary, 1)
        buttons.addWidget(back)
        card.column.addSpacing(8)
        card.column.addLayout(buttons)
        self.centre(card)

    def set_person(self, person: Person) -> None:
        self._person = person
        for edit in (self.code, self.pin, self.again):
            edit.clear()
        self.retold()

    @override
    def retold(self) -> None:
        if self._person is not None:
            self.subtitle.setText(self._person.name_ar if self.language == "ar" else self._person.name_en)

    def submit(self) -> None:
        if self._person is None:
            return
        if self.pin.text() != self.again.text():
            self.fail(Refused("pin_differs"))
            self.again.clear()
            self.again.setFocus()
            return
        self.asked.emit(self._person.id, self.code.text(), self.pin.text())

    @override
    def first(self) -> QWidget:
        return self.code

    @override
    def commands(self) -> list[Action]:
        return [Action("F10", "activate.do", self.submit), Action("Esc", "key.back", self.left.emit)]
