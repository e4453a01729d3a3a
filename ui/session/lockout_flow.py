"""The screen comes down on whoever is at it when the lease has lapsed, and goes up by itself with a fresh one.

What is in progress is safe first: a press that saves is waited for, what was typed is kept. Sending, printing and the
stick go on behind it; help, diagnosis and backups can be reached, nobody's papers can.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer

from kiosk.core.events import SyncChanged
from kiosk.model.service_request import PrintState
from kiosk.staff.centre_approvals import EXTENSION, Approver
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.session.lockout_page import LockoutPage, Shown
from ui.session.session_control import SessionControl
from ui.shell import Flow, LatePage, Shell, nothing
from ui.upkeep.sync_flow import StickFlow

LOOK_MS: Final = 10_000
SOON_MS: Final = 200
"""While something is being saved: how soon it is tried again."""


class LockoutFlow(Flow):
    """Locks the screen while the counter may not work."""

    def __init__(self, window: Shell, session: SessionControl, centre_approval: CentreApprovalFlow) -> None:
        super().__init__(window)
        self._session = session
        self._centre_approval = centre_approval
        self.hear(SyncChanged, then=self.check)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.check)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.check)

    @LatePage(LockoutPage)
    def page(self, page: LockoutPage) -> None:
        StickFlow(self._window, page, (page.write, page.read), self.check)
        page.primary.clicked.connect(self._act)
        page.retry.clicked.connect(self._try_line)
        page.code.clicked.connect(self._ask_code)

    def start(self) -> None:
        self._timer.start()
        self.check()

    def check(self) -> None:
        """Not enrolled yet, or a store in trouble: what that is about says so itself."""
        self.ask(self._read, self._apply, nothing)

    def _read(self) -> Shown | None:
        kiosk, counter = self._kiosk, self._counter
        locked = counter.lockout.locked()
        if locked is None:
            return None
        papers = len(counter.papers.jobs((PrintState.WAITING, PrintState.SENDING)))
        return Shown(
            locked, counter.context.now_ms(), counter.line.status(), papers, counter.in_force.settings().support_phone,
            kiosk.at_work.counter.approvals.by_telephone(),
        )  # fmt: skip

    def _apply(self, shown: Shown | None) -> None:
        if self._session.setting_up:
            return
        if shown is None:
            if self._window.bar is not None:
                self._session.let_in()
            return
        self.page.set_data(shown)
        if self._window.bar is not None:
            if self._window.page() is self.page:
                self._window.tell_keys()
        elif self._window.busy:
            self._soon.start()  # something is being saved: after it
        else:
            self._session.lock_out(self.page)

    def _act(self) -> None:
        """F10: what most likely opens it."""
        {"clock": self._tell_clock, "code": self._ask_code, "retry": self._try_line}[self.page.act]()

    def _tell_clock(self) -> None:
        """How it is set: at a locked screen nobody is led into the computer's settings."""
        self.page.show_notice("info", "clock.set.how", "clock.set.how.more")

    def _try_line(self) -> None:
        self.page.calm()
        self.ask_slow(self._counter.line.now, lambda _none: self.check(), self.page.fail)

    def _ask_code(self) -> None:
        approvals = self._kiosk.at_work.counter.approvals

        def carry_out(approver: Approver) -> None:
            self.ask(
                lambda: approvals.extend(approver.approval), lambda _: self.check(), self._centre_approval.page.fail
            )

        self._centre_approval.open(lambda: EXTENSION, carry_out, approvals)
