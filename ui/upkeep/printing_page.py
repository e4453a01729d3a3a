"""S15: the papers still to come, with the question about the uncertain ones, and the printer: found, chosen, tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card, StateRow
from ui.widgets.layouts import beside
from ui.widgets.push_button import Button

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
    """The papers that wait, and the printer."""

    answered = Signal(str, bool)
    retry_asked = Signal(str)
    cancel_asked = Signal(str)
    find_asked = Signal()
    chosen = Signal(object)
    changed = Signal(object)
    test_asked = Signal()
    prices_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pagePrinting", language, "papers.title")
        self._waiting: list[Waiting] = []
        self._found: list[PrinterChoice] = []
        self._choice: PrinterChoice | None = None
        self._trouble: KioskError | None = None
        find = self.button("findButton", "papers.find", "F5", self.find_asked.emit)
        queue = self._queue()
        printer = self._printer(find)
        self.body.addLayout(beside((queue, 3), (printer, 2)), 1)
        self.retold()

    def _queue(self) -> Card:
        self.calm_text = self.paragraph("papers.none")
        self.table = self.rows("papersTable", "papers.waiting", COLUMNS, 0, 3)
        self.table.currentCellChanged.connect(lambda *_: self._retell_buttons())
        self.table.opened.connect(lambda _place: self._retry())
        self.command("F9", "papers.retry", self._retry)
        self.retry = Button("paperRetryButton")
        self.word(self.retry.word, "papers.retry", "F9")
        self.retry.clicked.connect(self._retry)
        self.yes = self.button("paperYesButton", "print.yes", "Alt+1", partial(self._answer, came_out=True), foot="")
        self.no = self.button("paperNoButton", "print.no", "Alt+2", partial(self._answer, came_out=False), foot="")
        self.cancel = self.button("paperCancelButton", "papers.cancel", "Alt+3", self._cancel, foot="")
        buttons = beside(self.yes, self.no, self.retry, self.cancel, 1, gap=None)
        return Card(self.caption("papers.waiting"), self.calm_text, (self.table, 1), buttons, 0)

    def _printer(self, find: Button) -> Card:
        self.state = StateRow("printerState")
        self.paper_size, self.cut, self.drawer = Button("sizeButton"), Button("cutButton"), Button("drawerButton")
        for button, member in ((self.paper_size, "paper"), (self.cut, "cut"), (self.drawer, "drawer")):
            button.clicked.connect(lambda _checked=False, member=member: self.changed.emit(member))
        self.found = self.rows("printersTable", "papers.found", ("papers.found",))
        self.found.opened.connect(lambda place: self.chosen.emit(self._found[place]))
        test = self.button("testButton", "papers.test", "F10", self.test_asked.emit)
        prices = self.button("pricesButton", "papers.prices", "Alt+4", self.prices_asked.emit, foot="")
        pairs = ((self.paper_size, self.cut, self.drawer), (find, test), (prices, self.back_button()))
        size, tries, ways = (beside(*pair, gap=None) for pair in pairs)
        return Card(self.caption("papers.printer"), self.state, size, (self.found, 1), tries, ways)

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
        self.table.fill(
            [
                (self.of(w.title), isolate(w.number), self._time(w.created_ms), self.say(f"print.is.{w.state}"))
                for w in self._waiting
            ],
            [w.id for w in self._waiting],
        )
        self.table.setVisible(bool(self._waiting))
        self.calm_text.setVisible(not self._waiting)
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

    @override
    def first(self) -> QWidget:
        return self.table if self._waiting else self.found
