"""S0: first trust. The technician types address, slot and code; two people compare six digits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import fill
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class EnrolPage(Page):
    """Address, slot and code are typed here; two people compare the digits."""

    private = False
    entrance = True
    asked = Signal(str, str, str)
    given_up = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageEnrol", language, "enrol.title")
        self._digits = ""
        card = Card()
        hold(card, width=640)
        hint = Text(role="hint", wrap=True)
        self.word(hint.setText, "enrol.hint")
        card.column.addWidget(hint)
        self.url = LineEdit("urlEdit")
        self.slot = LineEdit("slotEdit", limit=40)
        self.code = LineEdit("codeEdit", limit=64)
        for edit, key in ((self.url, "enrol.url"), (self.slot, "enrol.slot"), (self.code, "enrol.code")):
            fill(card.column, self.label(edit, key), edit)
        self.primary = Button("primaryButton", "primary")
        self.word(self.primary.word, "enrol.do", "F10")
        self.primary.clicked.connect(self.submit)
        card.column.addWidget(self.primary)
        self.digits = Text(role="code")
        self.digits.setObjectName("enrolDigits")
        self.compare = Text(role="body", wrap=True)
        card.column.addWidget(self.digits)
        card.column.addWidget(self.compare)
        self.centre(card)
        self.retold()

    def set_digits(self, digits: str) -> None:
        """The number that must be the same on the centre's screen; "" before there is one."""
        self._digits = digits
        self.retold()

    @override
    def retold(self) -> None:
        self.digits.setText(isolate(f"{self._digits[:3]} {self._digits[3:]}") if self._digits else "")
        self.compare.setText(self.say("enrol.compare") if self._digits else "")
        for label in (self.digits, self.compare):
            label.setVisible(bool(self._digits))
        self.primary.setVisible(not self._digits)

    def submit(self) -> None:
        self.asked.emit(self.url.text().strip(), self.slot.text().strip(), self.code.text().strip())

    @override
    def first(self) -> QWidget:
        """The first that is still to be typed."""
        return next((edit for edit in (self.url, self.slot, self.code) if not edit.text()), self.url)

    @override
    def commands(self) -> list[Action]:
        if self._digits:
            return [Action("Esc", "enrol.again", self.given_up.emit)]
        return [Action("F10", "enrol.do", self.submit)]
