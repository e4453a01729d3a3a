"""One request opened, from whatever list, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from kiosk.aftercare.reversals import void_subject
from kiosk.core.events import ApprovalsChanged, PrintJobsChanged, RequestsChanged
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import Request
from protocol.catalogue.services import PublicService
from protocol.errors import Refused
from protocol.texts import Bilingual
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.requests import reprint
from ui.requests.aftercare_flow import AftercareFlow
from ui.requests.remedy_card import Remedy
from ui.requests.request_acts import came_back, due, history
from ui.requests.request_page import Detail, RequestPage, Revealed
from ui.requests.request_words import History, number, reason
from ui.requests.reverse_flow import ReverseFlow, possible
from ui.shell import Flow, LatePage, Shell
from ui.widgets import show
from ui.widgets.fields.make_field import make_field

CHANGING = (RequestsChanged, PrintJobsChanged, ApprovalsChanged)
"""What makes an opened request look different."""


class RequestFlow(Flow):
    """Drives the page of one request."""

    def __init__(self, window: Shell, centre_approval: CentreApprovalFlow, resume: Callable[[str], None]) -> None:
        super().__init__(window)
        self._resume = resume
        self._reversing = ReverseFlow(window, centre_approval)
        self.aftercare = AftercareFlow(window, centre_approval, self._reversing, resume)

    @LatePage(RequestPage)
    def detail(self, page: RequestPage) -> None:
        page.left.connect(self._go_back)
        page.primary.clicked.connect(self._act)
        page.reprint.clicked.connect(self._reprint)
        page.reveal.clicked.connect(self._reveal)
        page.reverse.clicked.connect(self._reverse)
        page.aftercare.clicked.connect(self._aftercare)
        self.hear(*CHANGING, then=self._reload, on=page)

    def open_one(self, request_id: str, back: Callable[[], object]) -> None:
        self._back = back

        def shown(found: Detail | None) -> None:
            if found is not None:
                self.detail.set_data(found)
                self._window.go(self.detail)
                self.detail.retold()

        self.ask(lambda: self._read(request_id), shown)

    @property
    def _request(self) -> Request:
        assert self.detail.data is not None  # noqa: S101 - the page is only shown for one
        return self.detail.data.request

    def _reload(self) -> None:
        request_id = self._request.id
        self.ask(lambda: self._read(request_id), self._reloaded)

    def _reloaded(self, found: Detail | None) -> None:
        if found is not None:
            self.detail.set_data(found)
            self._window.tell_keys()

    def _read(self, request_id: str) -> Detail | None:
        desk = self._counter.desk
        request = desk.requests.get(request_id)
        if request is None:
            return None
        service = desk.service(request.service_id, request.catalogue)
        try:
            served = next(one for one in desk.requests.receipt(request).served if one.seq == request.seq)
            lines, vat_pt = served.lines, request.vat_pt
        except Refused:  # erased: the total stays, the lines are gone
            lines, vat_pt = (), 0
        return self._detail_of(request, service, lines, vat_pt)

    def _detail_of(self, request: Request, service: PublicService, lines: Sequence[ReceiptLine], vat_pt: int) -> Detail:
        happened = [*history(request), *([self._reversed(request)] if request.reversed else self._awaited(request))]
        now_ms, act = self._counter.context.now_ms(), due(request)
        return Detail(
            request, service, number(self._counter, request), lines, vat_pt, happened, act,
            possible(request, self._open_date()) or "", now_ms, self._remedy(request, service, act, now_ms),
        )  # fmt: skip

    @staticmethod
    def _remedy(request: Request, service: PublicService, act: str, now_ms: int) -> Remedy | None:
        """What mends it, where it came back."""
        if request.decision is None or not came_back(request):
            return None
        authority = service.competent_authority.name
        return Remedy(act, reason(request), authority, request.decision.at_ms, now_ms)

    def _open_date(self) -> str:
        day = self._counter.till.day()
        return "" if day is None else day.date

    def _reversed(self, request: Request) -> History:
        """When it was voided or refunded, and why."""
        found = self._counter.reversals.of(request)
        assert found is not None  # noqa: S101 - the request says so
        return found.at_ms, f"history.{found.kind}", {"reason": found.reason}

    def _awaited(self, request: Request) -> list[History]:
        """The centre was asked to agree to its void, and what it says."""
        found = self._counter.approvals.latest(void_subject(request))
        return [] if found is None else [(found.at_ms, f"history.void.{found.state}", {"seq": show.number(found.seq)})]

    # ---- what can be done with it

    def _act(self) -> None:
        """F10: the act that is due."""
        assert self.detail.data is not None  # noqa: S101 - as above
        if self.detail.calls:
            self._reveal()
            return
        acts = {"correct": self._correct, "told": self._tell, "refund": self._reverse, "copy": self._reprint}
        acts.get(self.detail.data.due, self._aftercare)()

    def _correct(self) -> None:
        request_id, care = self._request.id, self._counter.aftercare
        self.ask(lambda: care.correct(request_id), lambda draft: self._resume(draft.id), wait="busy.saving")

    def _tell(self) -> None:
        request_id, care = self._request.id, self._counter.aftercare
        self.ask(lambda: care.inform(request_id), lambda _none: self._informed(), wait="busy.saving")

    def _informed(self) -> None:
        self._window.free()
        self.detail.show_notice("ok", "detail.told.done")

    def _reprint(self) -> None:
        request = self._request
        self.ask(lambda: reprint.print_again(self._counter, request), partial(self.detail.show_notice, "info"))

    def _reveal(self) -> None:
        """Its key, and again to hide it."""
        request = self._request
        if self.detail.revealed:
            self.detail.set_revealed(None)
            self._window.tell_keys()
            return
        self.ask(lambda: self._counter.desk.requests.reveal(request), self._revealed)

    def _revealed(self, fields: dict[str, Any]) -> None:
        """In the words of the review, which the fields of the form have. Whoever has left is not shown it any more."""
        if self._window.page() is not self.detail or self.detail.data is None:
            return
        service = self.detail.data.service
        answers: list[tuple[Bilingual, Bilingual]] = []
        for element in service.form.elements():
            if element.field in fields:
                field = make_field(element, service.form, self._window.language)
                field.set_raw(fields[element.field])
                answers.append((field.names, Bilingual.of(field.words)))
                field.deleteLater()
        self.detail.set_revealed(Revealed(answers))
        self._window.tell_keys()

    def _reverse(self) -> None:
        request = self._request
        kind = possible(request, request.date)
        if kind is not None:
            back = self._back
            self._reversing.open(request, kind, lambda: self.open_one(request.id, back))

    def _aftercare(self) -> None:
        request_id, back = self._request.id, self._back
        self.aftercare.open(request_id, lambda: self.open_one(request_id, back))
