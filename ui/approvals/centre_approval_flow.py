"""From an act that takes a second person to the centre's agreement, and on with the act; or back, and it waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.core.events import ApprovalsChanged
from kiosk.receiving.asked_of_centre import CentreQuestion, Subject
from kiosk.staff.centre_approvals import CentreApprovals, SecondWord
from ui.approvals.centre_approval_page import Asking, CentreApprovalPage
from ui.shell.flow import Flow, LatePage
from ui.shell.navigation import Place, here
from ui.shell.shell import Shell

ASK_AGAIN_MS: Final = 20_000
"""How often the line is asked while somebody looks at the page and the line is up."""


class CentreApprovalFlow(Flow):
    """Asks the centre to agree to one act, and goes on with it."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._behind: Place | None = None
        self._other: CentreApprovals | None = None
        self._carry_out: Callable[[SecondWord], object] = lambda _agreement: None
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
        self,
        subject: Callable[[], Subject],
        carry_out: Callable[[SecondWord], object],
        other: CentreApprovals | None = None,
    ) -> None:
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
        phone, approvals = self._counter.in_force.settings().support_phone, self._approvals
        return Asking(approvals.facts(asked), asked.state, asked.by, phone, approvals.by_telephone())

    def _confirm(self, code: str) -> None:
        seq, approvals = self._seq, self._approvals
        self.ask(
            lambda: approvals.tell(seq, code) if code else approvals.at(seq),
            lambda _asked: self._go_on(seq), wait="busy.checking",
        )  # fmt: skip

    def _go_on(self, seq: int) -> None:
        self._window.free()
        self._carry_out(SecondWord(approval=seq))

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
