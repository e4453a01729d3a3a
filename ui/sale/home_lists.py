"""What stands in place of the tiles: services that were found or belong to an area, or the drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.sale.home_shown import Found, HomeShown, Left, Offer, own_name
from ui.widgets import TOKENS, EmptyState, ShowsData, Teller, Text, fill_edge_to_edge, show

COLUMNS: Final = ("home.column.number", "home.column.service", "home.column.authority", "home.column.price")


class ServiceList(ShowsData[Found], QWidget):
    """Number, name, authority and price of each; what only looks alike is not chosen until somebody goes to it.

    The page puts the `heading` over the areas.
    """

    taken = Signal(object)
    moved = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._of = ("", "")
        self.heading = Text(role="h2", wrap=True)
        self.table = self.rows("serviceTable", "home.all.name", COLUMNS, 1, 2)
        self.table.steered = True
        self.table.opened.connect(self.taken.emit)
        self.table.currentCellChanged.connect(lambda *_: self.moved.emit())
        aloud = Teller(self)  # the focus stays at what is typed
        self.moved.connect(lambda: aloud.tell(self.spoken()))
        self.none = EmptyState("search", card=True)
        self.word(self.none.tell, "home.none")
        fill_edge_to_edge(self, (self.table, 1), (self.none, 1), 0)

    @property
    def empty(self) -> bool:
        """Whether nothing has what is typed, or looks like it."""
        return self.data is not None and bool(self.data.text.strip()) and not self.data.offers

    @property
    def chosen(self) -> Offer | None:
        """That of the row somebody stands on."""
        offer: Offer | None = self.table.chosen()
        return offer

    @property
    def offers(self) -> Sequence[Offer]:
        """Those that are listed."""
        return () if self.data is None else self.data.offers

    def spoken(self) -> str:
        """What was found, and the one that somebody stands on."""
        offer = self.chosen
        row = "" if offer is None else f"{offer.service.title[self.language]}, {offer.price(self.language)}"
        return " — ".join(filter(None, (self.none.words.text() if self.empty else self.heading.text(), row)))

    def step(self, by: int) -> None:
        """A row further, from wherever the focus is."""
        row = min(max(0, self.table.currentRow() + by), self.table.rowCount() - 1)
        self.table.setCurrentCell(row, 0)

    @override
    def show_data(self, data: Found) -> None:
        self.heading.tell(self._heading(data))
        if self._of != (data.text, data.area):
            self.table.begin()
            self._of = data.text, data.area
        self.table.setVisible(bool(data.offers))
        self.none.setVisible(self.empty)
        ids = [offer.service.id for offer in data.offers]
        with QSignalBlocker(self.table):  # where somebody stands by then is told once, below
            self.table.fill([self._row(offer) for offer in data.offers], data.offers, ids)
        for row, offer in enumerate(data.offers):
            if offer.why_not is not None:
                self._pale(row)
        if data.near:
            self.table.setCurrentCell(-1, -1)
        self.moved.emit()

    def _heading(self, data: Found) -> str:
        if not data.text or not data.offers:
            return ""
        if data.near:
            return self.say("home.near")
        return self.say("home.found", n=len(data.offers), count=show.number(len(data.offers)))

    def _row(self, offer: Offer) -> Sequence[str]:
        service, language = offer.service, self.language
        whose = own_name(service.competent_authority.name[language])
        return show.isolate(service.number), service.title[language], whose, offer.price(language)

    def _pale(self, row: int) -> None:
        for column in range(self.table.columnCount()):
            item = self.table.item(row, column)
            if item is not None:
                item.setForeground(QColor(TOKENS["ink2"]))


class DraftList(ShowsData[HomeShown], QWidget):
    """The forms that were left half typed, the latest first."""

    taken = Signal(object)
    moved = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        columns = ("home.column.service", "list.citizen", "home.column.filled", "home.column.typed")
        self.table = self.rows("draftTable", "home.drafts.title", columns, 0)
        self.table.opened.connect(self.taken.emit)
        self.table.currentCellChanged.connect(lambda *_: self.moved.emit())
        fill_edge_to_edge(self, self.caption("home.drafts.title"), (self.table, 1), 0, gap=8)

    @property
    def chosen(self) -> Left | None:
        left: Left | None = self.table.chosen()
        return left

    @property
    def offer(self) -> Offer | None:
        """What that draft is for."""
        return None if self.chosen is None else self.chosen.offer

    @override
    def show_data(self, data: HomeShown) -> None:
        drafts = data.drafts
        self.table.fill([self._row(left, data.now_ms) for left in drafts], drafts, [left.id for left in drafts])
        if drafts and self.table.currentRow() < 0:  # the one that was stood on is discarded
            self.table.setCurrentCell(0, 0)

    def _row(self, left: Left, now_ms: int) -> Sequence[str]:
        filled = self.say("home.filled", now=show.number(left.filled), of=show.number(left.fields))
        at = show.said_time(self.language, left.at_ms, now_ms)
        return self.of(left.service), left.citizen, filled if left.fields else "", at
