"""S15: the papers still to come, with the question about the uncertain ones, and the printer: found, chosen, tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.state_row import StateRow

COLUMNS = ("papers.paper", "papers.number", "papers.time", "papers.state")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that has not come out. `state` is a word of `transaction.Paper`; `owed`: it cannot be given up."""

    id: str
    title: tuple[str, str]
    number: str
    created_ms: int
    state: str
    owed: bool


class PrintingPage(Page):
    answered = Signal(str, bool)
    retry_asked = Signal(str)
    cancel_asked = Signal(str)
    find_asked = Signal()
    chosen = Signal(object)
    changed = Signal(object)
    test_asked = Signal()
    prices_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pagePrinting", language, "papers.title")
        self._waiting: list[Waiting] = []
        self._found: list[PrinterChoice] = []
        self._choice: PrinterChoice | None = None
        self._trouble: KioskError | None = None
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._queue(), 3)
        row.addWidget(self._printer(), 2)
        self.body.addLayout(row, 1)
        self.retold()

    def _queue(self) -> Card:
        card = Card()
        heading, self.calm_text = Text(role="h2"), Text(role="hint", wrap=True)
        self.word(heading.setText, "papers.waiting")
        self.word(self.calm_text.setText, "papers.none")
        self.table = Rows(len(COLUMNS), "papersTable")
        self.word(self.table.setAccessibleName, "papers.waiting")
        self.table.currentCellChanged.connect(lambda *_: self._retell_buttons())
        self.table.opened.connect(lambda _place: self._retry())
        card.column.addWidget(heading)
        card.column.addWidget(self.calm_text)
        card.column.addWidget(self.table, 1)
        self.yes, self.no = Button("paperYesButton"), Button("paperNoButton")
        self.retry, self.cancel = Button("paperRetryButton"), Button("paperCancelButton")
        for button, key, shown, act in (
            (self.yes, "print.yes", "Alt+1", lambda: self._answer(came_out=True)),
            (self.no, "print.no", "Alt+2", lambda: self._answer(came_out=False)),
            (self.retry, "papers.retry", "F9", self._retry),
            (self.cancel, "papers.cancel", "Alt+3", self._cancel),
        ):
            self.word(button.word, key, shown)
            button.clicked.connect(act)
        row = QHBoxLayout()
        for button in (self.yes, self.no, self.retry, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        card.column.addLayout(row)
        card.column.addStretch(0)
        return card

    def _printer(self) -> Card:
        card = Card()
        heading = Text(role="h2")
        self.word(heading.setText, "papers.printer")
        self.state = StateRow("printerState")
        self.paper_size, self.cut, self.drawer = Button("sizeButton"), Button("cutButton"), Button("drawerButton")
        for button, member in ((self.paper_size, "paper"), (self.cut, "cut"), (self.drawer, "drawer")):
            button.clicked.connect(lambda _checked=False, member=member: self.changed.emit(member))
        self.found = Rows(1, "printersTable")
        self.word(self.found.setAccessibleName, "papers.found")
        self.found.opened.connect(lambda place: self.chosen.emit(self._found[place]))
        find, test = Button("findButton"), Button("testButton")
        prices, back = Button("pricesButton"), Button("backButton")
        card.column.addWidget(heading)
        card.column.addWidget(self.state)
        for pair in ((self.paper_size, self.cut, self.drawer), (find, test), (prices, back)):
            row = QHBoxLayout()
            for button in pair:
                row.addWidget(button)
            card.column.addLayout(row)
        card.column.insertWidget(3, self.found, 1)
        for button, key, shown, signal in (
            (find, "papers.find", "F5", self.find_asked),
            (test, "papers.test", "F10", self.test_asked),
            (prices, "papers.prices", "Alt+4", self.prices_asked),
            (back, "key.back", "Esc", self.left),
        ):
            self.word(button.word, key, shown)
            button.clicked.connect(signal)
        return card

    # ---- data in

    def set_waiting(self, waiting: Sequence[Waiting]) -> None:
        self._waiting = list(waiting)
        self.retold()

    def set_printer(self, choice: PrinterChoice | None, trouble: KioskError | None) -> None:
        self._choice, self._trouble = choice, trouble
        self.retold()

    def set_found(self, found: Sequence[PrinterChoice]) -> None:
        self._found = list(found)
        self.retold()

    @override
    def retold(self) -> None:
        place = 0 if self.language == "ar" else 1
        self.table.head([self.say(key) for key in COLUMNS], 0, 3)
        self.table.fill(
            [
                (w.title[place], isolate(w.number), self._time(w.created_ms), self.say(f"print.is.{w.state}"))
                for w in self._waiting
            ],
            [w.id for w in self._waiting],
        )
        self.table.setVisible(bool(self._waiting))
        self.calm_text.setVisible(not self._waiting)
        self.found.head([self.say("papers.found")], 0)
        self.found.fill([(f"{self.say(f'papers.kind.{c.kind}')}   {isolate(c.address)}",) for c in self._found])
        self._retell_printer()
        self._retell_buttons()

    def _time(self, at_ms: int) -> str:
        """The day is said only where they are of several."""
        days = {show.moment(waiting.created_ms)[:-7] for waiting in self._waiting}
        return show.clock(at_ms) if len(days) == 1 else show.moment(at_ms)

    def _retell_printer(self) -> None:
        choice = self._choice
        if choice is None or choice.kind == "none":
            self.state.tell("printer", "act", self.say("papers.no_printer"), self.say("papers.no_printer.more"))
        else:
            name = f"{self.say(f'papers.kind.{choice.kind}')} {isolate(choice.address)}"
            tone, more = "ok", self.say("papers.ready")
            if self._trouble is not None:
                tone, more = "act", " ".join(show.explained(self.language, self._trouble)[1:])
            self.state.tell("printer", tone, name, more)
        for button in (self.paper_size, self.cut, self.drawer):
            button.setVisible(choice is not None and choice.kind != "none")
        if choice is not None:
            self.paper_size.word(self.say("papers.size", size=isolate(choice.paper)))
            self.cut.word(self.say("papers.cut.yes" if choice.cut else "papers.cut.no"))
            self.drawer.word(self.say("papers.drawer.yes" if choice.drawer else "papers.drawer.no"))

    def _retell_buttons(self) -> None:
        at = self._current()
        state = "" if at is None else at.state
        for button in (self.yes, self.no):
            button.setVisible(state == "uncertain")
        self.retry.setVisible(state in {"waiting", "failed"})
        self.cancel.setVisible(at is not None and not at.owed)

    def _current(self) -> Waiting | None:
        place = self.table.currentRow()
        return self._waiting[place] if 0 <= place < len(self._waiting) else None

    # ---- meaning out

    def _answer(self, *, came_out: bool) -> None:
        at = self._current()
        if at is not None:
            self.answered.emit(at.id, came_out)

    def _retry(self) -> None:
        at = self._current()
        if at is not None and at.state in {"waiting", "failed"}:
            self.retry_asked.emit(at.id)

    def _cancel(self) -> None:
        at = self._current()
        if at is not None:
            self.cancel_asked.emit(at.id)

    def _by_digit(self) -> tuple[Button, ...]:
        return self.yes, self.no, self.cancel

    def _press(self, button: Button) -> None:
        """By its key, where it is offered."""
        if not button.isHidden():
            button.click()

    @override
    def first(self) -> QWidget:
        return self.table if self._waiting else self.found

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F5", "papers.find", self.find_asked.emit),
            Action("F9", "papers.retry", self._retry),
            Action("F10", "papers.test", self.test_asked.emit),
            *[Action(f"Alt+{n}", "", partial(self._press, button)) for n, button in enumerate(self._by_digit(), 1)],
            Action("Alt+4", "", self.prices_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]
