"""After the press: three facts followed by events, the paper's question, the next citizen."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.core.events import PrintJobsChanged, RequestsChanged, SyncChanged
from kiosk.model.service_request import PrintState
from kiosk.selling.sale_recorder import RecordedSale
from ui.requests.reprint import print_again
from ui.sale.citizen_visit import VisitOwner
from ui.sale.done_page import DonePage, State
from ui.shell import Flow, LatePage, Shell


class DoneFlow(Flow):
    """Follows a recorded visit until the next citizen."""

    def __init__(self, window: Shell, sale: VisitOwner) -> None:
        super().__init__(window)
        self._sale = sale
        self._recorded: RecordedSale | None = None

    @LatePage(DonePage)
    def page(self, page: DonePage) -> None:
        self._says_faults_on = page
        page.again_asked.connect(self._again)
        page.left.connect(self._sale.home)
        page.paper.clicked.connect(self._print)
        page.yes.clicked.connect(lambda: self._answer(came_out=True))
        page.no.clicked.connect(lambda: self._answer(came_out=False))
        self.hear(PrintJobsChanged, SyncChanged, RequestsChanged, then=self._refresh, on=page)

    def open(self, recorded: RecordedSale, *, earlier: bool = False) -> None:
        """Also of a sale of `earlier`, whose paper is still to be answered for."""
        self._recorded = recorded
        self.in_turns(self._show_page(recorded, earlier=earlier))

    def _show_page(self, recorded: RecordedSale, *, earlier: bool) -> Iterator[None]:
        self.page.paper_card.qr.set_text(recorded.receipt.qr)
        yield
        self.page.set_data(recorded, earlier=earlier)
        yield
        self._window.go(self.page)
        self._refresh()

    def _again(self) -> None:
        if self._recorded is not None:
            self._sale.begin_again(self._recorded.request)

    def forget(self) -> None:
        self._recorded = None

    def _refresh(self) -> None:
        recorded = self._recorded
        if recorded is not None:
            self.ask(lambda: self._read(recorded), lambda state: self._show(recorded, state))

    def _read(self, recorded: RecordedSale) -> State:
        counter = self._counter
        job, request = counter.papers.job(recorded.job_id), counter.desk.requests.get(recorded.request.id)
        paper = PrintState.WAITING if job is None else job.state
        trouble = counter.papers.trouble if paper is PrintState.WAITING else None
        sent = request is not None and request.sent
        return State(paper.value, trouble, sent=sent, online=counter.line.online(), practice=self._kiosk.practising)

    def _show(self, recorded: RecordedSale, state: State) -> None:
        if recorded is self._recorded:
            self.page.set_state(state)
            self._window.tell_keys()

    def _print(self) -> None:
        """F9: try the waiting paper again; a printed one comes out once more as a copy."""
        recorded = self._recorded
        assert recorded is not None  # noqa: S101 - the page is only shown for one
        self.ask(lambda: print_again(self._counter, recorded.request), lambda _key: self._refresh())

    def _answer(self, *, came_out: bool) -> None:
        assert self._recorded is not None  # noqa: S101 - as above
        job_id = self._recorded.job_id
        self.ask(lambda: self._counter.papers.answer(job_id, came_out=came_out), lambda _none: self._refresh())
