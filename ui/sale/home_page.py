"""The home page: type a number or a name, press the key of a service in front, or open an area of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from protocol.catalogue.services import AREAS
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.sale.home_lists import DraftList, ServiceList
from ui.sale.home_rail import ServiceCard, TodayCard, VisitCard
from ui.sale.home_search import HomeSearch
from ui.sale.home_shown import HomeShown, Offer
from ui.sale.home_strip import NeedsYou
from ui.sale.home_tiles import AreaChip, Arrows, ServiceTile, grid
from ui.shell import DataPage
from ui.widgets import Button, Text, TwiceButton, at_largest, group, reveal, show

FRONT = 8


class HomePage(DataPage[HomeShown]):
    """The page that a sale begins from. `looked`: another text or area is to be shown, `asked` says which."""

    chosen = Signal(str)
    looked = Signal()
    resumed, discarded = Signal(str), Signal(str)
    again_asked = Signal()
    copy_asked = Signal()
    back_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageCatalogue", language, "home.title")
        self._area, self._at_drafts = "", False
        self._picked: int | None = None
        self._make_choice()
        self._make_lists()
        self._make_rail()
        self.arrange(
            self.search, self.strip, (self.tiles, 1), self.services.heading, (self.services, 1), self.all, self.chips,
            (self.drafts, 1),
            context=group(self.today, self.offer, self.visit), actions=(self.copy, self.discard, self.visit.new),
        )  # fmt: skip
        self._fit()

    def _make_choice(self) -> None:
        self.needs = self.button(Button("needsButton", "back"), "home.guide", "Alt+0", icon="help")
        self.search = self.first_widget = HomeSearch("searchEdit", self.needs)
        self.placeholder(self.search, "home.search", "home.title")
        self.search.searched.connect(self._typed)
        self.search.taken.connect(self._take_found)
        self.strip = self.follow(NeedsYou(self.language))
        self._tiles = [ServiceTile(place) for place in range(FRONT)]
        self._chips = [AreaChip(area) for area in AREAS]
        for place, tile in enumerate(self._tiles):
            tile.clicked.connect(partial(self._front, place))
            self.command(f"Alt+{place + 1}", "", partial(self._front, place), lambda: not self._at_drafts)
        for chip in self._chips:
            chip.clicked.connect(partial(self._open_area, chip.area))
        self.tiles, self.all, self.chips = grid(self._tiles), Text(role="h2"), grid(self._chips)

    def _make_lists(self) -> None:
        self.services, self.drafts = self.follow(ServiceList(self.language)), self.follow(DraftList(self.language))
        self.services.taken.connect(self._take_row)
        for part in (self.services, self.drafts):
            part.moved.connect(self._fit)
        self.drafts.taken.connect(lambda _left: self._of_draft(self.resumed))
        self.strip.drafts.clicked.connect(self._open_drafts)
        self._arrows = Arrows(self.search, self.services, self.strip.buttons(), self._tiles, self._chips)
        self._arrows.reached.connect(self._stand_at)

    def _make_rail(self) -> None:
        self.today, self.visit = self.follow(TodayCard(self.language)), self.follow(VisitCard(self.language))
        self.offer = self.follow(ServiceCard(self.language))
        self.copy = self.button("reprintButton", "print.copy", "F9", self.copy_asked.emit, icon="print")
        self.discard = TwiceButton("discardButton")
        self.button(self.discard, "draft.discard", "Alt+6", icon="trash")
        self.discard.confirmed.connect(lambda: self._of_draft(self.discarded))
        self.primary = self.primary_button("home.pick", self.start)
        self.primary.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a finger on it must not leave the tile it would start
        self.leave = self.back_button("home.clear", self._leave)
        self.command("Esc", "", self._leave, self.leave.isHidden)  # a message goes, also where nothing is to be left
        self.command("F9", "", self.strip.paper.click, self.strip.paper.isVisible)

    @property
    def asked(self) -> tuple[str, str]:
        """The text that is looked for, and the area that is open."""
        return self.search.text(), self._area

    def set_adding(self, services: Sequence[Bilingual]) -> None:
        """The services of the open visit, to which the one that is chosen is added; none: it is for a new citizen."""
        self.visit.set_services(services)
        self._fit()

    @override
    def set_data(self, data: HomeShown) -> None:
        """Where only what is found is new, all else stays as it is."""
        was, found, self.data = self.data, data.found, data
        if was is None or replace(was, found=found) != data:
            self.retold()
        else:
            self.services.set_data(found)
            self._fit()
        if (found.text, found.area) == self.asked:
            self.search.answered()

    @override
    def show_data(self, data: HomeShown) -> None:
        for place, tile in enumerate(self._tiles):
            tile.setVisible(place < len(data.front))
            if place < len(data.front):
                tile.set_offer(data.front[place], self.language)
        for chip in self._chips:
            chip.setVisible(chip.area in data.areas)
            chip.tell(self.language, data.areas.get(chip.area, 0))
        self.all.setText(self.say("home.all", count=show.number(sum(data.areas.values()))))
        self.strip.set_data(data)
        self.today.set_data(data)
        self.services.set_data(data.found)
        self.drafts.set_data(data)
        if self._at_drafts and not data.drafts:  # the last one is discarded
            self._at_drafts = False
            self.search.setFocus()
        self._fit()

    @override
    def retold(self) -> None:
        self.discard.ask(self.say("draft.discard"), self.say("draft.discard.again"), "Alt+6")
        super().retold()

    @property
    def _listing(self) -> bool:
        return bool(self.search.text().strip() or self._area)

    @property
    def _idle(self) -> bool:
        return not (self._listing or self._at_drafts)

    def _aim(self) -> Offer | None:
        """The service that F10 would start, or that of the draft it would go on with."""
        if self.data is None or self._at_drafts:
            return self.drafts.offer
        if self._listing:
            found = self.data.found
            return self.services.chosen if (found.text, found.area) == self.asked else None
        picked = self._picked
        return self.data.front[picked] if picked is not None and picked < len(self.data.front) else None

    def _fit(self) -> None:
        """What stands in the middle and beside it follows from what is typed, opened and stood on."""
        idle, aim, adding, data = self._idle, self._aim(), self.visit.open, self.data
        needed = idle and not adding and self.strip.needed
        reveal(needed, self.strip)
        reveal(idle, self.tiles)
        reveal(((idle and not needed) or self.services.empty) and not at_largest(), self.all)
        reveal(not (self._at_drafts or (self._listing and data and data.found.hits)), self.chips)
        reveal(self._listing and (self.services.offers or self.services.empty), self.services)
        reveal(self._listing and self.services.heading.text(), self.services.heading)
        reveal(self._at_drafts, self.drafts, self.discard)
        for chip in self._chips:
            chip.choose(chosen=chip.area == self._area)
        self.search.offer(whole=not adding)
        reveal(adding, self.visit, self.visit.new)
        reveal(aim is not None and not adding, self.offer)
        reveal(not adding and self.offer.isHidden(), self.today)
        if aim is not None and aim != self.offer.data:  # it is fitted at every key
            self.offer.set_data(aim)
        last = data is not None and bool(data.last) and data.unfinished is None and data.trouble is None
        reveal(idle and last and not adding and aim is None, self.copy)
        self._tell_ways(aim)

    def _tell_ways(self, aim: Offer | None) -> None:
        """What F10 and Esc do now."""
        new = self.data is not None and self.data.unpractised
        words, why, then = self.say("home.pick"), self.say("home.pick.new" if new else "home.pick.idle"), self._next()
        if self._listing:
            why = self.say("home.pick.row" if self.services.offers else "home.pick.area")
        if self._at_drafts:
            words = self.say("home.resume")
        elif aim is not None:
            words, why = aim.begin(self.language), aim.wants(self.language)
        elif then and then != "again":
            words = self.say(f"home.{then}")
        elif then and self.data is not None:
            last = self.data.last
            words = self.say("home.repeat.visit" if len(last) > 1 else "home.repeat", service=self.of(last[0].service))
        self.primary.word(words, "F10")
        self.strip.lead("" if aim is not None or self._at_drafts else then)
        self.primary.wait_for("" if self._at_drafts or (aim is None and then) else why)
        away = "home.clear" if self.search.text().strip() else "home.to_search"
        self.reword(self.leave, "visit.back" if self._idle and self.visit.open else away)
        reveal(self._arrows.away or not self._idle or self.visit.open, self.leave)

    def _next(self) -> str:
        """What F10 does where nothing is typed, opened or stood on: what is `due`, or it sells the last again."""
        if self.data is None or not self._idle or self._picked is not None or self.visit.open:
            return ""
        return self.data.due or ("again" if self.data.last else "")

    def start(self) -> None:
        """F10: what is stood on, what is typed, or the last sale once more."""
        if self._at_drafts:
            self._of_draft(self.resumed)
        elif self.search.text().strip():
            self.search.take()
        elif (aim := self._aim()) is not None:
            self._begin(aim)
        elif (then := self._next()) and then != "again":
            self.strip.ways[then].click()
        elif then:
            self.again_asked.emit()
        else:
            self.pick_first()

    def _take_found(self) -> None:
        """Enter in the search box: the row that is chosen there; where nothing is typed, the drafts."""
        if self._idle and self.strip.drafts.isVisible():
            self._open_drafts()
        elif self._listing and (aim := self._aim()) is not None:
            self._begin(aim)
        elif self._listing:
            self.pick_first()

    def _take_row(self, offer: Offer) -> None:
        """Not one of the area before, while the rows of this one are still being read."""
        if offer is self._aim():
            self._begin(offer)

    def pick_first(self) -> None:
        """A service is chosen before anything can be begun."""
        self.show_notice("info", "home.pick", "home.pick.more")
        self.search.setFocus()

    def _front(self, place: int, _checked: bool = False) -> None:
        if self.data is not None and place < len(self.data.front):
            self._begin(self.data.front[place])

    def _begin(self, offer: Offer) -> None:
        if (why_not := offer.why_not) is None:
            self.chosen.emit(offer.service.id)
        else:
            self.show_words(lambda: ("off", *offer.refusal(self.language, why_not)))

    def _of_draft(self, asked: SignalInstance) -> None:
        """`asked` of the draft that is chosen."""
        if (left := self.drafts.chosen) is not None:
            asked.emit(left.id)

    def _typed(self, _text: str) -> None:
        self._area, self._at_drafts, self._picked = "", False, None
        self.looked.emit()
        self._fit()

    def _open_area(self, area: str, _checked: bool = False) -> None:
        self.reset()
        self._area = area
        self.looked.emit()
        self._fit()
        self.services.table.setFocus()

    def _open_drafts(self) -> None:
        self.reset()
        self._at_drafts = True
        self._fit()
        self.drafts.table.setFocus()

    def _stand_at(self, part: QWidget) -> None:
        """A tile that has the focus is what F10 starts, until another part has it."""
        self._picked = self._tiles.index(part) if isinstance(part, ServiceTile) else None
        self._fit()

    def _leave(self) -> None:
        """Esc: from what is found or opened to the tiles; from there back to the visit that is open."""
        if self._idle and self.visit.open:
            self.back_asked.emit()
        else:
            self.reset()
            self.search.setFocus()

    def reset(self) -> None:
        self._area, self._at_drafts, self._picked = "", False, None
        self.search.forget()
        self.calm()
        self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed on a tile or a row is meant for the search."""
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain and event.text().strip() and event.text().isprintable() and self.isAncestorOf(self.focusWidget()):
            self.search.setFocus()
            QApplication.sendEvent(self.search, event)
        else:
            super().keyPressEvent(event)
