"""The sign-in page: who works here. The PIN is taken before the names are there; it is never lost to a slow start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.session.entrance_banner import EntranceBanner
from ui.session.people_list import PeopleList, Person
from ui.shell import Page
from ui.shell.header_bar import Avatar
from ui.widgets import Button, Card, EmptyState, FittedText, Space, Teller, Text, beside, reveal, show, stacked
from ui.widgets.pin_dots import PinDots, pin_digits

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat

KEYS: Final = 7
"""People with a key of their own; the others are chosen by the arrows."""
DISC_PX: Final = 64


class SignInPage(Page):
    """Choose a name, type the PIN, F10 or Enter."""

    private = False
    entrance = True

    asked = Signal(str, str)
    first_pin_asked = Signal(object)
    people_asked = Signal()
    """Nobody may work here yet: has the centre added anybody?"""

    def __init__(self, language: Language) -> None:
        super().__init__("pageSignIn", language)
        self.word(self.title.setText, "signin.title")
        self._people: list[Seat] = []
        self._pressed = False
        self._ready = False
        self._place: tuple[Bilingual, Bilingual, str] = (Bilingual.same(""), Bilingual.same(""), "")
        self._make_choice()
        self._make_entry()
        self.arrange(
            self.banner, beside((self.who, 1), self.how), (self.names, 1), (self.nobody, 1), self.support,
            context=self._card, actions=(self.forgotten,),
        )  # fmt: skip
        reveal(False, self.who, self.how, self.names, self.forgotten)  # until it is known who there is
        self._tell_chosen()
        QWidget.setTabOrder(self.pin, self.primary)

    def _make_choice(self) -> None:
        self.banner = EntranceBanner()
        self.word(self.banner.name.setText, "app.name")
        self.word(self.banner.promise.setText, "signin.promise")
        self.who, self.how = Text(role="h1"), Text(role="hint", end=True)
        self.word(self.who.setText, "signin.who")
        self.word(self.how.setText, "signin.how")
        self.names = PeopleList("operatorList")
        self.nobody = EmptyState("person", card=True)
        self.word(self.nobody.tell, "signin.opening")
        self._aloud = Teller(self.names)
        self.word(self.names.setAccessibleName, "signin.name")
        self.names.currentRowChanged.connect(self._picked)
        self.names.itemClicked.connect(lambda _item: self.pin.setFocus())
        self.names.itemActivated.connect(lambda _item: self.submit() if self._is_fresh else self.pin.setFocus())
        for place in range(KEYS):
            self.command(f"Alt+{place + 1}", "", partial(self._choose, place), partial(self._is_there, place))
        self.support = Text(role="hint")

    def _make_entry(self) -> None:
        self.avatar, self.name, self.role = Avatar(DISC_PX), Text(role="h2", wrap=True), FittedText(role="hint")
        self.first_widget = self.pin = PinDots("pinEdit")
        self.pin.returnPressed.connect(self.submit)
        self.pin.moved.connect(self._move)
        self.digits = Text(role="hint")
        head = beside(self.avatar, (stacked(self.name, self.role, gap=0), 1), gap=14)
        self._pin_label = self.label(self.pin, "signin.pin")
        self._card = Card(head, Space(6), self._pin_label, self.pin, self.digits, 1)
        self.primary = self.primary_button("signin.do", self.submit)
        self.pin.textChanged.connect(lambda _text: self._tell_ready())
        self.forgotten = Button("forgottenButton")
        self.button(self.forgotten, "signin.forgotten", "Alt+8", self._forgotten, icon="help")

    # ---- data in

    def set_place(self, shop: Bilingual, till: Bilingual, phone: str) -> None:
        """Whose counter this is, and whom to call."""
        self._place = shop, till, phone
        self.retold()

    def set_people(self, people: Sequence[Seat]) -> None:
        """The store is open. What was pressed meanwhile counts now."""
        chosen = self.chosen()
        if not self._ready:
            self.calm()
        self._people, self._ready = list(people), True
        self.retold()
        ids = [seat.operator.id for seat in people]
        if chosen is not None and chosen.operator.id not in ids:
            self.pin.clear()  # it would count as the wrong PIN of whoever stands first now
        self.names.setCurrentRow(ids.index(chosen.operator.id) if chosen and chosen.operator.id in ids else 0)
        self._tell_chosen()
        reveal(people, self._card, self.how, self.names)
        reveal(not people, self.nobody)
        if not people:
            self.show_notice("wait", "signin.nobody.do", "signin.nobody.more")
        if self._pressed:
            self._pressed = False
            self.submit()

    @override
    def retold(self) -> None:
        shop, till, phone = self._place
        whose = " — ".join(part for part in (self.of(shop), self.of(till)) if part)
        self.banner.line.tell(whose)
        if self._ready:
            self.nobody.tell(self.say("signin.nobody"))
        self.support.tell(self.say("signin.support", phone=show.number(phone), whose=whose) if phone else "")
        self.names.fill([self._person(place, seat) for place, seat in enumerate(self._people, 1)])
        self._tell_chosen()

    def _person(self, place: int, seat: Seat) -> Person:
        operator = seat.operator
        note = self.say(f"role.{operator.role}" if seat.has_pin else "signin.fresh")
        return Person(self.of(operator.name), note, f"Alt+{place}" if place <= KEYS else "")

    def _tell_chosen(self) -> None:
        seat = self.chosen()
        operator = None if seat is None else seat.operator
        name = "" if operator is None else self.of(operator.name)
        self.avatar.tell(name)
        self.name.tell(name or ("" if self._ready else self.say("citizen.welcome")))
        role = f"role.{operator.role}" if operator else "" if self._ready else "signin.soon"
        self.role.tell(self.say(role) if role else "")
        fresh, ready = self._is_fresh, self._ready
        digits = 0 if operator is None or fresh else pin_digits(operator.role)
        self.pin.expect(digits)
        self.digits.tell(self.say("signin.digits", n=show.number(digits)) if digits else "")
        reveal(not fresh, self._pin_label, self.pin)
        reveal(seat is not None and not fresh, self.forgotten)
        self.reword(self.primary, "signin.look" if ready and seat is None else "signin.code" if fresh else "signin.do")
        self._tell_ready()
        self.who.setVisible(bool(self._people))
        if not fresh and self.notice.text().startswith(self.say("signin.fresh.what")):
            self.calm()
        if self.isVisible():
            self.first().setFocus()

    def _tell_ready(self) -> None:
        """F10 waits for the PIN where one is asked for."""
        asked = not self._ready or (self.chosen() is not None and not self._is_fresh)
        self.primary.wait_for(self.say("signin.first") if asked and not self.pin.filled() else "")
        opening = "signin.opening.typed" if self.pin.filled() else "signin.opening.do"
        if not self._ready and self.notice.text() != self.say(opening):
            self.show_notice("info", opening)

    @property
    def _is_fresh(self) -> bool:
        """Whether who is chosen has no PIN here yet: a code comes first."""
        seat = self.chosen()
        return seat is not None and not seat.has_pin

    @override
    def first(self) -> QWidget:
        return self.names if self._is_fresh else self.pin

    def chosen(self) -> Seat | None:
        row = self.names.currentRow()
        return self._people[row] if 0 <= row < len(self._people) else None

    def clear(self) -> None:
        self.pin.clear()
        self._pressed = False

    # ---- meaning out

    def _is_there(self, place: int) -> bool:
        return place < len(self._people)

    def _choose(self, place: int) -> None:
        self.names.setCurrentRow(place)
        self.pin.setFocus()

    def _move(self, step: int) -> None:
        if self._people:
            self.names.setCurrentRow((self.names.currentRow() + step) % len(self._people))

    def _picked(self) -> None:
        self._tell_chosen()
        self._aloud.tell(f"{self.name.text()} — {self.role.text()}")  # the focus stays at the PIN
        if self._is_fresh:
            self.show_notice("info", "signin.fresh.what", "signin.fresh.do")
        elif self._ready:
            self.calm()

    def submit(self) -> None:
        seat = self.chosen()
        if not self._ready:
            self._pressed = True
        elif seat is None:
            self.people_asked.emit()
        elif not seat.has_pin:
            self.first_pin_asked.emit(seat)
        else:
            self.asked.emit(seat.operator.id, self.pin.text())

    def _forgotten(self) -> None:
        """A code from the centre, also one told over the telephone, sets another PIN."""
        seat = self.chosen()
        if self._ready and seat is not None:
            self.first_pin_asked.emit(seat)
