"""The papers still to come, with the question about the uncertain ones, and the printer: found, chosen, tried."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from PySide6.QtWidgets import QWidget

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.printing.printer_choice import PORT, PrinterChoice
from protocol.errors import KioskError
from protocol.override import override
from protocol.program.explained import readable
from protocol.texts import Language, both
from ui.shell import Page
from ui.widgets import Button, Card, EmptyState, StateRow, reveal, set_tone, show
from ui.widgets.even_row import EvenRow
from ui.widgets.state_pill import Pill, State

AGAIN = (PrintState.WAITING, PrintState.FAILED)
"""States in which a paper can be printed again."""
COLUMNS = ("papers.paper", "papers.number", "papers.time", "papers.state")
PILLS: Final[Mapping[PrintState, State]] = {
    PrintState.WAITING: "waiting", PrintState.SENDING: "sent", PrintState.PRINTED: "accepted",
    PrintState.UNCERTAIN: "missing", PrintState.FAILED: "rejected", PrintState.CANCELLED: "kept",
}  # fmt: skip
Mode = Literal["answer", "find", "choose", "retry", "test"]
"""What F10 does: the key of its words, below ``papers.``; *answer*: nothing, until the paper is answered for."""


class PrintingPage(Page):
    """The papers that wait, and the printer. `primary` does what `mode` says."""

    def __init__(self, language: Language) -> None:
        super().__init__("pagePrinting", language, "papers.title")
        self._waiting: Sequence[PrintJob] = ()
        self._found: list[PrinterChoice] = []
        self._choice: PrinterChoice | None = None
        self._trouble: KioskError | None = None
        self._grave = False
        self._now_ms = 0
        self.mode: Mode = "test"
        self.heading, self.nothing = self.caption("papers.waiting"), EmptyState("print")
        self.table = self.rows("papersTable", "papers.waiting", COLUMNS, 0)
        self.table.currentCellChanged.connect(lambda *_: self._retell_buttons())
        self.found = self.rows("printersTable", "papers.found", ("papers.kind", "papers.address", "papers.state"), 1)
        self._found_label = self.label(self.found, "papers.found", "h2")
        self._make_buttons()
        settings = self._settings()
        self.arrange(
            self.heading, (self.table, 3), (self.nothing, 1), self._found_label, (self.found, 2), settings,
            context=self._about,
            actions=(self.yes, self.no, self.cancel, self.search, self.prices, self.test),
        )  # fmt: skip
        self.retold()

    def _make_buttons(self) -> None:
        self.primary = self.primary_button("papers.test")
        self.yes = self.button("paperYesButton", "papers.yes", "Alt+1")
        self.no = self.button("paperNoButton", "papers.no", "Alt+2")
        self.cancel = self.button(Button("paperCancelButton", "danger"), "papers.cancel", "Alt+3", icon="trash")
        self.search = self.button("findButton", "papers.find", "F5", icon="search")
        self.prices = self.button("pricesButton", "papers.prices", "Alt+4", icon="list")
        self.test = self.button("testButton", "papers.test", "Alt+5", icon="print")
        self.back_button()

    def _settings(self) -> QWidget:
        """Of the printer that is chosen."""
        self.state = StateRow("printerState")
        self._about = Card(self.state, 1)
        self.paper_size = self.button("sizeButton", "papers.paper", "Alt+6")
        self.cut = self.button("cutButton", "papers.cut.no", "Alt+7")
        self.drawer = self.button("drawerButton", "papers.drawer.no", "Alt+8")
        self._chosen = EvenRow(self.paper_size, self.cut, self.drawer, gap=8)
        return self._chosen

    # ---- data in

    def set_waiting(self, waiting: Sequence[PrintJob], now_ms: int) -> None:
        """Papers that have not come out."""
        self._waiting, self._now_ms = waiting, now_ms
        self.retold()

    def set_printer(self, choice: PrinterChoice | None, trouble: KioskError | None) -> None:
        self._choice, self._trouble = choice, trouble
        self.retold()

    def set_found(self, found: Sequence[PrinterChoice]) -> None:
        self._found = list(found)
        self.retold()
        if found:
            self.found.setFocus()  # one of them is what is chosen next

    @override
    def retold(self) -> None:
        self.table.fill(list(map(self._row, self._waiting)), self._waiting, [one.id for one in self._waiting])
        reveal(self._waiting, self.heading, self.table)
        self.nothing.setVisible(not self._waiting and (self._is_chosen() or not self._found))
        self.nothing.tell(self.say("papers.none" if self._is_chosen() else "papers.none.printer"))
        self.found.fill(list(map(self._found_row, self._found)), self._found)
        reveal(self._found, self.found, self._found_label)
        self._retell_printer()
        self._retell_buttons()

    def _found_row(self, one: PrinterChoice) -> tuple[str | Pill, ...]:
        used = self._choice is not None and (one.kind, one.address) == (self._choice.kind, self._choice.address)
        pill = Pill("accepted", self.say("papers.used")) if used else ""
        return self.say(f"papers.kind.{one.kind}"), place_of(one), pill

    def _row(self, job: PrintJob) -> tuple[str | Pill, ...]:
        time = show.said_time(self.language, job.created_ms, self._now_ms)
        title = both("paper.title") if isinstance(job.content, Receipt) else job.content.title
        state = Pill(PILLS[job.state], self.say(f"papers.is.{job.state.value}"))
        return self.of(title), show.isolate(job.content.number), time, state

    def _retell_printer(self) -> None:
        choice = self._choice
        if choice is None or choice.kind == "none":
            tone, more = "act", self.say("papers.no_printer.more")
            self.state.tell("print", tone, self.say("papers.no_printer"), more)
        else:
            tone, name, more = "ok", self.say(f"papers.kind.{choice.kind}"), self.say("papers.ready")
            if self._trouble is not None:
                tone, (name, why, do) = "act", show.explained(self.language, self._trouble)
                more = f"{why} {do}"
                if self._trouble.code == "printer":  # its text leads to this page
                    reason = str(readable(self.language, self._trouble)["reason"])
                    cause = self._trouble.values["reason"]
                    known = cause if cause in ("paper_out", "cover_open") else "other"
                    name, more = reason[:1].upper() + reason[1:], self.say(f"papers.trouble.{known}")
            self.state.tell("print", tone, name, more)
        self._grave = tone == "act"
        reveal(self._is_chosen(), self._chosen, self.paper_size, self.cut, self.drawer)
        if choice is not None:
            roll = choice.paper.removesuffix("mm")
            size = show.isolate(roll) + (f" {self.say('papers.mm')}" if roll != choice.paper else "")
            self.paper_size.word(self.say("papers.size", size=size), "Alt+6")
            self.cut.word(self.say("papers.cut.yes" if choice.cut else "papers.cut.no"), "Alt+7")
            self.drawer.word(self.say("papers.drawer.yes" if choice.drawer else "papers.drawer.no"), "Alt+8")

    def _is_chosen(self) -> bool:
        return self._choice is not None and self._choice.kind != "none"

    def _retell_buttons(self) -> None:
        at: PrintJob | None = self.table.chosen()
        was, self.mode = self.mode, self._mode(at)
        if self.mode == "answer":
            self.show_notice("wait", "papers.answer.first", "print.once")
        elif was == "answer":
            self.calm()
        set_tone(self._about, "act" if self._grave and self.mode != "answer" else "")  # what is asked comes first
        reveal(self.mode == "answer", self.yes, self.no)
        self.cancel.setVisible(at is not None and not at.seq)  # what proves an entry is owed
        self.test.setVisible(self._is_chosen() and self.mode not in ("test", "answer"))
        self.search.setVisible(self.mode != "find")
        self.prices.setVisible(self._is_chosen())
        mend = self.mode in ("retry", "test") and self._trouble is not None
        first = "papers.answer" if self.mode == "answer" else "papers.first.mend" if mend else ""
        self.primary.wait_for(self.say(first) if first else "")
        self.reword(self.primary, "papers.retry" if self.mode == "answer" else f"papers.{self.mode}")

    def _mode(self, at: PrintJob | None) -> Mode:
        if at is not None and at.state is PrintState.UNCERTAIN:
            return "answer"
        if not self._is_chosen():
            return "choose" if self._found else "find"
        return "retry" if at is not None and at.state in AGAIN else "test"

    @override
    def first(self) -> QWidget:
        if self._waiting:
            return self.table
        return self.found if self._found else self.primary


def place_of(choice: PrinterChoice) -> str:
    """Where it is, as short as tells two of a kind apart, without what only a machine knows; "" of the first by USB."""
    if choice.kind not in ("usb", "serial"):
        return show.isolate(choice.address.removesuffix(f":{PORT}"))
    name = Path(choice.address).name
    if name == "lp0":
        return ""
    return show.number(int(name[2:]) + 1) if re.fullmatch("lp[0-9]+", name) else show.disk(choice.address)
