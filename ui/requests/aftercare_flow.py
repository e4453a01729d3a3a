"""From an opened request or the tray to what is to be done with it, and the acts that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from kiosk.aftercare.follow_up import Taker, Why, who_acts
from kiosk.core.events import RequestsChanged
from kiosk.model.service_request import Request
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.requests.aftercare_page import AftercarePage, AftercareStanding
from ui.requests.citizen_rights_flow import CitizenRightsFlow
from ui.requests.request_acts import came_back, due, history, possible
from ui.requests.request_words import listed
from ui.requests.reverse_flow import ReverseFlow
from ui.shell import Flow, LatePage, Shell


class AftercareFlow(Flow):
    """Drives the page of what is to be done with a request."""

    def __init__(
        self, window: Shell, centre_approval: CentreApprovalFlow, reversing: ReverseFlow, resume: Callable[[str], None]
    ) -> None:
        """`resume` opens a form left half typed: the corrected one."""
        super().__init__(window)
        self._id = ""
        self._reversing = reversing
        self._resume = resume
        self.rights = CitizenRightsFlow(window, centre_approval)

    @LatePage(AftercarePage)
    def page(self, page: AftercarePage) -> None:
        page.asked.connect(self._act)
        page.left.connect(self._go_back)
        page.acts.currentCellChanged.connect(lambda *_: self._window.tell_keys())
        self.hear(RequestsChanged, then=self._refresh, on=page)

    def open(self, request_id: str, back: Callable[[], object]) -> None:
        self._id, self._back = request_id, back
        self.go_to(self.page, self._read)

    def _read(self) -> AftercareStanding:
        request = self._counter.desk.requests.get(self._id)
        assert request is not None  # noqa: S101 - it was opened from a list
        who = who_acts(request.decision) if request.decision is not None and came_back(request) else ""
        return AftercareStanding(
            listed(self._counter, request), "" if request.seen else who, possible(request), due(request),
            history(request), self._counter.context.now_ms(),
        )  # fmt: skip

    def _refresh(self) -> None:
        self.ask(self._read, self.page.update_data)

    def _act(self, act: str, chosen: str, typed: str) -> None:
        assert self.page.data is not None  # noqa: S101 - the page is only shown for one
        request, back = self.page.data.listed.request, self._back
        if act == "rights":
            self.rights.open(self._id, lambda: self.open(self._id, back))
        elif act == "call":
            self.ask(lambda: self._counter.desk.requests.reveal(request), lambda _fields: self._called())
        elif act == "refund":
            self._reversing.open(request, "refund", lambda: self.open(self._id, back))
        else:
            self._do(request, act, chosen, typed)

    def _called(self) -> None:
        """Whoever has left is not shown it any more."""
        if self._window.page() is self.page:
            self.page.show_number(seen=True)

    def _do(self, request: Request, act: str, chosen: str, typed: str) -> None:
        care, one, counter = self._counter.aftercare, request.id, self._counter
        works: dict[str, Callable[[], Any]] = {
            "correct": lambda: care.correct(one),
            "told": lambda: care.inform(one),
            "arrived": lambda: care.arrived(one),
            "hand": lambda: care.hand_over(one, cast("Taker", chosen), typed),
            "escalate": lambda: care.escalate(one, cast("Why", chosen)),
            "dealt": lambda: counter.desk.requests.seen(request),
        }
        self.ask(works[act], lambda made: self._done(act, made), wait="busy.saving")

    def _done(self, act: str, made: Any) -> None:
        if act == "correct":
            self._resume(made.id)
            return
        self._window.free()
        if act == "dealt":
            self._go_back()
            return
        key = {"escalate": "detail.escalated", "hand": "detail.handed.done"}.get(act, f"detail.{act}.done")
        self.page.show_notice("ok", key)
        self.page.first().setFocus()
