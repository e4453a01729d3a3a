"""What stands on the home screen: services in front, the open visit, the last request, the sums of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.model.service_request import DayTotals
from protocol.catalogue.services import PublicService
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import Listed
from ui.widgets import Both, Button, Card, ShowsData, Text, Translated, TwiceButton, show
from ui.widgets.layouts import beside, fill, fill_edge_to_edge


@dataclass(frozen=True, slots=True)
class Left:
    """A form that was left half typed, without anything personal; `at_ms` is when it was last typed in."""

    id: str
    service: tuple[str, str]
    at_ms: int


class LeftForms(Translated, QWidget):
    """The half-typed forms, one at a time."""

    resumed = Signal(str)
    discarded = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._drafts: list[Left] = []
        self._shown = 0
        self._wanted = ""
        self.resume = self.button(Button("resumeButton", "primary"), "home.resume", "F10", self.take_up)
        self.title = Text(role="hint", wrap=True)
        self.turn = Button("otherDraftButton", "quiet")
        self.turn.clicked.connect(self._turn)
        self.discard = TwiceButton("discardButton")
        self.discard.confirmed.connect(lambda: self.discarded.emit(self._drafts[self._shown].id))
        fill_edge_to_edge(self, self.resume, self.title, self.turn, self.discard, gap=8)
        self.set_drafts([])

    @property
    def waiting(self) -> bool:
        return bool(self._drafts)

    def set_drafts(self, drafts: Sequence[Left]) -> None:
        """The latest first. The one that somebody turned to stays shown."""
        self._drafts = list(drafts)
        self._shown = next((place for place, left in enumerate(drafts) if left.id == self._wanted), 0)
        self.setVisible(bool(drafts))
        self.retold()

    def reset(self) -> None:
        """Begin with the latest again."""
        self._wanted = ""
        self.set_drafts(self._drafts)

    def take_up(self) -> None:
        """Go on with the one that is shown."""
        if self._drafts:
            self.resumed.emit(self._drafts[self._shown].id)

    def _turn(self) -> None:
        self._shown = (self._shown + 1) % len(self._drafts)
        self._wanted = self._drafts[self._shown].id
        self.retold()

    @override
    def retold(self) -> None:
        self.discard.ask(self.say("draft.discard"), self.say("draft.discard.again"))
        self.turn.setVisible(len(self._drafts) > 1)
        place = show.number(self._shown + 1)
        self.turn.word(self.say("draft.turn", place=place, count=show.number(len(self._drafts))))
        if self._drafts:
            left = self._drafts[self._shown]
            self.title.setText(f"{self.of(left.service)} — {show.moment(left.at_ms)}")


class ServiceTile(Button):
    """A service in front: its key, its name, its number and its price on one big button."""

    def __init__(self, place: int) -> None:
        super().__init__(f"favourite{place + 1}", "tile")
        self._key = f"Alt+{place + 1}"
        self.setAccessibleName(self._key)
        self.title, self.number = Text(role="strong", wrap=True), Text(role="hint")
        self.price = Text(role="hint", end=True)
        column = fill(QVBoxLayout(self), (self.title, 1), beside(self.number, (self.price, 1), gap=None), gap=2)
        column.setContentsMargins(8, 8, 8, 8)
        for label in (self.title, self.number, self.price):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_offer(self, service: PublicService, language: Language, price: str, *, usable: bool) -> None:
        title = service.title[language]
        self.title.setText(title)
        self.number.setText(show.isolate(self._key))
        self.price.setText(price)
        self.title.setEnabled(usable)
        self.setAccessibleName(f"{title} {service.number} — {price}")


class OpenVisitCard(Translated, Card):
    """While a visit is open: for whom the next service is, and the two ways out.

    `back`: no other service; `new`: the next is for somebody else, the visit waits half typed.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("addingCard")
        self._services: Sequence[Both] = ()
        self.more = Text(wrap=True)
        self.back = self.button(Button("toVisitButton", "primary"), "visit.back", "Esc")
        self.new = self.button("newCitizenButton", "visit.new", "F2")
        fill(self.column, self.paragraph("visit.adding", "h2"), self.more, self.back, self.new)
        self.hide()

    @property
    def open(self) -> bool:
        return bool(self._services)

    def set_services(self, services: Sequence[Both]) -> None:
        """Those of the visit so far, in both languages; none where no visit is open."""
        self._services = services
        self.setVisible(self.open)
        self.retold()

    @override
    def retold(self) -> None:
        named = self.of(("، ", ", ")).join(map(self.of, self._services))
        self.more.setText(self.say("visit.adding.more", services=named))


class LastCard(ShowsData[Sequence[Listed]], Card):
    """The requests of the last visit: the same again, and its paper. Nothing personal."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._title = Text(role="strong", wrap=True)
        self._receipt, self._total = self.fact("receipt"), self.fact("amount")
        self.again = self.button("againButton", "home.again", "F2")
        self.paper = self.button("reprintButton", "print.copy", "F9")
        fill(self.column, self.caption("home.last"), self._title, self._receipt, self._total, self.again, self.paper)
        self.hide()

    @override
    def show_data(self, data: Sequence[Listed]) -> None:
        first, others = data[0], len(data) - 1
        self.again.word(self.say("home.again.visit" if others else "home.again"), "F2")
        self._title.setText(self.of(first.service) + (f" {show.isolate(f'+{others}')}" if others else ""))
        self._receipt.value.setText(show.isolate(first.number))
        self._total.value.setText(show.money(self.language, sum(one.request.total_pt for one in data)))


class DayCard(ShowsData[DayTotals], Card):
    """How many requests, how much money, how much of it unsent."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._count, self._taken, self._unsent = (
            self.fact(key, "h2") for key in ("home.count", "home.taken", "home.unsent")
        )
        fill(self.column, self.caption("home.today"), self._count, self._taken, self._unsent)

    @override
    def show_data(self, data: DayTotals) -> None:
        self._count.value.setText(show.number(data.count))
        self._taken.value.setText(show.money(self.language, data.taken_pt))
        self._unsent.value.setText(show.number(data.unsent))
