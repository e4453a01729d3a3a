"""The pages behind the first picture and the flows that drive them; imported once the window is up."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.approvals.supervisor_flow import SupervisorFlow
from ui.day.day_flow import DayFlow
from ui.day.open_day_flow import OpenDayFlow
from ui.day.open_day_page import OpenDayPage
from ui.display.display_flow import DisplayFlow
from ui.main.scan_flow import ScanFlow
from ui.requests.request_flow import RequestFlow
from ui.sale.needs_flow import NeedsFlow
from ui.sale.refuse_flow import RefuseFlow
from ui.sale.sale_flow import SaleFlow
from ui.session.activate_page import ActivatePage
from ui.session.clock_page import ClockPage
from ui.session.lock_page import LockPage
from ui.session.lockout_flow import LockoutFlow
from ui.session.practice_flow import PracticeFlow
from ui.session.session_control import SessionControl
from ui.shell.first_use_hints import FirstUseHints
from ui.shell.help_flow import HelpFlow
from ui.shell.keypad_flow import KeypadFlow
from ui.shell.restart_block import RestartBlock
from ui.shell.shell import Shell
from ui.upkeep.backups_flow import BackupsFlow
from ui.upkeep.doctor_flow import DoctorFlow
from ui.upkeep.notice_flow import NoticeFlow
from ui.upkeep.printing_flow import PrintingFlow
from ui.upkeep.sync_flow import SyncFlow


class Screens(QObject):
    """Every page and flow behind the first picture."""

    def __init__(self, window: Shell, session: SessionControl) -> None:
        super().__init__(window)
        language = window.language
        self.activate, self.open_day = ActivatePage(language), OpenDayPage(language)
        self.lock, self.clock = LockPage(language), ClockPage(language)
        for page in (self.activate, self.open_day, self.lock, self.clock):
            window.add(page)
        self._sell(window)
        self._look_up(window, session)
        self._look_after(window, session)
        self.starting = OpenDayFlow(window, self.open_day)
        self.lockout = LockoutFlow(window, session, self.approving)

    def _sell(self, window: Shell) -> None:
        """What is done for the citizen who stands there."""
        self.sale = SaleFlow(window)
        self.refusing = RefuseFlow(window, self.sale)
        self.sale.form.refuse_asked.connect(self.refusing.open)
        self.needs = NeedsFlow(window, self.sale.home, self.sale.begin_all)
        self.sale.front.needs.clicked.connect(self.needs.open)

    def _look_up(self, window: Shell, session: SessionControl) -> None:
        """What was done before, its money, and who agrees to what."""
        self.approving = CentreApprovalFlow(window)
        self.lists = RequestFlow(window, self.approving, self.sale.home)
        self.lists.aftercare.resume = self.sale.resume
        self.day = DayFlow(window, session, self.approving, self.sale.home, self.lists.open_one)
        self.backing = SupervisorFlow(window, self.approving)
        self.sale.review.command("Alt+8", "", self.backing.open)
        self.sync = SyncFlow(window, self.lists, self.sale.home)
        self.printing = PrintingFlow(window, self.sale.home)
        self.sale.papers_asked.connect(self.printing.open)

    def _look_after(self, window: Shell, session: SessionControl) -> None:
        """What the counter itself lacks, what the centre wants known, and the devices of this machine."""
        self.display = DisplayFlow(window)
        self.help = HelpFlow(window)
        self.hints = FirstUseHints(window)
        self.practice = PracticeFlow(window, session, self.sale.forget)
        self.notices = NoticeFlow(window, self.sale.front, self.sync.page)
        self.doctor = DoctorFlow(window, self.sale.front)
        self.backups = BackupsFlow(window)
        self.help.page.practice_asked.connect(self.practice.toggle)
        self.help.page.doctor.clicked.connect(self.doctor.open)
        self.help.page.backups.clicked.connect(self.backups.open)
        self.restart_block = RestartBlock(window)
        self.scans = ScanFlow(window, self.lists)
        self.keypad = KeypadFlow(window)
