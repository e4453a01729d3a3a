"""The list of requests: found by receipt, number, mobile, name or day, narrowed by lists.

Names are shortened; the newest stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast, get_args

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kiosk.model.service_request import Query, State
from kiosk.staff.sign_in import Seat
from protocol.catalogue.services import PublicService
from protocol.clock import read_day
from protocol.override import override
from protocol.texts import Bilingual, Language
from protocol.values.finding import day_in
from ui.requests.request_card import RequestCard, Shown
from ui.requests.request_words import Listed, citizen, pill, print_again_word, reason, state_of
from ui.shell import Page
from ui.shell.action_rail import NARROW_PAGE_PX
from ui.shell.header_bar import WIDE_PX
from ui.widgets import EmptyState, LineEdit, Pill, Teller, Text, at_largest, beside, restyle, reveal, show
from ui.widgets.folded_list import Combo

SETTLE_MS = 150
LEAST_LETTERS: Final = 6
"""Of what a list narrows to: four of them stand side by side, whatever they offer."""
MOST: Final = 50
"""Rows at the most."""
COLUMNS = ("list.time", "list.receipt", "list.service", "list.citizen", "list.amount", "list.state")
FILTERS: Final = ("day", "operator", "service", "state")
STATES: Final[tuple[State, ...]] = tuple(state for state in get_args(State) if state)
QUICK: Final[tuple[State, ...]] = ("came_back", "tell", "unclaimed")
"""Lists of work, each at one key."""


Row = tuple[int, str, Bilingual, str, int, str]
"""A request in a list: when, its number, its service, its citizen shortened, its total, how it stands."""


@dataclass(frozen=True, slots=True)
class RequestSearch:
    """What the operator asked for."""

    text: str = ""
    day: str = ""
    operator: str = ""
    service: str = ""
    state: State = ""

    def query(self) -> Query:
        """A day that is typed counts more than one that was chosen."""
        day, text = day_in(self.text)
        return Query(text, day or self.day or None, self.operator, self.service, self.state, limit=MOST)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists offer. `days` are ISO dates, the newest first."""

    days: Sequence[str] = ()
    seats: Sequence[Seat] = ()
    services: Sequence[PublicService] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at that moment, and how many requests came back and wait for somebody."""

    listed: Sequence[Listed] = ()
    now_ms: int = 0
    came_back: int = 0


def _row(one: Listed) -> Row:
    of = one.request
    return of.created_ms, one.number, one.service, show.short_name(of.name), of.total_pt, state_of(of)


def cells(page: Page, rows: Iterable[Row], now_ms: int) -> list[tuple[str | Pill, ...]]:
    """The rows as a table of six columns has them."""
    return [
        (
            show.said_time(page.language, at_ms, now_ms), show.isolate(number), page.of(service), whose,
            show.money(page.language, total_pt), pill(page.language, state),
        )
        for at_ms, number, service, whose, total_pt, state in rows
    ]  # fmt: skip


class RequestListPage(Page):
    """Requests, found and narrowed."""

    asked = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageRequests", language, "list.title")
        self._found = Found()
        self._choices = Choices()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self.first_widget = self.search = LineEdit("requestSearch")
        self.placeholder(self.search, "list.search")
        self.search.mark("search")
        self.search.textChanged.connect(lambda _text: self._settle.start())
        self.table = self.rows("requestTable", "list.title", COLUMNS, 2, figures=(4,))
        self.table.steered = True
        self.table.spare(3, 4, at_largest=(4,))
        self._aloud = Teller(self)  # the focus may stay at what is typed; nothing of the citizen is said
        self.table.currentCellChanged.connect(lambda *_: self._tell_chosen())
        self.empty, self.none = Text(role="hint", wrap=True), EmptyState("list", card=True)
        self.card = self.follow(RequestCard(language))
        self.primary = self.primary_button("list.open", self._press)
        self.reprint = self.button("reprintButton", "print.copy", "F9", icon="print")
        self.elsewhere = self.button("elsewhereButton", "elsewhere.button", "Alt+5", icon="store")
        self.back_button()
        self.command("F5", "list.refresh", self.ask_again)
        self.command("Alt+4", "", self.reset)  # also where its button has no room
        self.arrange(
            self.search, self._quick(), self._filters(), self.empty, (self.table, 1), (self.none, 1),
            context=self.card, actions=(self.reprint, self.elsewhere),
        )  # fmt: skip
        QWidget.setTabOrder(self.search, self.table)  # Enter leads from the box to what was found
        self.retold()

    def _quick(self) -> QHBoxLayout:
        self.quick = {
            state: self.button(f"quick_{state}", f"quick.{state}", f"Alt+{place}", partial(self.narrow, state))
            for place, state in enumerate(QUICK, 1)
        }
        self.clear = self.button("clearFilters", "list.clear", "Alt+4", self.reset)
        keys = (*self.quick.values(), self.clear)
        for button in keys:  # as wide as the lists under them, whatever they say
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return beside(*((button, 1) for button in keys), gap=8)

    def _filters(self) -> QHBoxLayout:
        self.lists = {name: Combo(f"filter_{name}") for name in FILTERS}
        for name, combo in self.lists.items():
            self.word(combo.setAccessibleName, f"filter.{name}")
            combo.currentIndexChanged.connect(lambda _row: self.ask())
            combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(LEAST_LETTERS)
        return beside(*((combo, 1) for combo in self.lists.values()), gap=8)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow screen has room for the lists that are used most."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where nothing is to be found yet there is nothing to narrow."""
        empty = self._found.now_ms and not self._found.listed and self._all()
        reveal(not empty, self.search, *self.quick.values(), self.lists["day"], self.lists["state"])
        wide = not empty and self.width() >= (WIDE_PX if at_largest() else NARROW_PAGE_PX)
        reveal(wide, self.clear, self.lists["operator"], self.lists["service"])

    # ---- data in

    def set_choices(self, choices: Choices) -> None:
        self._choices = choices
        self._offer()

    def set_found(self, found: Found) -> None:
        self._found = found
        self._fill_table()

    @override
    def retold(self) -> None:
        self._offer()
        self._fill_table()

    def _offer(self) -> None:
        """The lists in the language of the moment; what was chosen stays chosen."""
        choices = self._choices
        offers: dict[str, list[tuple[str, str]]] = {
            "day": [
                (day, show.said_day(self.language, read_day(day), read_day(choices.days[0]))) for day in choices.days
            ],
            "operator": [(s.operator.id, self.of(s.operator.name)) for s in choices.seats],
            "service": [(s.id, f"{s.number} — {s.title[self.language]}") for s in choices.services],
            "state": [(state, self.say(f"filter.state.{state}")) for state in STATES],
        }
        for name, combo in self.lists.items():
            combo.offer([("", self.say(f"filter.{name}.any")), *offers[name]])

    def _fill_table(self) -> None:
        found = self._found.listed
        self.table.fill(cells(self, map(_row, found), self._found.now_ms), found, [one.request.id for one in found])
        self.empty.tell(self.say("list.more", count=show.number(MOST)) if len(found) >= MOST else "")
        self.table.setVisible(bool(found))
        self.none.setVisible(not found)
        self.none.tell(self.say("list.none" if self._all() else "list.empty"))
        self._fit()
        self.reprint.setVisible(bool(found))
        self.subtitle.setText(self.say("list.order") if found else "")
        came_back, words = self._found.came_back, self.say("quick.came_back")
        self.quick["came_back"].word(f"{words}: {show.number(came_back)}" if came_back else words, "Alt+1")
        now = self.wanted()
        for button, narrows in (
            *((self.quick[state], RequestSearch(state=state)) for state in self.quick),
            (self.clear, RequestSearch()),
        ):
            restyle(button, "current", "yes" if now == narrows else "")
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        """Of the row that is looked at: what the table has no room for."""
        one: Listed | None = self.table.chosen()
        self.reword(self.primary, "list.open" if self._found.listed else "list.home" if self._all() else "list.reset")
        self.primary.wait_for(self.say("list.first.row") if one is None and self._found.listed else "")
        if one is None:
            self.card.tell(None, choose=bool(self._found.listed))
            self._aloud.tell("" if self._found.listed else f"{self.none.words.text()} {self.none.more.text()}".strip())
            return
        of, state = one.request, pill(self.language, state_of(one.request))
        self.reword(self.reprint, print_again_word(of))
        when = show.said_time(self.language, of.created_ms, self._found.now_ms)
        self._aloud.tell(f"{self.of(one.service)}, {when}, {state.word}")
        self.card.tell(Shown(one.number, state, one.service, citizen(of), of.total_pt, reason(of)))

    @override
    def first(self) -> QWidget:
        """Where there is nothing to look for, the way to where it is made."""
        return self.primary if self.search.isHidden() else self.search

    # ---- meaning out

    def _all(self) -> bool:
        """Whether nothing narrows the list."""
        return self.wanted() == RequestSearch()

    def _press(self) -> None:
        """F10: the request; where there is none, to where they are made, or to all of them."""
        if self._found.listed:
            self.table.open()
        elif self._all():
            self.left.emit()
        else:
            self.reset()

    def wanted(self) -> RequestSearch:
        chosen = {name: str(combo.currentData() or "") for name, combo in self.lists.items()}
        state = cast("State", chosen["state"])
        return RequestSearch(self.search.text(), chosen["day"], chosen["operator"], chosen["service"], state)

    def ask(self) -> None:
        self._settle.stop()
        self.table.begin()
        self.asked.emit(self.wanted())

    def ask_again(self) -> None:
        """The same question, since something has changed: whoever looks at a row goes on looking at it."""
        self.asked.emit(self.wanted())

    def narrow(self, state: State) -> None:
        """One list of work at one key: nothing else narrows it."""
        self._clear()
        combo = self.lists["state"]
        with QSignalBlocker(combo):
            combo.setCurrentIndex(combo.findData(state))
        self.ask()
        self.table.setFocus()

    def reset(self) -> None:
        self._clear()
        self.calm()
        self.ask()

    def _clear(self) -> None:
        with QSignalBlocker(self.search):
            self.search.clear()
        for combo in self.lists.values():
            with QSignalBlocker(combo):
                combo.setCurrentIndex(0)
