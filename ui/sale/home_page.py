"""S3, home: type a number or a name; eight services in front; the last request and the day beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QListWidgetItem

from kiosk.core.offline_limits import LimitFinding
from kiosk.model.service_request import DayTotals, PrintJob
from protocol.catalogue.services import PublicService
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import Listed
from ui.sale.home_cards import DayCard, LastCard, Left, LeftForms, OpenVisitCard, ServiceTile
from ui.shell import Action, DataPage
from ui.widgets import Both, ChoiceList, SearchEdit, Text, show
from ui.widgets.answer_rows import give_way
from ui.widgets.layouts import beside, stacked
from ui.widgets.theme import TOKENS


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the home screen shows it: what it costs whatever is answered, and why it cannot be served now."""

    service: PublicService
    price_pt: int | None
    why_not: KioskError | None


@dataclass(frozen=True, slots=True)
class HomeShown:
    """What stands on the home screen: the services in front and those that match what is typed, and what is beside.

    `unfinished` is a paper that needs somebody: nobody knows if it came out, or it could not be printed.
    """

    front: Sequence[Offer]
    found: Sequence[Offer]
    last: Sequence[Listed]
    totals: DayTotals
    drafts: Sequence[Left]
    unfinished: PrintJob | None
    limits: Sequence[LimitFinding] = ()
    stale: str = ""
    """Of the day that was left open, its date."""


class HomePage(DataPage[HomeShown]):
    """Search, services in front, the last request and the day."""

    chosen = Signal(str)
    saved_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageCatalogue", language, "home.title")
        self._make_lists()
        self._make_cards()
        head = beside((self.front, 1), self.needs, gap=None)
        main = stacked(self.search, head, self._tile_grid(), self.all, (self.results, 1))
        self.split(main, self.adding, self.forms, self.paper, self.last_card, self.day_card, 1)

    def _make_lists(self) -> None:
        self.first_widget = self.search = SearchEdit("searchEdit")
        self.placeholder(self.search, "home.search", "home.title")
        self.search.installEventFilter(self)
        self.front, self.all = self.caption("home.front"), Text(role="h2")
        self.needs = self.button("needsButton", "key.needs", "Alt+0")
        self.results = ChoiceList("serviceList")
        give_way(self.results)
        self.word(self.results.setAccessibleName, "home.all.name")
        self.results.taken.connect(self._take)
        self.search.taken.connect(lambda: self._take(max(0, self.results.currentRow())))

    def _tile_grid(self) -> QGridLayout:
        self._tiles = [ServiceTile(place) for place in range(8)]
        grid = QGridLayout()
        grid.setSpacing(12)
        for place, tile in enumerate(self._tiles):
            grid.addWidget(tile, place // 4, place % 4)
            grid.setColumnStretch(place % 4, 1)
            tile.clicked.connect(partial(self._front, place))
            tile.hide()
        return grid

    def _make_cards(self) -> None:
        language = self.language
        self.adding, self.forms = self.follow(OpenVisitCard(language)), self.follow(LeftForms(language))
        self.last_card, self.day_card = self.follow(LastCard(language)), self.follow(DayCard(language))
        self.paper = self.button("paperButton", "home.paper", "")
        self.paper.hide()

    # ---- data in

    def set_adding(self, services: Sequence[Both]) -> None:
        """The services of the open visit, to which the one that is chosen is added; none: it is for a new citizen."""
        self.adding.set_services(services)
        self._fit()

    @override
    def set_data(self, data: HomeShown) -> None:
        super().set_data(data)
        self.search.answered()

    def _fit(self) -> None:
        """What must be done comes before the sums of the day, where there is not room for both; an open visit first."""
        self.needs.setVisible(not self.search.text().strip() and not self.adding.open)
        self.forms.setVisible(self.forms.waiting and not self.adding.open)
        self.last_card.setVisible(self._last_shown and not self.adding.open)
        self.day_card.setVisible(self.forms.isHidden() and self.paper.isHidden() and not self.adding.open)

    @override
    def show_data(self, data: HomeShown) -> None:
        typing = bool(self.search.text().strip())
        for place, tile in enumerate(self._tiles):
            offer = data.front[place] if place < len(data.front) else None
            tile.setVisible(offer is not None and not typing)
            if offer is not None:
                tile.set_offer(offer.service, self.language, self._price(offer), usable=offer.why_not is None)
        self.front.setVisible(bool(data.front) and not typing)
        self._list(data.found, typing)
        if data.last:
            self.last_card.set_data(data.last)
        self.day_card.set_data(data.totals)
        self.forms.set_drafts(data.drafts)
        self.paper.setVisible(data.unfinished is not None)
        self._fit()

    @property
    def _last_shown(self) -> bool:
        return self.data is not None and bool(self.data.last)

    def _list(self, found: Sequence[Offer], typing: bool) -> None:
        key, count = "home.found" if typing else "home.all", len(found)
        self.all.setText(self.say(key, n=count, count=show.number(count)) if count else self.say("home.none"))
        self.results.clear()
        for offer in found:
            number, title = show.isolate(offer.service.number), offer.service.title[self.language]
            item = QListWidgetItem(f"{number}   {title}   —   {self._price(offer)}")
            if offer.why_not is not None:
                item.setForeground(QColor(TOKENS["hint"]))
            self.results.addItem(item)
        if typing and found:
            self.results.setCurrentRow(0)

    def _price(self, offer: Offer) -> str:
        if offer.why_not is not None:
            return show.explained(self.language, offer.why_not)[0]
        if offer.service.mode == "guidance":
            return self.say("home.price.guidance")
        return self.say("home.price.varies") if offer.price_pt is None else show.money(self.language, offer.price_pt)

    # ---- meaning out

    def _take(self, row: int) -> None:
        if self.data is not None and (self.search.text().strip() or self.results.hasFocus()):
            self._choose(self.data.found, row)

    def _front(self, place: int, _checked: bool = False) -> None:
        if self.data is not None:
            self._choose(self.data.front, place)

    def _choose(self, offers: Sequence[Offer], place: int) -> None:
        if 0 <= place < len(offers):
            offer = offers[place]
            if offer.why_not is None:
                self.chosen.emit(offer.service.id)
            else:
                self.show_words(partial(self._refused, offer.service, offer.why_not))

    def _refused(self, service: PublicService, error: KioskError) -> tuple[str, str, str]:
        """Why and what to do; of what is only done live what it is and whose, for a citizen who cannot wait."""
        why, *more = show.explained(self.language, error)
        if service.needs_line:
            whose = service.competent_authority.name[self.language]
            more += [service.description[self.language], f"{self.say('paper.authority')}: {whose}."]
        return "off", f"{service.title[self.language]} — {why}", " ".join(more)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the search box move in the list below."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                row = self.results.currentRow() + step
                self.results.setCurrentRow(max(0, min(row, self.results.count() - 1)))
                return True
        return super().eventFilter(watched, event)

    def reset(self) -> None:
        self.search.forget()
        self.forms.reset()
        self.calm()

    @override
    def commands(self) -> list[Action]:
        adding, card = self.adding, self.last_card
        fronts = [Action(f"Alt+{n + 1}", "", partial(self._front, n)) for n in range(8)]
        last = [Action("F2", "key.again", card.again.click), Action("F9", "key.print", card.paper.click)]
        if adding.open:
            return [
                Action("Esc", "visit.back", adding.back.click),
                Action("F2", "visit.new", adding.new.click),
                *fronts,
            ]
        return [
            *([] if self.forms.isHidden() else [Action("F10", "home.resume", self.forms.take_up)]),
            *(last if self._last_shown else []),
            Action("F5", "key.saved", self.saved_asked.emit),
            Action("Alt+0", "", self.needs.click),
            Action("Esc", "", self.reset),
            *fronts,
        ]
