"""What stands between the sign-in and the work: the first PIN, the clock, the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Both, Button, Card, LineEdit, PinEdit, Text, picture, show
from ui.widgets.layouts import Space, beside

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat


class ActivatePage(DataPage["Seat"]):
    """First PIN: the one-time code from the centre, and the PIN typed twice."""

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
    def set_data(self, data: Seat) -> None:
        super().set_data(data)
        for edit in (self.code, self.pin, self.again):
            edit.clear()

    @override
    def show_data(self, data: Seat) -> None:
        self.subtitle.setText(self.of((data.operator.name_ar, data.operator.name_en)))

    def submit(self) -> None:
        if self.data is None:
            return
        if self.pin.text() != self.again.text():
            self.fail(Refused("pin_differs"), self.again)
            self.again.clear()
            return
        self.asked.emit(self.data.operator.id, self.code.text(), self.pin.text())


class ClockPage(DataPage[KioskError]):
    """The computer's date and time, shown large, for a person to say whether they are right."""

    forced = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageClock", language, "clock.title")
        self.shown, self.why, self.act = Text(role="h1", wrap=True), Text(wrap=True), Text(role="hint", wrap=True)
        self.primary = self.button(Button("clockRightButton", "primary"), "clock.right", "F10")
        self.other = self.button(Button("clockLaterButton", "quiet"), "clock.wrong", "Esc", self.left.emit)
        self.first_widget = self.other  # Enter confirms nothing that nobody has read
        self.centre(Card(self.shown, self.why, self.act, Space(16), self.primary, self.other, width=640))

    @override
    def show_data(self, data: KioskError) -> None:
        """What is doubted; a time that cannot be right is only shown, not asked about."""
        self.primary.setVisible(data.code != "clock_behind")
        said = show.explained(self.language, data)
        for label, text in zip((self.shown, self.why, self.act), said, strict=True):
            label.setText(text)


class LockPage(DataPage[Both]):
    """S11: hides everything and keeps the work; the same person comes back to the same field."""

    private = False
    entrance = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageLock", language, "lock.title")
        self.name = Text(role="h2")
        self.first_widget = self.pin = PinEdit("unlockPinEdit")
        self.primary = self.primary_button("lock.do")
        self.pin.returnPressed.connect(self.primary.click)
        self.other = self.button(Button("signOutButton", "quiet"), "lock.other", "Alt+F12")
        head = beside(picture("lock", "info", 32), (self.name, 1), gap=None)
        asked = self.label(self.pin, "signin.pin"), self.pin
        self.centre(
            Card(head, self.paragraph("lock.promise"), *asked, Space(8), self.primary, Space(16), self.other, width=560)
        )  # fmt: skip

    @override
    def show_data(self, data: Both) -> None:
        """Whose work it is."""
        self.name.setText(self.of(data))
