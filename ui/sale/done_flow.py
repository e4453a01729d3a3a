"""After the press: three facts followed by events, the paper's question, the next citizen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.core.events import PrintJobsChanged, SyncChanged, TransactionsChanged
from kiosk.model.service_request import PrintState
from protocol.catalogue.fees import FeeLine
from protocol.errors import KioskError
from protocol.override import override
from ui.sale.citizen_visit import same_again
from ui.sale.done_page import DonePage, Outcome, Paid, State
from ui.sale.visit_owner import VisitOwner
from ui.shell.flow import Flow
from ui.shell.shell import Shell


@dataclass(frozen=True, slots=True)
class Taken:
    """What `kiosk.selling.service_desk.Recorded` says, of a request that was recorded earlier."""

    request: Any
    receipt: Any
    job_id: str


def _lines(receipt: Any) -> list[Any]:
    """The fee lines of a single request; of a visit what each service came to."""
    if len(receipt.served) == 1:
        return list(receipt.served[0].lines)
    return [
        FeeLine(one.code, "service", one.service.ar, one.service.en, one.subtotal_pt, 1, one.subtotal_pt)
        for one in receipt.served
    ]


class DoneFlow(Flow):
    """Follows a recorded visit until the next citizen."""

    def __init__(self, window: Shell, sale: VisitOwner) -> None:
        super().__init__(window)
        self._sale = sale
        self._recorded: Any = None
        self.page = window.add(DonePage(window.language))
        self.page.again_asked.connect(self._again)
        self.page.home_asked.connect(sale.home)
        self.page.print_asked.connect(self._print)
        self.page.answered.connect(self._answer)
        self.hear(PrintJobsChanged, SyncChanged, TransactionsChanged, then=self._refresh, on=self.page)

    def open(self, recorded: Any) -> None:
        receipt, request = recorded.receipt, recorded.request
        served = tuple(((one.service.ar, one.service.en), one.code) for one in receipt.served)
        self._recorded = recorded
        self.page.set_outcome(
            Outcome(
                request.id, receipt.number, receipt.code, served[0][0], receipt.name,
                receipt.created_ms, receipt.change_pt, receipt.qr,
                served=served, paid=Paid(_lines(receipt), receipt.total_pt, receipt.vat_pt),
            )
        )  # fmt: skip
        self._window.go(self.page)
        self._refresh()

    def _again(self) -> None:
        if self._recorded is not None:
            request, desk = self._recorded.request, self._counter.desk
            self._window.wait("busy.opening")  # a second press would begin, and keep, a visit of nobody
            self.ask(lambda: same_again(desk, request), self._sale.begin_all)

    def forget(self) -> None:
        self._recorded = None

    def _refresh(self) -> None:
        recorded = self._recorded
        if recorded is None:
            return
        self.ask(lambda: self._read(recorded), lambda state: self._show(recorded, state))

    def _read(self, recorded: Any) -> tuple[Any, Any, Any, bool]:
        kiosk = self._kiosk
        job = kiosk.counter.papers.job(recorded.job_id)
        return (
            job,
            kiosk.counter.papers.trouble,
            kiosk.counter.desk.requests.get(recorded.request.id),
            kiosk.counter.line.online(),
        )

    def _show(self, recorded: Any, found: tuple[Any, Any, Any, bool]) -> None:
        job, trouble, request, online = found
        if recorded is not self._recorded:
            return
        paper = PrintState.WAITING if job is None else job.state
        why = trouble if paper is PrintState.WAITING else None
        self.page.set_state(State(paper.value, why, sent=request is not None and request.sent, online=online))
        if self._window.page() is self.page:
            self._window.tell_keys()

    def _print(self) -> None:
        """F9: try the waiting paper again; a printed one comes out once more as a copy."""
        recorded = self._recorded

        def work() -> None:
            papers = self._counter.papers
            job = papers.job(recorded.job_id)
            if job is not None and job.state in (PrintState.FAILED, PrintState.WAITING):
                papers.retry(recorded.job_id)
            else:
                papers.copy(recorded.request)

        self.ask(work, lambda _none: self._refresh())

    def _answer(self, came_out: bool) -> None:
        job_id = self._recorded.job_id
        self.ask(lambda: self._counter.papers.answer(job_id, came_out=came_out), lambda _none: self._refresh())

    @override
    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self.page.fail(error)
