"""S1: who works here. The PIN is taken before the names are there; it is never lost to a slow start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QListWidget, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person, PinEdit
from ui.shell.base_page import Page
from ui.widgets.cards import Card
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class SignInPage(Page):
    """Pick a name, type the PIN, F10 or Enter."""

    private = False
    entrance = True

    asked = Signal(str, str)
    first_pin_asked = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageSignIn", language, "signin.title")
        self._people: list[Person] = []
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

    def set_people(self, people: Sequence[Person]) -> None:
        """The store is open. What was pressed meanwhile counts now."""
        chosen = self.chosen()
        self._people, self._ready = list(people), True
        self.opening.hide()
        self.retold()
        ids = [person.id for person in people]
        if chosen is not None and chosen.id not in ids:
            self.pin.clear()  # it would count as the wrong PIN of whoever stands first now
        self.names.setCurrentRow(ids.index(chosen.id) if chosen and chosen.id in ids else 0)
        if not people:
            self.note("off", "signin.nobody", "signin.nobody.do")
        if self._pressed:
            self._pressed = False
            self.submit()

    @override
    def retold(self) -> None:
        row = self.names.currentRow()
        with QSignalBlocker(self.names):
            self.names.clear()
            for person in self._people:
                note = self.say("signin.fresh") if person.fresh else self.say(f"role.{person.role}")
                self.names.addItem(f"{self.of(person.name)} — {note}")
            self.names.setCurrentRow(row)

    def chosen(self) -> Person | None:
        row = self.names.currentRow()
        return self._people[row] if 0 <= row < len(self._people) else None

    def clear(self) -> None:
        self.pin.clear()
        self._pressed = False

    # ---- meaning out

    def _picked(self) -> None:
        person = self.chosen()
        if person is not None and person.fresh:
            self.note("info", "signin.fresh.what", "signin.fresh.do")
        elif self._ready:
            self.calm()

    def submit(self) -> None:
        person = self.chosen()
        if not self._ready:
            self._pressed = True
        elif person is not None and person.fresh:
            self.first_pin_asked.emit(person.id)
        elif person is not None:
            self.asked.emit(person.id, self.pin.text())

    def _forgotten(self) -> None:
        """A code from the centre, also one told over the telephone, sets another PIN."""
        person = self.chosen()
        if self._ready and person is not None:
            self.first_pin_asked.emit(person.id)
