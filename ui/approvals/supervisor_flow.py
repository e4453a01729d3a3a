"""From whatever screen a supervisor is needed on, to his PIN and back to the same field."""

from __future__ import annotations

from functools import partial

from kiosk.staff.centre_approvals import EXTENSION, SecondWord
from kiosk.staff.sign_in import Seat
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.approvals.second_person import SupervisorPage, others
from ui.shell.flow import Flow, LatePage
from ui.shell.navigation import Place, here
from ui.shell.shell import Shell
from ui.widgets import show


class SupervisorFlow(Flow):
    """Asks for a supervisor's PIN in place of the present screen."""

    def __init__(self, window: Shell, approving: CentreApprovalFlow) -> None:
        super().__init__(window)
        self._approving = approving

    @LatePage(SupervisorPage)
    def page(self, page: SupervisorPage) -> None:
        page.agreed.connect(self._confirm)
        page.extend.clicked.connect(self._extend)
        page.left.connect(self._go_back)

    def open(self) -> None:
        if self._window.page() is self.page:
            return
        behind = here(self._window)
        self._back = lambda: behind.back(self._window)
        self.ask(lambda: others(self._counter), partial(self._show, behind))

    def _show(self, behind: Place, seats: list[Seat]) -> None:
        if not behind.still(self._window):
            return  # gone on meanwhile
        self.page.second.set_people([seat for seat in seats if seat.operator.role == "supervisor"])
        self._window.go(self.page)

    def _confirm(self, agreement: SecondWord) -> None:
        if agreement.asks_centre:
            self._ask_centre()
            return
        self.ask(lambda: self._counter.people.back(agreement.operator, agreement.pin), self._agreed, wait="busy.pin")

    def _ask_centre(self) -> None:
        approvals = self._counter.approvals

        def carry_out(agreement: SecondWord) -> None:
            self.ask(lambda: approvals.stand_behind(agreement.approval), self._agreed)

        self._approving.open(approvals.behind, carry_out)

    def _extend(self) -> None:
        """Wider limits for a day: for a shop that hears nothing of the centre."""
        approvals = self._counter.approvals

        def extended(until_ms: int) -> None:
            self._back()
            self._window.page().note("ok", "approval.extended", until=show.moment(until_ms))

        def carry_out(agreement: SecondWord) -> None:
            self.ask(lambda: approvals.extend(agreement.approval), extended)

        self._approving.open(lambda: EXTENSION, carry_out)

    def _agreed(self, _second: object) -> None:
        self._back()
        self._window.page().note("ok", "backing.done")
