"""The flows behind the first picture, imported once the window is up. Each makes its pages when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer

from ui.approvals.centre_approval_flow import CentreApprovalFlow, SupervisorFlow
from ui.day.day_flow import DayFlow
from ui.day.open_day_flow import OpenDayFlow
from ui.display.display_flow import DisplayFlow
from ui.main.scan_flow import ScanFlow
from ui.requests.request_flow import RequestFlow
from ui.requests.request_list_flow import RequestListFlow
from ui.sale.sale_flow import SaleFlow
from ui.session.lockout_flow import LockoutFlow
from ui.session.practice_flow import PracticeFlow
from ui.session.session_control import SessionControl
from ui.shell import Page, Shell, nothing
from ui.shell.help_flow import HelpFlow
from ui.shell.keypad_flow import KeypadFlow
from ui.shell.restart_block import RestartBlock
from ui.upkeep.backups_flow import BackupsFlow
from ui.upkeep.doctor_flow import DoctorFlow
from ui.upkeep.printer_sign import PrinterSign
from ui.upkeep.printing_flow import PrintingFlow
from ui.upkeep.sync_flow import NoticeFlow, SyncFlow

PAUSE_MS: Final = 10
"""Between two pages that are made ahead: whoever types a PIN meanwhile, and what is done with it, goes first."""
SHOWN_MS: Final = 250
"""Before the first one, and before the next where a page has come up: what it shows is read and painted first."""


class Screens(QObject):
    """Every flow behind the first picture, and the ways from one to another."""

    def __init__(self, window: Shell, session: SessionControl) -> None:
        super().__init__(window)
        self._window = window
        self.centre_approval = CentreApprovalFlow(window)
        self.supervisor = SupervisorFlow(window, self.centre_approval)
        self.sale = SaleFlow(window)
        self.sale.checkout.lead("Alt+8", "", self.supervisor.open, page="review")
        home = self.sale.home
        self.opening = OpenDayFlow(window, home)
        self.requests = RequestFlow(window, self.centre_approval, self.sale.resume)
        self.lists = RequestListFlow(window, home, self.requests)
        self.day = DayFlow(window, session, self.centre_approval, home, self.requests.open_one)
        self.sync = SyncFlow(window, home, self.requests.open_one)
        self.printing = PrintingFlow(window, home)
        self.lockout = LockoutFlow(window, session, self.centre_approval)
        self._lead_on(session)
        self._look_after(window, session)
        self._ahead, self._come_to = self._first_pages(), False
        self._next = QTimer(self)
        self._next.timeout.connect(self._make_next)
        window.stack.currentChanged.connect(lambda _at: self._next.start(SHOWN_MS))
        self._next.start(SHOWN_MS)

    def _lead_on(self, session: SessionControl) -> None:
        """From one screen to another, where more than a key of the page leads there."""
        self.sale.checkout.earlier_asked.connect(self._open_earlier)
        self.sale.checkout.date_asked.connect(lambda: session.look_at_date(self.sale.back_to_visit))
        self.sale.papers_asked.connect(self.printing.open)
        self.sale.front.day_asked.connect(self.day.open)
        self.sale.front.rejected_asked.connect(self.lists.open)

    def _look_after(self, window: Shell, session: SessionControl) -> None:
        """What the counter itself lacks, what the centre wants known, and the devices of this machine."""
        self.display = DisplayFlow(window, lambda: self.sale.checkout.review)
        self.practice = PracticeFlow(window, session, self.sale.forget)
        self.sale.front.practice_asked.connect(self.practice.toggle)
        self.notices = NoticeFlow(window)
        self.doctor, self.backups = DoctorFlow(window), BackupsFlow(window)
        self.help = HelpFlow(window, self.practice.toggle)
        self.help.lead("Alt+2", "doctor.title", self.doctor.open, icon="shield")
        self.help.lead("Alt+3", "backups.title", self.backups.open, icon="disk")
        self.restart_block = RestartBlock(window)
        self.scans = ScanFlow(window, self.lists)
        self.keypad, self.printer_sign = KeypadFlow(window), PrinterSign(window)

    def _open_earlier(self, request_id: str) -> None:
        """The like request of today; Esc leads back to the visit."""
        self.requests.open_one(request_id, self.sale.back_to_visit)

    # ---- ahead of the first citizen

    def _first_pages(self) -> Iterator[Page]:
        """In the order in which they are come to."""
        yield self.opening.page
        home = self.sale.front.page
        self._come_to = True
        self._window.bridge.ask_slow(self._read_prices, nothing, nothing)
        yield home
        yield self.sale.form
        yield self.sale.checkout.review
        yield self.sale.ending.page

    def _read_prices(self) -> None:
        """Home asks for them, and it takes 75 ms. Where they cannot be read, home says so."""
        self._window.kiosk.counter.in_force.catalogue()

    def _make_next(self) -> None:
        """One page at a turn of the loop; while somebody waits for an answer only those that the right PIN leads to."""
        self._next.setInterval(PAUSE_MS)
        if not (self._window.busy and self._come_to) and next(self._ahead, None) is None:
            self._next.stop()
