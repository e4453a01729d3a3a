"""S3, home: type a number or a name; eight services in front; the last request and the day beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.sale.last_request_cards import DayCard, Last, LastCard
from ui.sale.left_forms import Left, LeftForms
from ui.sale.open_visit_card import OpenVisitCard
from ui.sale.service_tile import ServiceTile
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import give_way
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import TOKENS, hold


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the home screen shows it. `why_not` is why it cannot be served now, in both languages."""

    id: str
    number: str
    title: tuple[str, str]
    price_pt: int | None
    why_not: tuple[str, str] | None = None
    guidance: bool = False
    more: tuple[str, str] = ("", "")
    """What else to say where it cannot be served now: why, what to do, and who does it."""


class HomePage(Page):
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
        self._last: Last | None = None
        self._day: tuple[int, int, int] | None = None
        self.search = LineEdit("searchEdit")
        self.word(self.search.setPlaceholderText, "home.search")
        self.word(self.search.setAccessibleName, "home.title")
        self._found_for, self._ahead = "", False
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._take_first)
        self.search.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(self._main(), 1)
        row.addLayout(self._side())
        self.body.addLayout(row)

    def _main(self) -> QVBoxLayout:
        main = QVBoxLayout()
        main.setSpacing(12)
        main.addWidget(self.search)
        self.front = Text(role="h2")
        self.word(self.front.setText, "home.front")
        self.needs = Button("needsButton")
        self.word(self.needs.word, "key.needs", "Alt+0")
        self.needs.clicked.connect(self.needs_asked)
        head = QHBoxLayout()
        head.addWidget(self.front, 1)
        head.addWidget(self.needs)
        main.addLayout(head)
        self._tiles = [ServiceTile(place) for place in range(8)]
        main.addLayout(self._tile_grid())
        self.all = Text(role="h2")
        main.addWidget(self.all)
        self.results = QListWidget()
        self.results.setObjectName("serviceList")
        give_way(self.results)
        self.word(self.results.setAccessibleName, "home.all.name")
        self.results.itemActivated.connect(lambda _item: self._take(self.results.currentRow()))
        self.results.itemClicked.connect(lambda _item: self._take(self.results.currentRow()))
        main.addWidget(self.results, 1)
        return main

    def _tile_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        for place, tile in enumerate(self._tiles):
            grid.addWidget(tile, place // 4, place % 4)
            grid.setColumnStretch(place % 4, 1)
            tile.clicked.connect(partial(self._front, place))
            tile.hide()
        return grid

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(12)
        self.adding = OpenVisitCard(self.language)
        self.adding.back_asked.connect(self.back_asked)
        self.adding.citizen_asked.connect(self.citizen_asked)
        self.forms = LeftForms(self.language)
        self.forms.resumed.connect(self.resume_asked)
        self.forms.discarded.connect(self.discard_asked)
        self.paper = Button("paperButton")
        self.word(self.paper.word, "home.paper")
        self.paper.clicked.connect(self.paper_asked)
        self.last_card, self.day_card = LastCard(), DayCard()
        self.last_card.again_asked.connect(self.again_asked)
        self.last_card.reprint_asked.connect(self.reprint_asked)
        self.paper.hide()
        for part in (self.adding, self.forms, self.paper, self.last_card, self.day_card):
            hold(part, width=330)
            side.addWidget(part)
        side.addStretch(1)
        return side

    # ---- data in

    def set_adding(self, services: Sequence[tuple[str, str]]) -> None:
        """The services of the open visit, to which the one that is chosen is added; none: it is for a new citizen."""
        self.adding.set_services(services)
        self.retold()

    def set_offers(self, front: Sequence[Offer], found: Sequence[Offer]) -> None:
        """The services in front and those that match what stands in the search box."""
        self._offers, self._found, self._found_for = list(front), list(found), self.search.text()
        self.retold()
        if self._ahead and self.isVisible():
            self._take_first()

    def set_last(self, last: Last | None) -> None:
        self._last = last
        self.retold()

    def set_day(self, count: int, taken_pt: int, unsent: int) -> None:
        self._day = (count, taken_pt, unsent)
        self.retold()

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
        self.last_card.setVisible(self._last is not None and not self.adding.open)
        self.day_card.setVisible(self.forms.isHidden() and self.paper.isHidden() and not self.adding.open)

    @override
    def retold(self) -> None:
        typing = bool(self.search.text().strip())
        for place, tile in enumerate(self._tiles):
            offer = self._offers[place] if place < len(self._offers) else None
            tile.setVisible(offer is not None and not typing)
            if offer is not None:
                tile.set_offer(offer.number, self._of(offer.title), self._price(offer), usable=offer.why_not is None)
        self.front.setVisible(bool(self._offers) and not typing)
        self.needs.setVisible(not typing and not self.adding.open)
        self._retell_list(typing)
        self._retell_side()

    def _retell_list(self, typing: bool) -> None:
        key = "home.found" if typing else "home.all"
        count = len(self._found)
        self.all.setText(self.say(key, n=count, count=show.number(count)) if count else self.say("home.none"))
        self.results.clear()
        for offer in self._found:
            item = QListWidgetItem(f"{isolate(offer.number)}   {self._of(offer.title)}   —   {self._price(offer)}")
            if offer.why_not is not None:
                item.setForeground(QColor(TOKENS["hint"]))
            self.results.addItem(item)
        if typing and self._found:
            self.results.setCurrentRow(0)

    def _retell_side(self) -> None:
        self.forms.set_language(self.language)
        self.adding.set_language(self.language)
        self._fit()
        self.last_card.tell(self.language, self._last)
        self.day_card.tell(self.language, self._day)

    def _of(self, words: tuple[str, str]) -> str:
        return words[0] if self.language == "ar" else words[1]

    def _price(self, offer: Offer) -> str:
        if offer.why_not is not None:
            return self._of(offer.why_not)
        if offer.guidance:
            return self.say("home.price.guidance")
        return self.say("home.price.varies") if offer.price_pt is None else show.money(self.language, offer.price_pt)

    # ---- meaning out

    def _typed(self, text: str) -> None:
        self._ahead = False
        self.searched.emit(text)

    def _take_first(self) -> None:
        """Enter may be faster than the answer: it is then meant for what is still being looked for."""
        self._ahead = self._found_for != self.search.text()
        if not self._ahead:
            self._take(max(0, self.results.currentRow()))

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

    def _refused(self, offer: Offer, why_not: tuple[str, str]) -> tuple[str, str, str]:
        return "off", f"{self._of(offer.title)} — {self._of(why_not)}", self._of(offer.more)

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
        self._ahead = False
        self.search.clear()
        self.forms.reset()
        self.calm()

    @override
    def first(self) -> QWidget:
        return self.search

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
            *([] if self._last is None else last),
            Action("F5", "key.saved", self.saved_asked.emit),
            Action("Alt+0", "", self.needs_asked.emit),
            Action("Esc", "", self.reset),
            *fronts,
        ]
