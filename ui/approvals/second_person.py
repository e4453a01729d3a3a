"""Who agrees: a second person's name and PIN, or, where that may be, that nobody is here to agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from kiosk.staff.centre_approvals import SecondWord
from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person, PinEdit
from ui.widgets.fields.choice_field import Combo
from ui.widgets.layouts import fill_edge_to_edge
from ui.widgets.translated import Translated

if TYPE_CHECKING:
    from kiosk.counter import Counter

CENTRE: Final = "centre"
"""In the list, where nobody of the shop agrees."""


class SecondPerson(Translated, QWidget):
    """A list of people and a PIN. Where nobody of the shop is here the centre is asked, or what is done `waits`."""

    def __init__(self, language: Language, *, waits: bool = False) -> None:
        super().__init__(language)
        self._waits = waits
        self._people: Sequence[Person] = ()
        self.names, self.pin = Combo("secondPerson"), PinEdit("secondPinEdit")
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        self._code = self.label(self.pin, "second.pin")
        who = self.label(self.names, "second.who")
        fill_edge_to_edge(self, who, self.names, self._code, self.pin, gap=6)
        self.retold()

    def set_people(self, people: Sequence[Person]) -> None:
        """Everybody but the one who works; whoever has no PIN yet cannot agree to anything. A new act: nobody has said
        yet that nobody is here.
        """
        self._people = [person for person in people if not person.fresh]
        self.pin.clear()
        self.names.clear()
        self.retold()

    @override
    def retold(self) -> None:
        people = [(person.id, f"{self.of(person.name)} — {self.say(f'role.{person.role}')}") for person in self._people]
        nobody = [("", self.say("second.nobody"))] if self._waits or not people else []
        centre = [] if self._waits else [(CENTRE, self.say("second.centre.ask"))]
        self.names.offer([*people, *nobody, *centre])
        self._turn()

    def _turn(self) -> None:
        someone = self.names.currentData() not in ("", CENTRE, None)
        self._code.setVisible(someone)
        self.pin.setVisible(someone)

    def agreement(self) -> SecondWord:
        who = self.names.currentData() or ""
        if who == CENTRE:
            return SecondWord(asks_centre=True)
        return SecondWord(who, self.pin.text()) if who else SecondWord(waits=self._waits)


def others(counter: Counter) -> list[Person]:
    """Everybody who may work here but the one who does; supervisors first, because they are asked most."""
    login = counter.people.current()
    mine = "" if login is None else login.operator.id
    found = [
        Person(s.operator.id, s.operator.name_ar, s.operator.name_en, s.operator.role, not s.has_pin)
        for s in counter.people.seats()
        if s.operator.id != mine
    ]
    return sorted(found, key=lambda person: person.role != "supervisor")
