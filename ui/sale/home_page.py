"""S3, home: type a number or a name; eight services in front; the last request and the day beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QListWidget, QListWidgetItem

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.sale.home_cards import DayCard, Last, LastCard, Left, LeftForms, OpenVisitCard, ServiceTile
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import give_way
from ui.widgets.fields.line_edit import SearchEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, stacked
from ui.widgets.push_button import Button
from ui.widgets.theme import TOKENS
from ui.widgets.translated import Both


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the home screen shows it. `why_not` is why it cannot be served now, in both languages."""

    id: str
    number: str
    title: Both
    price_pt: int | None
    why_not: Both | None = None
    guidance: bool = False
    more: Both = ("", "")
    """What else to say where it cannot be served now: why, what to do, and who does it."""


class HomePage(Page):
    """Search, services in front, the last request and the day."""

    searched = Signal(str)
    chosen = Signal(str)
    again_asked = Signal()
    reprint_asked = Signal()
    saved_asked = Signal()
    resume_asked = Signal(str)
    discard_asked = Signal(str)
    paper_asked = Signal()
    back_asked = Signal()
    citizen_asked = Signal()
    needs_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageCatalogue", language, "home.title")
        self._offers: list[Offer] = []
        self._found: list[Offer] = []
        self._make_lists()
        self._make_cards()
        head = beside((self.front, 1), self.needs, gap=None)
        main = stacked(self.search, head, self._tile_grid(), self.all, (self.results, 1))
        side = stacked(self.adding, self.forms, self.paper, self.last_card, self.day_card, 1, width=330)
        self.body.addLayout(beside((main, 1), side))

    def _make_lists(self) -> None:
        self.first_widget = self.search = SearchEdit("searchEdit")
        self.word(self.search.setPlaceholderText, "home.search")
        self.word(self.search.setAccessibleName, "home.title")
        self.search.searched.connect(self.searched)
        self.search.installEventFilter(self)
        self.front, self.all = self.caption("home.front"), Text(role="h2")
        self.needs = Button("needsButton")
        self.word(self.needs.word, "key.needs", "Alt+0")
        self.needs.clicked.connect(self.needs_asked)
        self.results = QListWidget()
        self.results.setObjectName("serviceList")
        give_way(self.results)
        self.word(self.results.setAccessibleName, "home.all.name")
        self.results.itemActivated.connect(lambda _item: self._take(self.results.currentRow()))
        self.results.itemClicked.connect(lambda _item: self._take(self.results.currentRow()))
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
        self.adding, self.forms = OpenVisitCard(self.language), LeftForms(self.language)
        self.last_card, self.day_card = LastCard(self.language), DayCard(self.language)
        for card in (self.adding, self.forms, self.last_card, self.day_card):
            self.follow(card)
        self.adding.back_asked.connect(self.back_asked)
        self.adding.citizen_asked.connect(self.citizen_asked)
        self.forms.resumed.connect(self.resume_asked)
        self.forms.discarded.connect(self.discard_asked)
        self.paper = self.button("paperButton", "home.paper", "", self.paper_asked.emit)
        self.paper.hide()
        self.last_card.again_asked.connect(self.again_asked)
        self.last_card.reprint_asked.connect(self.reprint_asked)

    # ---- data in

    def set_adding(self, services: Sequence[Both]) -> None:
        """The services of the open visit, to which the one that is chosen is added; none: it is for a new citizen."""
        self.adding.set_services(services)
        self.retold()

    def set_offers(self, front: Sequence[Offer], found: Sequence[Offer]) -> None:
        """The services in front and those that match what stands in the search box."""
        self._offers, self._found = list(front), list(found)
        self.retold()
        self.search.answered()

    def set_last(self, last: Last | None) -> None:
        self.last_card.set_last(last)
        self._fit()

    def set_day(self, count: int, taken_pt: int, unsent: int) -> None:
        self.day_card.set_day(count, taken_pt, unsent)

    def set_drafts(self, drafts: Sequence[Left]) -> None:
        """The forms that were left half typed, the latest first."""
        self.forms.set_drafts(drafts)
        self._fit()

    def set_paper(self, unfinished: bool) -> None:
        """Whether a paper needs somebody: nobody knows if it came out, or it could not be printed."""
        self.paper.setVisible(unfinished)
        self._fit()

    def _fit(self) -> None:
        """What must be done comes before the sums of the day, where there is not room for both; an open visit first."""
        self.forms.setVisible(self.forms.waiting and not self.adding.open)
        self.last_card.setVisible(self.last_card.last is not None and not self.adding.open)
        self.day_card.setVisible(self.forms.isHidden() and self.paper.isHidden() and not self.adding.open)

    @override
    def retold(self) -> None:
        typing = bool(self.search.text().strip())
        for place, tile in enumerate(self._tiles):
            offer = self._offers[place] if place < len(self._offers) else None
            tile.setVisible(offer is not None and not typing)
            if offer is not None:
                tile.set_offer(offer.number, self.of(offer.title), self._price(offer), usable=offer.why_not is None)
        self.front.setVisible(bool(self._offers) and not typing)
        self.needs.setVisible(not typing and not self.adding.open)
        self._retell_list(typing)
        self._fit()

    def _retell_list(self, typing: bool) -> None:
        key = "home.found" if typing else "home.all"
        count = len(self._found)
        self.all.setText(self.say(key, n=count, count=show.number(count)) if count else self.say("home.none"))
        self.results.clear()
        for offer in self._found:
            item = QListWidgetItem(f"{isolate(offer.number)}   {self.of(offer.title)}   —   {self._price(offer)}")
            if offer.why_not is not None:
                item.setForeground(QColor(TOKENS["hint"]))
            self.results.addItem(item)
        if typing and self._found:
            self.results.setCurrentRow(0)

    def _price(self, offer: Offer) -> str:
        if offer.why_not is not None:
            return self.of(offer.why_not)
        if offer.guidance:
            return self.say("home.price.guidance")
        return self.say("home.price.varies") if offer.price_pt is None else show.money(self.language, offer.price_pt)

    # ---- meaning out

    def _take(self, row: int) -> None:
        if self.search.text().strip() or self.results.hasFocus():
            self._choose(self._found, row)

    def _front(self, place: int, _checked: bool = False) -> None:
        self._choose(self._offers, place)

    def _choose(self, offers: list[Offer], place: int) -> None:
        if 0 <= place < len(offers):
            offer = offers[place]
            if offer.why_not is None:
                self.chosen.emit(offer.id)
            else:
                self.tell(partial(self._refused, offer, offer.why_not))

    def _refused(self, offer: Offer, why_not: Both) -> tuple[str, str, str]:
        return "off", f"{self.of(offer.title)} — {self.of(why_not)}", self.of(offer.more)

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
        fronts = [Action(f"Alt+{n + 1}", "", partial(self._front, n)) for n in range(8)]
        last = [
            Action("F2", "key.again", self.again_asked.emit),
            Action("F9", "key.print", self.reprint_asked.emit),
        ]
        if self.adding.open:
            return [
                Action("Esc", "visit.back", self.back_asked.emit),
                Action("F2", "visit.new", self.citizen_asked.emit),
                *fronts,
            ]
        return [
            *([] if self.forms.isHidden() else [Action("F10", "home.resume", self.forms.take_up)]),
            *([] if self.last_card.last is None else last),
            Action("F5", "key.saved", self.saved_asked.emit),
            Action("Alt+0", "", self.needs_asked.emit),
            Action("Esc", "", self.reset),
            *fronts,
        ]
