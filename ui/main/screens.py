"""The pages behind the first picture and the flows that drive them; imported once the window is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.approvals.supervisor_flow import SupervisorFlow
from ui.day.day_flow import DayFlow
from ui.day.open_day_flow import OpenDayFlow
from ui.day.open_day_page import OpenDayPage
from ui.display.display_flow import DisplayFlow
from ui.main.scan_flow import ScanFlow
from ui.requests.request_flow import RequestFlow
from ui.sale.home_page import HomePage
from ui.sale.needs_flow import NeedsFlow
from ui.sale.refuse_flow import RefuseFlow
from ui.sale.sale_flow import SaleFlow
from ui.sale.saved_check_flow import SavedCheckFlow
from ui.session.activate_page import ActivatePage
from ui.session.clock_page import ClockPage
from ui.session.lock_page import LockPage
from ui.session.lockout_flow import LockoutFlow
from ui.session.practice_flow import PracticeFlow
from ui.setup.enrol_flow import EnrolFlow
from ui.setup.enrol_page import EnrolPage
from ui.shell.counter_port import Counter
from ui.shell.first_use_hints import FirstUseHints
from ui.shell.help_flow import HelpFlow
from ui.shell.keypad_flow import KeypadFlow
from ui.shell.restart_block import RestartBlock
from ui.upkeep.backups_flow import BackupsFlow
from ui.upkeep.doctor_flow import DoctorFlow
from ui.upkeep.notice_flow import NoticeFlow
from ui.upkeep.printing_flow import PrintingFlow
from ui.upkeep.sync_flow import SyncFlow

if TYPE_CHECKING:
    from ui.main.session_flow import SessionFlow
    from ui.main.window import Window


class Screens(QObject):
    def __init__(self, window: Window, counter: Counter, session: SessionFlow) -> None:
        super().__init__(window)
        language = window.language
        self.activate, self.open_day = ActivatePage(language), OpenDayPage(language)
        self.lock, self.enrol, self.clock = LockPage(language), EnrolPage(language), ClockPage(language)
        for page in (self.activate, self.open_day, self.lock, self.enrol, self.clock):
            window.add(page)
        self.clock.confirmed.connect(session.confirm_clock)
        self.clock.left.connect(session.begin_day)
        self.activate.asked.connect(session.activate)
        self.activate.left.connect(lambda: window.go(session.sign_in))
        self.open_day.asked.connect(session.open_day)
        self.lock.asked.connect(session.unlock)
        self.lock.sign_out_asked.connect(session.sign_out)
        self._work(window, counter, session)
        self.starting = OpenDayFlow(window, counter, self.open_day)
        self.lockout = LockoutFlow(window, counter, session, self.approving)
        self.enrolling = EnrolFlow(window, counter, self.enrol, session.enrolled)

    def _look_after(self, window: Window, counter: Counter, front: HomePage) -> None:
        """What the counter itself lacks, and what the centre wants known."""
        self.noticing = NoticeFlow(window, counter, front, self.sync.page)
        self.diagnosing = DoctorFlow(window, counter, front)
        self.restart_block = RestartBlock(window, counter)
        self.helping.page.doctor_asked.connect(self.diagnosing.open)
        self.keeping = BackupsFlow(window, counter)
        self.helping.page.backups_asked.connect(self.keeping.open)

    def _work(self, window: Window, counter: Counter, session: SessionFlow) -> None:
        """What is done with citizens, money and papers."""
        self.display = DisplayFlow(window)
        self.sale = SaleFlow(window, counter)
        self.refusing = RefuseFlow(window, counter, self.sale)
        front = window.findChild(HomePage)
        assert front is not None  # noqa: S101 - the sale flow has just added it
        self.saved = SavedCheckFlow(window, counter, front)
        self.needs = NeedsFlow(window, counter, self.sale.home, self.sale.begin_all)
        front.needs_asked.connect(self.needs.open)
        self.approving = CentreApprovalFlow(window, counter)
        self.day = DayFlow(window, counter, session, self.sale.home)
        self.lists = RequestFlow(window, counter, self.sale.home)
        self.backing = SupervisorFlow(window, counter)
        self.helping = HelpFlow(window, counter)
        self.hints = FirstUseHints(window)
        self.practising = PracticeFlow(window, counter, session)
        self.helping.page.practice_asked.connect(self.practising.toggle)
        self.sale.review.supervisor_asked.connect(self.backing.open)
        self.lists.aftercare.resume = self.sale.resume
        self.sync = SyncFlow(window, counter, self.lists, self.sale.home)
        self._look_after(window, counter, front)
        self.printing = PrintingFlow(window, counter, self.sale.home)
        self.scanning = ScanFlow(window, self.lists, counter)
        self.touching = KeypadFlow(window)
        self.sale.papers_asked.connect(self.printing.open)
