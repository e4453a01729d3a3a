"""S15: the papers still to come, with the question about the uncertain ones, and the printer: found, chosen, tried."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.paper_sheet import said
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Button, Card, StateRow, show
from ui.widgets.layouts import beside, reveal

AGAIN = (PrintState.WAITING, PrintState.FAILED)
"""States in which a paper can be printed again."""
COLUMNS = ("papers.paper", "papers.number", "papers.time", "papers.state")


class PrintingPage(Page):
    """The papers that wait, and the printer."""

    def __init__(self, language: Language) -> None:
        super().__init__("pagePrinting", language, "papers.title")
        self._waiting: Sequence[PrintJob] = ()
        self._found: list[PrinterChoice] = []
        self._choice: PrinterChoice | None = None
        self._trouble: KioskError | None = None
        self.search = self.button("findButton", "papers.find", "F5")
        self.halves(self._queue(), self._printer())
        self.retold()

    def _queue(self) -> Card:
        self.calm_text = self.paragraph("papers.none")
        self.table = self.rows("papersTable", "papers.waiting", COLUMNS, 0, 3)
        self.table.currentCellChanged.connect(lambda *_: self._retell_buttons())
        self.retry = Button("paperRetryButton")
        self.word(self.retry.word, "papers.retry", "F9")
        self.command("F9", "papers.retry", self.retry.click)
        self.table.opened.connect(lambda _place: self.retry.click())
        self.yes = self.button("paperYesButton", "print.yes", "Alt+1", foot="")
        self.no = self.button("paperNoButton", "print.no", "Alt+2", foot="")
        self.cancel = self.button("paperCancelButton", "papers.cancel", "Alt+3", foot="")
        buttons = beside(self.yes, self.no, self.retry, self.cancel, 1, gap=None)
        return Card(self.caption("papers.waiting"), self.calm_text, (self.table, 1), buttons, 0)

    def _printer(self) -> Card:
        self.state = StateRow("printerState")
        self.paper_size, self.cut, self.drawer = Button("sizeButton"), Button("cutButton"), Button("drawerButton")
        self.found = self.rows("printersTable", "papers.found", ("papers.found",))
        self.test = self.button("testButton", "papers.test", "F10")
        self.prices = self.button("pricesButton", "papers.prices", "Alt+4", foot="")
        pairs = ((self.paper_size, self.cut, self.drawer), (self.search, self.test), (self.prices, self.back_button()))
        size, tries, ways = (beside(*pair, gap=None) for pair in pairs)
        return Card(self.caption("papers.printer"), self.state, size, (self.found, 1), tries, ways)

    # ---- data in

    def set_waiting(self, waiting: Sequence[PrintJob]) -> None:
        """Papers that have not come out."""
        self._waiting = waiting
        self.retold()

    def set_printer(self, choice: PrinterChoice | None, trouble: KioskError | None) -> None:
        self._choice, self._trouble = choice, trouble
        self.retold()

    def set_found(self, found: Sequence[PrinterChoice]) -> None:
        self._found = list(found)
        self.retold()

    @override
    def retold(self) -> None:
        self.table.fill(list(map(self._row, self._waiting)), self._waiting, [one.id for one in self._waiting])
        self.table.setVisible(bool(self._waiting))
        self.calm_text.setVisible(not self._waiting)
        found = [(f"{self.say(f'papers.kind.{c.kind}')}   {show.isolate(c.address)}",) for c in self._found]
        self.found.fill(found, self._found)
        self._retell_printer()
        self._retell_buttons()

    def _row(self, job: PrintJob) -> tuple[str, str, str, str]:
        """The day is said only where they are of several."""
        days = {show.moment(waiting.created_ms)[:-7] for waiting in self._waiting}
        time = show.clock(job.created_ms) if len(days) == 1 else show.moment(job.created_ms)
        title = said("paper.title") if isinstance(job.content, Receipt) else job.content.title
        words = title.in_language(self.language), show.isolate(job.content.number)
        return *words, time, self.say(f"print.is.{job.state.value}")

    def _retell_printer(self) -> None:
        choice = self._choice
        if choice is None or choice.kind == "none":
            self.state.tell("print", "act", self.say("papers.no_printer"), self.say("papers.no_printer.more"))
        else:
            name = f"{self.say(f'papers.kind.{choice.kind}')} {show.isolate(choice.address)}"
            tone, more = "ok", self.say("papers.ready")
            if self._trouble is not None:
                tone, more = "act", " ".join(show.explained(self.language, self._trouble)[1:])
            self.state.tell("print", tone, name, more)
        reveal(choice is not None and choice.kind != "none", self.paper_size, self.cut, self.drawer)
        if choice is not None:
            self.paper_size.word(self.say("papers.size", size=show.isolate(choice.paper)))
            self.cut.word(self.say("papers.cut.yes" if choice.cut else "papers.cut.no"))
            self.drawer.word(self.say("papers.drawer.yes" if choice.drawer else "papers.drawer.no"))

    def _retell_buttons(self) -> None:
        at: PrintJob | None = self.table.chosen()
        reveal(at is not None and at.state is PrintState.UNCERTAIN, self.yes, self.no)
        self.retry.setVisible(at is not None and at.state in AGAIN)
        self.cancel.setVisible(at is not None and not at.seq)  # what proves an entry is owed

    @override
    def first(self) -> QWidget:
        return self.table if self._waiting else self.found
