"""S7: find a request by receipt, number, mobile, name or day, narrowed by four lists; names shortened, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast, get_args

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.model.service_request import State
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button

SETTLE_MS = 150
COLUMNS = ("list.time", "list.receipt", "list.service", "list.citizen", "list.amount", "list.state")
FILTERS: Final = ("day", "operator", "service", "state")
STATES: Final[tuple[State, ...]] = tuple(state for state in get_args(State) if state)
QUICK: Final[tuple[State, ...]] = ("tell", "unclaimed")


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list; what names the citizen is masked already."""

    id: str
    created_ms: int
    receipt: str
    service: tuple[str, str]
    citizen: str
    total_pt: int
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for."""

    text: str = ""
    day: str = ""
    operator: str = ""
    service: str = ""
    state: State = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists offer: (value, (Arabic, English)). `days` are ISO dates, the newest first."""

    days: Sequence[str] = ()
    operators: Sequence[tuple[str, tuple[str, str]]] = ()
    services: Sequence[tuple[str, tuple[str, str]]] = ()


class RequestListPage(Page):
    asked = Signal(object)
    opened = Signal(str)
    left = Signal()
    picture_asked = Signal()
    elsewhere_asked = Signal(object)
    """What is wanted of the shop's other tills."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageTransactions", language, "list.title")
        self._rows: list[Row] = []
        self._limit = 0
        self._choices = Choices()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self.search = self._search()
        self.table = Rows(len(COLUMNS), "transactionTable")
        self.word(self.table.setAccessibleName, "list.title")
        self.table.opened.connect(lambda row: self.opened.emit(self._rows[row].id))
        self.empty = Text(role="hint", wrap=True)
        filters = self._filters()
        self.body.addLayout(self._top())
        self.body.addLayout(filters)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)
        QWidget.setTabOrder(self.search, self.table)  # Enter leads from the box to what was found
        self.retold()

    def _search(self) -> LineEdit:
        search = LineEdit("transactionSearch")
        self.word(search.setPlaceholderText, "list.search")
        self.word(search.setAccessibleName, "list.search")
        search.textChanged.connect(lambda _text: self._settle.start())
        return search

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(12)
        for widget in (self.search, *self.quick.values(), self.clear):
            top.addWidget(widget, 1 if widget is self.search else 0)
        return top

    def _filters(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.lists = {name: Combo(f"filter_{name}") for name in FILTERS}
        for name, combo in self.lists.items():
            self.word(combo.setAccessibleName, f"filter.{name}")
            combo.currentIndexChanged.connect(lambda _row: self.ask())
            row.addWidget(combo, 1)
        self.quick = {state: Button(f"quick_{state}") for state in QUICK}
        self.clear = Button("clearFilters", "quiet")
        self.elsewhere = Button("elsewhereButton")
        self.word(self.elsewhere.word, "elsewhere.button", "Alt+5")
        self.elsewhere.clicked.connect(self._ask_elsewhere)
        row.addWidget(self.elsewhere)
        for place, state in enumerate(QUICK, 1):
            self.word(self.quick[state].word, f"quick.{state}", f"Alt+{place}")
            self.quick[state].clicked.connect(lambda _on=False, state=state: self.narrow(state))
        self.word(self.clear.word, "list.clear", "Alt+3")
        self.clear.clicked.connect(self.reset)
        return row

    # ---- data in

    def set_choices(self, choices: Choices) -> None:
        if choices != self._choices:
            self._choices = choices
            self._fill()

    def set_rows(self, rows: Sequence[Row], limit: int) -> None:
        """`limit` is how many are shown at most."""
        self._rows, self._limit = list(rows), limit
        self._tell()

    @override
    def retold(self) -> None:
        self._fill()
        self._tell()

    def _fill(self) -> None:
        """The lists in the language of the moment; what was chosen stays chosen."""
        place = 0 if self.language == "ar" else 1
        days = [(day, self._day(day)) for day in self._choices.days]
        offers: dict[str, list[tuple[str, str]]] = {
            "day": days,
            "operator": [(value, words[place]) for value, words in self._choices.operators],
            "service": [(value, words[place]) for value, words in self._choices.services],
            "state": [(state, self.say(f"filter.state.{state}")) for state in STATES],
        }
        for name, combo in self.lists.items():
            chosen = combo.currentData()
            combo.blockSignals(True)
            combo.clear()
            for value, words in [("", self.say(f"filter.{name}.any")), *offers[name]]:
                combo.addItem(words, value)
            combo.setCurrentIndex(max(0, combo.findData(chosen)))
            combo.blockSignals(False)

    def _day(self, iso: str) -> str:
        today = bool(self._choices.days) and iso == self._choices.days[0]
        return self.say("filter.day.today", date=show.day(iso)) if today else show.day(iso)

    def _time(self, at_ms: int) -> str:
        """The day is said only where it is another one."""
        moment = show.moment(at_ms)
        return show.clock(at_ms) if self._choices.days and self._choices.days[0] in moment else moment

    def _tell(self) -> None:
        self.table.head([self.say(key) for key in COLUMNS], 2, 5, figures=(4,))
        place = 0 if self.language == "ar" else 1
        self.table.fill(
            [
                (
                    self._time(row.created_ms), isolate(row.receipt), row.service[place], row.citizen,
                    show.money(self.language, row.total_pt), self.say(f"state.{row.state}"),
                )
                for row in self._rows
            ],
            [row.id for row in self._rows],
        )  # fmt: skip
        full = bool(self._rows) and len(self._rows) >= self._limit
        self.empty.setText(self.say("list.more", count=show.number(self._limit)) if full else self.say("list.empty"))
        self.empty.setVisible(full or not self._rows)

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

    def _ask_elsewhere(self) -> None:
        self.elsewhere_asked.emit(self.wanted())

    def narrow(self, state: State) -> None:
        """One list of work at one key: nothing else narrows it."""
        self._clear()
        combo = self.lists["state"]
        combo.blockSignals(True)
        combo.setCurrentIndex(combo.findData(state))
        combo.blockSignals(False)
        self.ask()
        self.table.setFocus()

    def reset(self) -> None:
        self._clear()
        self.calm()
        self.ask()

    def _clear(self) -> None:
        for widget in (self.search, *self.lists.values()):
            widget.blockSignals(True)
        self.search.clear()
        for combo in self.lists.values():
            combo.setCurrentIndex(0)
        for widget in (self.search, *self.lists.values()):
            widget.blockSignals(False)

    @override
    def first(self) -> QWidget:
        return self.search

    @override
    def commands(self) -> list[Action]:
        quick = [Action(f"Alt+{n}", "", partial(self.narrow, state)) for n, state in enumerate(QUICK, 1)]
        return [
            *quick,
            Action("Alt+3", "", self.reset),
            Action("Alt+4", "key.picture", self.picture_asked.emit),
            Action("Alt+5", "", self._ask_elsewhere),
            Action("Esc", "key.back", self.left.emit),
        ]
