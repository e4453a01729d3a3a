"""S7: find a request by receipt, number, mobile, name or day, narrowed by four lists; names shortened, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast, get_args

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QWidget

from kiosk.model.service_request import Query, State
from kiosk.staff.sign_in import Seat
from protocol.catalogue.services import PublicService
from protocol.override import override
from protocol.texts import Language
from protocol.values.finding import day_in
from ui.requests.request_words import Listed, citizen, state_of
from ui.shell import Page
from ui.widgets import Both, Button, Combo, LineEdit, Text, show
from ui.widgets.layouts import beside, fill

SETTLE_MS = 150
MOST: Final = 50
"""Rows at the most."""
COLUMNS = ("list.time", "list.receipt", "list.service", "list.citizen", "list.amount", "list.state")
FILTERS: Final = ("day", "operator", "service", "state")
STATES: Final[tuple[State, ...]] = tuple(state for state in get_args(State) if state)
QUICK: Final[tuple[State, ...]] = ("tell", "unclaimed")


Row = tuple[int, str, Both, str, int, str]
"""A request in a list: when, its number, its service, its citizen masked, its total, how it stands."""


@dataclass(frozen=True, slots=True)
class Wanted:
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


def _row(one: Listed) -> Row:
    of = one.request
    return of.created_ms, one.number, one.service, citizen(of), of.total_pt, state_of(of)


def cells(page: Page, rows: Iterable[Row], day: str) -> list[tuple[str, ...]]:
    """The rows as a table of six columns has them; the day is said only where it is another one than `day`."""

    def time(at_ms: int) -> str:
        moment = show.moment(at_ms)
        return show.clock(at_ms) if day and day in moment else moment

    return [
        (
            time(at_ms), show.isolate(number), page.of(service), whose,
            show.money(page.language, total_pt), page.say(f"state.{state}"),
        )
        for at_ms, number, service, whose, total_pt, state in rows
    ]  # fmt: skip


class RequestListPage(Page):
    """Requests, found and narrowed."""

    asked = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageTransactions", language, "list.title")
        self._found: Sequence[Listed] = ()
        self._choices = Choices()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self.first_widget = self.search = LineEdit("transactionSearch")
        self.placeholder(self.search, "list.search")
        self.search.textChanged.connect(lambda _text: self._settle.start())
        self.table = self.rows("transactionTable", "list.title", COLUMNS, 2, 5, figures=(4,))
        self.empty = Text(role="hint", wrap=True)
        self._make_filters()
        top = beside((self.search, 1), *self.quick.values(), self.clear, gap=12)
        filters = beside(*((combo, 1) for combo in self.lists.values()), self.elsewhere, gap=12)
        fill(self.body, top, filters, self.empty, (self.table, 1))
        QWidget.setTabOrder(self.search, self.table)  # Enter leads from the box to what was found
        self.retold()

    def _make_filters(self) -> None:
        self.lists = {name: Combo(f"filter_{name}") for name in FILTERS}
        for name, combo in self.lists.items():
            self.word(combo.setAccessibleName, f"filter.{name}")
            combo.currentIndexChanged.connect(lambda _row: self.ask())
        self.quick = {
            state: self.button(f"quick_{state}", f"quick.{state}", f"Alt+{n}", partial(self.narrow, state), foot="")
            for n, state in enumerate(QUICK, 1)
        }
        self.clear = self.button(Button("clearFilters", "quiet"), "list.clear", "Alt+3", self.reset, foot="")
        self.elsewhere = self.button("elsewhereButton", "elsewhere.button", "Alt+5", foot="")
        self.command("Esc", "key.back", self.left.emit)

    # ---- data in

    def set_choices(self, choices: Choices) -> None:
        if choices != self._choices:
            self._choices = choices
            self._fill_lists()

    def set_found(self, found: Sequence[Listed]) -> None:
        self._found = found
        self._fill_table()

    @override
    def retold(self) -> None:
        self._fill_lists()
        self._fill_table()

    def _fill_lists(self) -> None:
        """The lists in the language of the moment; what was chosen stays chosen."""
        choices = self._choices
        offers: dict[str, list[tuple[str, str]]] = {
            "day": [(day, self._day(day)) for day in choices.days],
            "operator": [(s.operator.id, self.of((s.operator.name_ar, s.operator.name_en))) for s in choices.seats],
            "service": [(s.id, f"{s.number} — {s.title[self.language]}") for s in choices.services],
            "state": [(state, self.say(f"filter.state.{state}")) for state in STATES],
        }
        for name, combo in self.lists.items():
            combo.offer([("", self.say(f"filter.{name}.any")), *offers[name]])

    def _day(self, iso: str) -> str:
        today = bool(self._choices.days) and iso == self._choices.days[0]
        return self.say("filter.day.today", date=show.day(iso)) if today else show.day(iso)

    def _fill_table(self) -> None:
        today = self._choices.days[0] if self._choices.days else ""
        rows = cells(self, map(_row, self._found), today)
        self.table.fill(rows, self._found, [one.request.id for one in self._found])
        full = len(self._found) >= MOST
        self.empty.setText(self.say("list.more", count=show.number(MOST)) if full else self.say("list.empty"))
        self.empty.setVisible(full or not self._found)

    # ---- meaning out

    def wanted(self) -> Wanted:
        chosen = {name: str(combo.currentData() or "") for name, combo in self.lists.items()}
        state = cast("State", chosen["state"])
        return Wanted(self.search.text(), chosen["day"], chosen["operator"], chosen["service"], state)

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
