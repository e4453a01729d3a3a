"""S1: who works here. The PIN is taken before the names are there; it is never lost to a slow start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QListWidget, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Button, Card, PinEdit, hold, show

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat


class SignInPage(Page):
    """Pick a name, type the PIN, F10 or Enter."""

    private = False
    entrance = True

    asked = Signal(str, str)
    first_pin_asked = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageSignIn", language, "signin.title")
        self._people: list[Seat] = []
        self._pressed = False
        self._ready = False
        self.names = QListWidget()
        self.names.setObjectName("operatorList")
        self.names.currentRowChanged.connect(self._picked)
        hold(self.names, least_height=230)
        self.first_widget = self.pin = PinEdit("pinEdit")
        self.pin.returnPressed.connect(self.submit)
        self.opening = self.paragraph("signin.opening")
        self.primary = self.primary_button("signin.do", self.submit)
        forgotten = Button("forgottenButton", "quiet")
        self.button(forgotten, "signin.forgotten", "Alt+1", self._forgotten, foot="")
        names = Card(self.label(self.names, "signin.name"), self.names, width=440)
        asked = self.label(self.pin, "signin.pin"), self.pin
        self.centre(names, Card(*asked, self.opening, 1, self.primary, forgotten, width=440))
        QWidget.setTabOrder(self.pin, self.primary)

    # ---- data in

    def set_people(self, people: Sequence[Seat]) -> None:
        """The store is open. What was pressed meanwhile counts now."""
        chosen = self.chosen()
        self._people, self._ready = list(people), True
        self.opening.hide()
        self.retold()
        ids = [seat.operator.id for seat in people]
        if chosen is not None and chosen.operator.id not in ids:
            self.pin.clear()  # it would count as the wrong PIN of whoever stands first now
        self.names.setCurrentRow(ids.index(chosen.operator.id) if chosen and chosen.operator.id in ids else 0)
        if not people:
            self.show_notice("off", "signin.nobody", "signin.nobody.do")
        if self._pressed:
            self._pressed = False
            self.submit()

    @override
    def retold(self) -> None:
        row = self.names.currentRow()
        with QSignalBlocker(self.names):
            self.names.clear()
            for seat in self._people:
                note = "" if seat.has_pin else "signin.fresh"
                self.names.addItem(show.person(self.language, seat.operator, note))
            self.names.setCurrentRow(row)

    def chosen(self) -> Seat | None:
        row = self.names.currentRow()
        return self._people[row] if 0 <= row < len(self._people) else None

    def clear(self) -> None:
        self.pin.clear()
        self._pressed = False

    # ---- meaning out

    def _picked(self) -> None:
        seat = self.chosen()
        if seat is not None and not seat.has_pin:
            self.show_notice("info", "signin.fresh.what", "signin.fresh.do")
        elif self._ready:
            self.calm()

    def submit(self) -> None:
        seat = self.chosen()
        if not self._ready:
            self._pressed = True
        elif seat is not None and not seat.has_pin:
            self.first_pin_asked.emit(seat)
        elif seat is not None:
            self.asked.emit(seat.operator.id, self.pin.text())

    def _forgotten(self) -> None:
        """A code from the centre, also one told over the telephone, sets another PIN."""
        seat = self.chosen()
        if self._ready and seat is not None:
            self.first_pin_asked.emit(seat)
