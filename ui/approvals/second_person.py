"""Who agrees: a second person's name and PIN, or, where that may be, that nobody is here to agree; and a supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.counter import Counter
from kiosk.staff.centre_approvals import Approver
from kiosk.staff.sign_in import Seat
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Card, Translated, beside, fill_edge_to_edge, reveal, show
from ui.widgets.folded_list import Combo
from ui.widgets.pin_dots import PinDots, pin_digits

CENTRE: Final = "centre"
"""In the list, where nobody of the shop agrees."""


class SecondPerson(Translated, QWidget):
    """A list of people and a PIN. Where nobody of the shop is here the centre is asked, or what is done `waits`."""

    changed = Signal()

    def __init__(self, language: Language, *, waits: bool = False) -> None:
        super().__init__(language)
        self._waits = waits
        self._seats: Sequence[Seat] = ()
        self.names, self.pin = Combo("secondPerson"), PinDots("secondPinEdit")
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        self.pin.textChanged.connect(lambda _text: self.changed.emit())
        self._code = self.label(self.pin, "approver.pin")
        who = self.label(self.names, "approver.who")
        fill_edge_to_edge(self, who, self.names, self._code, self.pin, gap=6)
        self.retold()

    def set_people(self, seats: Sequence[Seat]) -> None:
        """Everybody but the one who works; whoever has no PIN yet cannot agree to anything. A new act: nobody has said
        yet that nobody is here.
        """
        self._seats = [seat for seat in seats if seat.has_pin]
        self.pin.clear()
        self.names.clear()
        self.retold()

    @override
    def retold(self) -> None:
        people = [(seat.operator.id, self._name(seat)) for seat in self._seats]
        nobody = ("", self.say("approver.nobody")) if self._waits else (CENTRE, self.say("approval.centre.ask"))
        self.names.offer([*people, nobody])
        self._turn()

    def _turn(self) -> None:
        seat = self._seat()
        reveal(seat, self._code, self.pin)
        self.pin.expect(pin_digits(seat.operator.role) if seat else 0)
        self.changed.emit()

    def _seat(self) -> Seat | None:
        return next((seat for seat in self._seats if seat.operator.id == self.names.currentData()), None)

    def first(self) -> QWidget:
        """What comes next: the PIN of the one who is chosen."""
        return self.pin if self._seat() else self.names

    def chosen(self) -> str:
        """Who it is by name, "" while nobody of the shop is chosen."""
        seat = self._seat()
        return self._name(seat) if seat else ""

    def _name(self, seat: Seat) -> str:
        return self.of(seat.operator.name)

    def wanting(self) -> str:
        """What has to be typed first, "" for nothing."""
        return self.say("rights.first.pin") if self._seat() and not self.pin.text() else ""

    def approver(self) -> Approver:
        who = self.names.currentData() or ""
        if who == CENTRE:
            return Approver(asks_centre=True)
        return Approver(who, self.pin.text()) if who else Approver(waits=self._waits)


def others(counter: Counter) -> list[Seat]:
    """Everybody who may work here but the one who does; supervisors first, because they are asked most."""
    login = counter.people.current()
    mine = None if login is None else login.operator.id
    found = [seat for seat in counter.people.seats() if seat.operator.id != mine]
    return sorted(found, key=lambda seat: seat.operator.role != "supervisor")


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Who may agree, and to what: how much is unsent, and how far that may go.

    `unsent_pt` is None where whoever works here counts the drawer first: any operator opens this page.
    """

    seats: Sequence[Seat]
    unsent: int
    most: int
    unsent_pt: int | None
    most_pt: int


class SupervisorPage(DataPage[Agreeing]):
    """A supervisor's PIN, asked for in place: he agrees, nobody signs out, and the work behind it is where it was."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageSupervisor", language, "supervisor.title")
        self.second = self.follow(SecondPerson(language))
        self.primary = self.primary_button("supervisor.do")
        self.second.pin.returnPressed.connect(self.primary.click)
        self.second.changed.connect(lambda: self.primary.wait_for(self.second.wanting()))
        self.extend = self.button("extendButton", "approval.extend", "Alt+1", icon="phone")
        self.back_button()
        self.lead_on()
        self._unsent, self._money = self.fact("supervisor.unsent", over=True), self.fact("supervisor.money", over=True)
        agreed = Card(self.caption("supervisor.agreed"), beside((self._unsent, 1), (self._money, 1)))
        why = Card(self.paragraph("supervisor.why", "body"), 1)
        self.arrange(agreed, Card(self.second), 1, context=why, actions=(self.extend,))

    @override
    def set_data(self, data: Agreeing) -> None:
        self.second.set_people(data.seats)
        super().set_data(data)

    @override
    def show_data(self, data: Agreeing) -> None:
        """What he agrees to."""
        self._unsent.value.setText(self.say("supervisor.of", now=show.number(data.unsent), most=show.number(data.most)))
        self._money.value.setText(self._sum(data.unsent_pt, data.most_pt))

    def _sum(self, now_pt: int | None, most_pt: int) -> str:
        if now_pt is None:
            return self.say("figure.later")
        return self.say("supervisor.of", now=show.money(self.language, now_pt), most=show.money(self.language, most_pt))

    @override
    def first(self) -> QWidget:
        return self.second.first()
