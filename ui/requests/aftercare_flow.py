"""From an opened request or the tray to what became of it, and the acts that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from kiosk.aftercare.follow_up import Taker, Why, who_acts
from kiosk.core.events import TransactionsChanged
from kiosk.model.service_request import Request
from protocol.wire.statuses import CAME_BACK
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.requests.aftercare_page import AftercarePage, AftercareStanding
from ui.requests.citizen_rights_flow import CitizenRightsFlow
from ui.requests.request_words import History, listed
from ui.shell import Flow, LatePage, Shell
from ui.widgets import show


def possible(request: Request) -> list[str]:
    """The acts that may be offered; the counter decides again when one is pressed."""
    status = "" if request.outcome is None else request.outcome.status
    acts = []
    if status in CAME_BACK and request.name:  # nothing is prefilled with what was erased
        acts.append("correct")
    if status not in ("", "pending") and not request.told:
        acts.append("told")
    if request.arrived_ms is None and status not in CAME_BACK and not request.reversed:
        acts.append("arrived")
    if request.arrived_ms is not None and request.handed_ms is None:
        acts.append("hand")
    if status in CAME_BACK and not request.seen:
        acts.append("escalate")
    if request.national_id:
        acts.append("rights")
    return acts


def saved(request: Request) -> History:
    """When it was kept, and what was received: of a visit of several the cash is not one line's."""
    if request.lines > 1:
        return request.created_ms, "history.saved.line", {"line": request.line, "lines": request.lines}
    return request.created_ms, "history.saved", {"amount": show.number(f"{request.tendered_pt / 100:.2f}")}


def history(request: Request) -> list[History]:
    found = [saved(request)]
    if request.outcome is not None:
        found.append((request.outcome.at_ms, f"history.{request.outcome.status}", {}))
        if request.told:
            found.append((request.outcome.at_ms, "history.told", {}))
    if request.ready_ms:
        found.append((request.ready_ms, "history.ready", {}))
    if request.arrived_ms is not None:
        found.append((request.arrived_ms, "history.arrived", {}))
    if request.handed_ms is not None:
        taker, _, name = request.handed_to.partition(" ")
        found.append((request.handed_ms, "history.handed", {"taker": taker or "self", "name": name}))
    return found


class AftercareFlow(Flow):
    """Drives the page of what became of a request."""

    def __init__(self, window: Shell, approving: CentreApprovalFlow, resume: Callable[[str], None]) -> None:
        """`resume` opens a form left half typed: the corrected one."""
        super().__init__(window)
        self._id = ""
        self._resume = resume
        self.rights = CitizenRightsFlow(window, approving)

    @LatePage(AftercarePage)
    def page(self, page: AftercarePage) -> None:
        page.asked.connect(self._act)
        page.left.connect(self._go_back)
        self.hear(TransactionsChanged, then=self._refresh, on=page)

    def open(self, request_id: str, back: Callable[[], object]) -> None:
        self._id, self._back = request_id, back
        self.go_to(self.page, self._read)

    def _read(self) -> AftercareStanding:
        request = self._counter.desk.requests.get(self._id)
        assert request is not None  # noqa: S101 - it was opened from a list
        outcome = request.outcome
        open_task = outcome is not None and outcome.status in CAME_BACK and not (request.seen or request.reversed)
        who = who_acts(outcome) if outcome is not None and open_task else ""
        return AftercareStanding(listed(self._counter, request), who, possible(request), history(request))

    def _refresh(self) -> None:
        self.ask(self._read, self.page.update_data)

    def _act(self, act: str, chosen: str, typed: str) -> None:
        if act == "rights":
            back = self._back
            self.rights.open(self._id, lambda: self.open(self._id, back))
            return
        care, one = self._counter.aftercare, self._id
        works: dict[str, Callable[[], Any]] = {
            "correct": lambda: care.correct(one),
            "told": lambda: care.inform(one),
            "arrived": lambda: care.arrived(one),
            "hand": lambda: care.hand_over(one, cast("Taker", chosen), typed),
            "escalate": lambda: care.escalate(one, cast("Why", chosen)),
        }
        self.ask(works[act], lambda made: self._done(act, made), wait="busy.saving")

    def _done(self, act: str, made: Any) -> None:
        if act == "correct":
            self._resume(made.id)
            return
        self._window.free()
        key = {"escalate": "detail.escalated", "hand": "detail.handed.done"}.get(act, f"detail.{act}.done")
        self.page.show_notice("ok", key)
        self.page.first().setFocus()
