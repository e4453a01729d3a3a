"""What stands between the sign-in and the work: the first PIN, the clock, the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Language
from ui.session.entrance_banner import EntranceBanner
from ui.shell import DataPage
from ui.shell.header_bar import Avatar
from ui.widgets import Card, EmptyState, LineEdit, Space, Text, beside, picture, show, stacked
from ui.widgets.pin_dots import PinDots, pin_digits

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat
    from protocol.documents.operators import Operator


class ActivatePage(DataPage["Seat"]):
    """First PIN: the one-time code from the centre, and the PIN typed twice."""

    asked = Signal(str, str, str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageActivate", language, "activate.title")
        self.avatar, self.name, self.role = Avatar(64), Text(role="h2", wrap=True), Text(role="hint")
        self.first_widget = self.code = LineEdit("activationEdit", limit=64)
        self.pin, self.again = PinDots("newPinEdit"), PinDots("newPinAgainEdit")
        edits = ((self.code, "activate.code"), (self.pin, "activate.pin"), (self.again, "activate.again"))
        fields = [part for edit, key in edits for part in (self.label(edit, key), edit)]
        self.primary = self.primary_button("activate.do", self.submit)
        self.back_button()
        self._check_filled = self.want(*((edit, f"{key}.first") for edit, key in edits))
        self.lead_on()
        fields += [self.paragraph("activate.hint"), self.paragraph("activate.hint.more")]
        who = Card(beside(self.avatar, (stacked(self.name, self.role, gap=0), 1), gap=14), 1)
        self.arrange(Card(beside((stacked(*fields, gap=8), 1), 1)), 1, context=who)

    @override
    def set_data(self, data: Seat) -> None:
        super().set_data(data)
        for edit in (self.code, self.pin, self.again):
            edit.clear()

    @override
    def show_data(self, data: Seat) -> None:
        name = self.of(data.operator.name)
        self.avatar.tell(name)
        self.name.setText(name)
        self.role.setText(self.say(f"role.{data.operator.role}"))
        for pin in (self.pin, self.again):
            pin.expect(pin_digits(data.operator.role))
        self._check_filled()

    def submit(self) -> None:
        if self.data is None:
            return
        if self.pin.text() != self.again.text():
            self.again.clear()
            self.fail(Refused("pin_differs"), self.again)
            return
        self.asked.emit(self.data.operator.id, self.code.text(), self.pin.text())


class ClockPage(DataPage[KioskError]):
    """The computer's date and time, shown large, for a person to say whether they are right."""

    forced = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageClock", language, "clock.title")
        self.shown, self.why, self.act = Text(role="h1", wrap=True), Text(wrap=True), Text(role="hint", wrap=True)
        self.primary = self.primary_button("clock.right", saves=True)
        self.other = self.back_button("clock.wrong")
        self.first_widget = self._card = Card(picture("clock", "info", 48), self.shown, self.why, self.act)
        self.word(self._card.setAccessibleName, "clock.title")
        self._card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # Enter confirms nothing that nobody has read
        self.rest("clock.rest", "clock.rest.more", icon="clock")
        self.arrange(self._card, 1)

    @override
    def show_data(self, data: KioskError) -> None:
        """What is doubted; a time that cannot be right is only shown, not asked about."""
        behind = data.code == "clock_behind"
        self.no_primary = "a time that cannot be right is mended at the computer" if behind else ""
        self.primary.setVisible(not behind)
        said = show.explained(self.language, data)
        for label, text in zip((self.shown, self.why, self.act), said, strict=True):
            label.setText(text)
        self._card.setAccessibleName(" ".join(said))


class LockPage(DataPage["Operator"]):
    """Hides everything and keeps the work; the same person comes back to the same field."""

    private = False
    entrance = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageLock", language)
        self.word(self.title.setText, "lock.title")
        self.banner = EntranceBanner()
        self.word(self.banner.name.setText, "lock.title")
        self.word(self.banner.promise.setText, "lock.promise")
        self.banner.line.hide()
        kept = EmptyState("lock", card=True)
        self.word(kept.tell, "lock.kept")
        self.avatar, self.name, self.role = Avatar(64), Text(role="h2", wrap=True), Text(role="hint")
        self.first_widget = self.pin = PinDots("unlockPinEdit")
        self.primary = self.primary_button("lock.do")
        self._check_filled = self.want((self.pin, "signin.first"))
        self.pin.returnPressed.connect(self.primary.click)
        self.other = self.button("signOutButton", "lock.other", "Alt+F12", icon="person")
        who = beside(self.avatar, (stacked(self.name, self.role, gap=0), 1), gap=14)
        self.digits = Text(role="hint")
        asked = Card(who, Space(6), self.label(self.pin, "signin.pin"), self.pin, self.digits, 1)
        self.arrange(self.banner, (kept, 1), context=asked, actions=(self.other,))

    @override
    def show_data(self, data: Operator) -> None:
        """Whose work it is."""
        name = self.of(data.name)
        self.avatar.tell(name)
        self.name.setText(name)
        self.role.setText(self.say(f"role.{data.role}"))
        digits = pin_digits(data.role)
        self.pin.expect(digits)
        self.digits.setText(self.say("signin.digits", n=show.number(digits)))
        self._check_filled()
