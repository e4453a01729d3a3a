"""S11: hides everything and keeps the work; the same person comes back to the same field."""

from __future__ import annotations

from PySide6.QtCore import Signal

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import PinEdit
from ui.shell.base_page import DataPage
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.layouts import Space, beside
from ui.widgets.push_button import Button
from ui.widgets.translated import Both


class LockPage(DataPage[Both]):
    """The work is hidden until its operator is back."""

    private = False
    entrance = True
    asked = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageLock", language, "lock.title")
        self.name = Text(role="h2")
        self.first_widget = self.pin = PinEdit("unlockPinEdit")
        self.pin.returnPressed.connect(self.submit)
        self.primary = self.primary_button("lock.do", self.submit)
        self.other = self.button(Button("signOutButton", "quiet"), "lock.other", "F12")
        head = beside(picture("lock", "info", 32), (self.name, 1), gap=None)
        asked = self.label(self.pin, "signin.pin"), self.pin
        self.centre(
            Card(head, self.paragraph("lock.promise"), *asked, Space(8), self.primary, Space(16), self.other, width=560)
        )  # fmt: skip

    @override
    def show_data(self, data: Both) -> None:
        """Whose work it is."""
        self.name.setText(self.of(data))

    def submit(self) -> None:
        self.asked.emit(self.pin.text())
