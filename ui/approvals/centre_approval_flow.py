"""From an act that takes a second person to the centre's approval, and on with the act; or back, and it waits.

Or to a supervisor's PIN, and back to the same field.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.core.events import ApprovalsChanged
from kiosk.receiving.asked_of_centre import CentreQuestion, Subject
from kiosk.staff.centre_approvals import EXTENSION, Approver, CentreApprovals
from protocol.errors import KioskError
from protocol.texts import Bilingual
from ui.approvals.centre_approval_page import Asking, CentreApprovalPage
from ui.approvals.second_person import Agreeing, SupervisorPage, others
from ui.shell import Flow, LatePage, Place, Shell, here
from ui.widgets import show

ASK_AGAIN_MS: Final = 20_000
"""How often the line is asked while somebody looks at the page and the line is up."""


class CentreApprovalFlow(Flow):
    """Asks the centre to agree to one act, and goes on with it."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._behind: Place | None = None
        self._other: CentreApprovals | None = None
        self._carry_out: Callable[[Approver], object] = lambda _approver: None
        self._seq = 0
        self._timer = QTimer(self, interval=ASK_AGAIN_MS)
        self._timer.timeout.connect(self._ask_line_if_up)

    @LatePage(CentreApprovalPage)
    def page(self, page: CentreApprovalPage) -> None:
        page.confirmed.connect(self._confirm)
        page.again.clicked.connect(self._ask_line)
        page.left.connect(self._return)
        self.hear(ApprovalsChanged, then=self._refresh, on=page)
        self._window.stack.currentChanged.connect(lambda _place: self._pace())

    @property
    def _approvals(self) -> CentreApprovals:
        return self._other or self._counter.approvals

    def open(
        self, subject: Callable[[], Subject], carry_out: Callable[[Approver], object],
        other: CentreApprovals | None = None,
    ) -> None:  # fmt: skip
        """Ask for `subject`, made on the storage thread; `carry_out` does the act once the centre agrees.

        `other`: those of the real counter, for what is the whole computer's though somebody practises.
        """
        behind, self._other = here(self._window), other

        def shown(asking: Asking) -> None:
            if not behind.still(self._window):
                return  # gone elsewhere meanwhile; what was asked stands, and is found when it is asked for again
            waiting = self._window.behind
            if waiting is not None and waiting.page is self.page:
                self._window.behind = self._behind  # this page is now another act's than before the lock
            self._behind, self._carry_out, self._seq = behind, carry_out, asking.facts.seq
            self.page.set_data(asking)
            self._window.go(self.page)

        self.ask(lambda: self._shown(self._approvals.ask(subject())), shown)

    def _shown(self, asked: CentreQuestion) -> Asking:
        in_force, approvals = self._counter.in_force, self._approvals
        facts, settings = approvals.facts(asked), in_force.settings()
        of = in_force.number(asked.subject.epoch or facts.epoch, facts.of) if facts.of else ""
        return Asking(
            facts, settings.shop.id, in_force.number(facts.epoch, facts.seq), of, asked.state, asked.by,
            settings.support_phone, approvals.by_telephone(),
        )  # fmt: skip

    def _confirm(self, code: str) -> None:
        seq, approvals = self._seq, self._approvals
        self.ask(
            lambda: approvals.tell(seq, code) if code else approvals.at(seq),
            lambda _asked: self._go_on(seq), wait="busy.checking",
        )  # fmt: skip

    def _go_on(self, seq: int) -> None:
        self._window.free()
        self._carry_out(Approver(approval=seq))

    def _ask_line(self) -> None:
        self._counter.line.now()
        self._refresh()

    def _ask_line_if_up(self) -> None:
        if self._counter.line.online():
            self._counter.line.now()

    def _refresh(self) -> None:
        seq, approvals = self._seq, self._approvals
        self.ask(lambda: self._shown(approvals.at(seq)), self.page.set_data)

    def _pace(self) -> None:
        if self._window.page() is self.page:
            self._timer.start()
        else:
            self._timer.stop()

    def _return(self) -> None:
        if self._behind is not None:
            self._behind.back(self._window)


class SupervisorFlow(Flow):
    """Asks for a supervisor's PIN in place of the present screen."""

    def __init__(self, window: Shell, centre_approval: CentreApprovalFlow) -> None:
        super().__init__(window)
        self._centre_approval = centre_approval

    @LatePage(SupervisorPage)
    def page(self, page: SupervisorPage) -> None:
        page.primary.clicked.connect(lambda: self._confirm(page.second.approver()))
        page.extend.clicked.connect(self._ask_longer)
        page.left.connect(self._go_back)

    def open(self) -> None:
        if self._window.page() is self.page:
            return
        behind = here(self._window)
        self._back = lambda: behind.back(self._window)
        self.ask(self._read, partial(self._show, behind))

    def _read(self) -> Agreeing:
        supervisors = [seat for seat in others(self._counter) if seat.operator.role == "supervisor"]
        standing, limits = self._counter.desk.standing()
        unsent_pt = None if self._counter.closing.blind() else standing.unsent_pt
        return Agreeing(supervisors, standing.unsent, limits.unsent_hard, unsent_pt, limits.money_hard_pt)

    def _show(self, behind: Place, agreeing: Agreeing) -> None:
        if not behind.still(self._window):
            return  # gone on meanwhile
        self.page.set_data(agreeing)
        self._window.go(self.page)

    def _confirm(self, approver: Approver) -> None:
        if approver.asks_centre:
            self._centre_approval.open(self._counter.approvals.limits_subject, self._approve_limits)
            return
        self.ask(
            lambda: self._counter.people.supervise(approver.operator, approver.pin), self._agreed, self._not_agreed,
            wait="busy.pin",
        )  # fmt: skip

    def _not_agreed(self, error: KioskError) -> None:
        """What was typed does not stand to be typed on."""
        self._window.free()
        self.page.second.pin.clear()
        self.page.fail(error, self.page.second.pin)

    def _approve_limits(self, approver: Approver) -> None:
        self.ask(lambda: self._counter.approvals.approve_limits(approver.approval), self._agreed)

    def _agreed(self, _second: object) -> None:
        self._back()
        self._window.page().show_notice("ok", "supervisor.done")

    def _ask_longer(self) -> None:
        """Wider limits for a day: for a shop that hears nothing of the centre."""
        self._centre_approval.open(lambda: EXTENSION, self._extend)

    def _extend(self, approver: Approver) -> None:
        self.ask(lambda: self._counter.approvals.extend(approver.approval), self._extended)

    def _extended(self, until_ms: int) -> None:
        self._back()
        now_ms = self._counter.context.now_ms()
        until = Bilingual.of(lambda language: show.said_time(language, until_ms, now_ms))
        self._window.page().show_notice("ok", "approval.extended", until=until)
