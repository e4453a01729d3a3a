"""From an opened request to its void or refund, and back to it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.aftercare.reversals import void_subject
from kiosk.model.service_request import Request
from kiosk.staff.centre_approvals import Approver
from protocol.errors import Refused
from protocol.texts import say
from protocol.wire.statuses import CAME_BACK
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.approvals.second_person import others
from ui.requests.request_words import citizen
from ui.requests.reverse_page import Kind, ReversePage, ToReverse
from ui.shell import Flow, LatePage, Shell


def possible(request: Request, today: str) -> Kind | None:
    """What may be offered; the counter decides again when it is asked for."""
    status = "" if request.decision is None else request.decision.status
    if request.reversed or request.elsewhere == "refunded":
        return None
    if status in CAME_BACK:
        return "refund"
    return "void" if request.date == today and status in ("", "pending") else None


class ReverseFlow(Flow):
    """Drives a void or a refund."""

    def __init__(self, window: Shell, centre_approval: CentreApprovalFlow) -> None:
        super().__init__(window)
        self._centre_approval = centre_approval
        self._id = ""
        self._kind: Kind = "void"

    @LatePage(ReversePage)
    def page(self, page: ReversePage) -> None:
        page.confirmed.connect(self._do)
        page.left.connect(self._go_back)

    def open(self, request: Request, kind: Kind, back: Callable[[], object]) -> None:
        """Show what would go back; `back` is where Esc and the done act lead."""
        self._id, self._kind, self._back = request.id, kind, back
        reversals = self._counter.reversals

        def work() -> ToReverse:
            found = reversals.voidable(request.id) if kind == "void" else reversals.refundable(request.id)
            served = found.served
            decision = found.request.decision
            why = ""
            if decision and decision.reason_ar and kind == "refund":
                why = f"{say('ar', f'history.{decision.status}')}: {decision.reason_ar}"
            return ToReverse(
                kind, found.receipt.number_of(served), served.service,
                served.lines, found.request.total_pt, others(self._counter), reversals.alone(),
                why, citizen(found.request),
            )  # fmt: skip

        self.go_to(self.page, work)

    def _do(self, reason: str, approver: Approver) -> None:
        if approver.asks_centre:
            self._ask_centre(reason)
            return
        reversals, void, request_id = self._counter.reversals, self._kind == "void", self._id

        def act() -> object:
            if void:
                return reversals.void(request_id, reason, approver)
            return reversals.refund(request_id, reason)

        # Where there is a line the centre is asked first whether another till pays: that waits on the line's thread.
        guarded = self._counter.neighbours.guarded
        self.ask_slow(
            lambda: guarded(request_id, act, void=void),
            lambda _moved: self._go_back(),
            self._rearm(self.page),
            wait="busy.saving",
        )

    def _ask_centre(self, reason: str) -> None:
        """The page may be left meanwhile: the request stands as it is until the centre has agreed."""
        self.page.armed = True
        if not reason.strip():
            self.page.fail(Refused("reason_needed"))
            return
        reversals, request_id = self._counter.reversals, self._id
        self._centre_approval.open(
            lambda: void_subject(reversals.voidable(request_id).request), lambda approver: self._do(reason, approver)
        )
