"""S11: hides everything and keeps the work; the same person comes back to the same field."""

from __future__ import annotations

from PySide6.QtCore import Signal

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import PinEdit
from ui.shell.base_page import Page
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.layouts import Space, beside
from ui.widgets.push_button import Button


class LockPage(Page):
    """The work is hidden until its operator is back."""

    private = False
    entrance = True
    asked = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageLock", language, "lock.title")
        self._name = ("", "")
        self.name = Text(role="h2")
        self.first_widget = self.pin = PinEdit("unlockPinEdit")
        self.pin.returnPressed.connect(self.submit)
        self.primary = self.button(Button("primaryButton", "primary"), "lock.do", "F10", self.submit)
        other = self.button(Button("signOutButton", "quiet"), "lock.other", "F12", self.sign_out_asked.emit)
        head = beside(picture("lock", "info", 32), (self.name, 1), gap=None)
        asked = self.label(self.pin, "signin.pin"), self.pin
        self.centre(
            Card(head, self.paragraph("lock.promise"), *asked, Space(8), self.primary, Space(16), other, width=560)
        )  # fmt: skip

    def set_name(self, name_ar: str, name_en: str) -> None:
        self._name = (name_ar, name_en)
        self.pin.clear()
        self.retold()

    @override
    def retold(self) -> None:
        self.name.setText(self.of(self._name))

    def submit(self) -> None:
        self.asked.emit(self.pin.text())
