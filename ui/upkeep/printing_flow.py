"""The page of papers and printers: read again at every change; looking for printers waits on nobody's citizen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from kiosk.core.events import PrintJobsChanged
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.printing.print_queue import PrintQueue
from kiosk.printing.printer_choice import PAPERS, ROLLS, PrinterChoice
from protocol.errors import KioskError
from ui.paper.printer_search import find_here, find_near, probe
from ui.shell import Flow, LatePage, Shell
from ui.upkeep.printing_page import AGAIN, Mode, PrintingPage
from ui.widgets import show


def find_printers() -> list[PrinterChoice]:
    return [*find_here(), *find_near()]


MOST: Final = 200
"""Papers shown at once: where no printer is, thousands wait."""


Standing = tuple[Sequence[PrintJob], PrinterChoice | None, KioskError | None, int]
"""The papers that wait, the printer and what is wrong with it, and when that was so."""


class PrintingFlow(Flow):
    """Drives the page of papers and printers. Nobody waits here: what holds the keys meanwhile is something else."""

    def __init__(self, window: Shell, home: Callable[[], None]) -> None:
        super().__init__(window)
        self._find: Callable[[], list[PrinterChoice]] = find_printers
        self._probe: Callable[[PrinterChoice], PrinterChoice] = probe
        self._choice: PrinterChoice | None = None
        self._home = home

    @LatePage(PrintingPage)
    def page(self, page: PrintingPage) -> None:
        page.left.connect(self._home)
        page.yes.clicked.connect(lambda: self._with_marked(lambda papers, job: papers.answer(job, came_out=True)))
        page.no.clicked.connect(lambda: self._with_marked(lambda papers, job: papers.answer(job, came_out=False)))
        page.cancel.clicked.connect(lambda: self._with_marked(lambda papers, job: papers.cancel(job)))
        page.primary.clicked.connect(self._primary)
        page.table.currentCellChanged.connect(lambda *_: self._window.tell_keys())
        page.table.opened.connect(lambda _job: self._retry())
        page.command("F9", "", self._retry, lambda: page.mode == "retry")
        page.command("F5", "", self._find_printers)  # also where it is the primary
        page.search.clicked.connect(self._find_printers)
        page.found.opened.connect(self._choose)
        for button, member in ((page.paper_size, "paper"), (page.cut, "cut"), (page.drawer, "drawer")):
            button.clicked.connect(partial(self._change, member))
        page.test.clicked.connect(self._test)
        page.prices.clicked.connect(lambda: self._do(self._counter.advice.price_list))
        self.hear(PrintJobsChanged, then=self._refresh, on=page)

    def open(self) -> None:
        self.page.table.begin()
        self._window.go(self.page)
        self._refresh()

    def _primary(self) -> None:
        """F10: whatever stands between the papers and the printer now."""
        acts: dict[Mode, Callable[[], object]] = {
            "answer": self._refresh, "find": self._find_printers,
            "choose": self.page.found.open, "retry": self._retry, "test": self._test,
        }  # fmt: skip
        acts[self.page.mode]()

    def _retry(self) -> None:
        self._with_marked(lambda papers, job: papers.retry(job), AGAIN)

    def _refresh(self) -> None:
        self.ask(self._read, self._show, self.page.fail)

    def _read(self) -> Standing:
        papers = self._counter.papers
        return papers.jobs(limit=MOST), papers.chosen(), papers.trouble, self._counter.context.now_ms()

    def _show(self, found: Standing) -> None:
        waiting, self._choice, trouble, now_ms = found
        self.page.set_waiting(waiting, now_ms)
        self.page.set_printer(self._choice, trouble)
        self._window.tell_keys()

    def _do(self, work: Callable[[], object]) -> None:
        self.ask(work, lambda _done: self._refresh(), self.page.fail)

    def _with_marked(self, work: Callable[[PrintQueue, str], object], states: Collection[PrintState] = ()) -> None:
        """With the paper that is marked, in any of these states (none: in whichever)."""
        at = self.page.table.chosen()
        if at is not None and (not states or at.state in states):
            self._do(lambda: work(self._counter.papers, at.id))

    def _test(self) -> None:
        choice = self._choice or PrinterChoice("none")
        self._do(lambda: self._counter.advice.test_page(choice))

    def _find_printers(self) -> None:
        self.page.show_notice("info", "papers.looking")
        self.ask_slow(self._find, self._found, self.page.fail)

    def _found(self, found: list[PrinterChoice]) -> None:
        self.page.set_found(found)
        key = "papers.looked" if found else "papers.looked.none"
        self.page.show_notice("info", key, n=len(found), count=show.number(len(found)))

    def _choose(self, choice: PrinterChoice) -> None:
        """Asked first how it answers: what it cannot say must not be waited for at every receipt."""
        self.ask_slow(lambda: self._probe(choice), self._use, self.page.fail)

    def _use(self, choice: PrinterChoice) -> None:
        self.page.calm()
        self._do(lambda: self._counter.papers.choose(choice))

    def _change(self, member: str, _checked: bool = False) -> None:
        """The next size of paper, or the other word about cutter or drawer."""
        choice = self._choice
        if choice is not None and member == "paper":
            sizes = PAPERS if choice.kind == "system" else ROLLS
            self._use(replace(choice, paper=sizes[(sizes.index(choice.paper) + 1) % len(sizes)]))
        elif choice is not None and member == "cut":
            self._use(replace(choice, cut=not choice.cut))
        elif choice is not None:
            self._use(replace(choice, drawer=not choice.drawer))
