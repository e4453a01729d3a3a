"""First PIN: the one-time code from the centre, and the PIN typed twice."""

from __future__ import annotations

from PySide6.QtCore import Signal

from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person, PinEdit
from ui.shell.base_page import DataPage
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.layouts import Space, beside


class ActivatePage(DataPage[Person]):
    """A first PIN is set here."""

    asked = Signal(str, str, str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageActivate", language, "activate.title")
        self.first_widget = self.code = LineEdit("activationEdit", limit=64)
        self.pin, self.again = PinEdit("newPinEdit"), PinEdit("newPinAgainEdit")
        edits = ((self.code, "activate.code"), (self.pin, "activate.pin"), (self.again, "activate.again"))
        fields = [part for edit, key in edits for part in (self.label(edit, key), edit)]
        self.primary = self.primary_button("activate.do", self.submit)
        buttons = beside((self.primary, 1), self.back_button(), gap=8)
        self.centre(Card(self.paragraph("activate.hint"), *fields, Space(8), buttons, width=560))

    @override
    def set_data(self, data: Person) -> None:
        super().set_data(data)
        for edit in (self.code, self.pin, self.again):
            edit.clear()

    @override
    def show_data(self, data: Person) -> None:
        self.subtitle.setText(self.of(data.name))

    def submit(self) -> None:
        if self.data is None:
            return
        if self.pin.text() != self.again.text():
            self.fail(Refused("pin_differs"), self.again)
            self.again.clear()
            return
        self.asked.emit(self.data.id, self.code.text(), self.pin.text())
