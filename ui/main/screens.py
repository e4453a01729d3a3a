"""The pages behind the first picture and the flows that drive them; imported once the window is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.approvals.centre_approval_flow import Approving
from ui.approvals.supervisor_flow import BackingFlow
from ui.day.day_flow import DayFlow
from ui.day.open_day_flow import Starting
from ui.day.open_day_page import OpenDay
from ui.display.display_flow import DisplayFlow
from ui.main.scan_flow import Scanning
from ui.requests.request_flow import Lists
from ui.sale.home_page import Catalogue
from ui.sale.needs_flow import NeedsFlow
from ui.sale.refuse_flow import Refusing
from ui.sale.sale_flow import SaleFlow
from ui.sale.saved_check_flow import Saved
from ui.session.activate_page import Activate
from ui.session.clock_page import Clock
from ui.session.lock_page import Lock
from ui.session.lockout_flow import Lockout
from ui.session.practice_flow import Practising
from ui.setup.enrol_flow import Enrolling
from ui.setup.enrol_page import Enrol
from ui.shell.counter_port import Counter
from ui.shell.first_use_hints import Hints
from ui.shell.help_flow import Helping
from ui.shell.keypad_flow import Touching
from ui.shell.restart_block import RestartBlock
from ui.upkeep.backups_flow import Keeping
from ui.upkeep.doctor_flow import Diagnosing
from ui.upkeep.notice_flow import Noticing
from ui.upkeep.printing_flow import Printing
from ui.upkeep.sync_flow import Syncing

if TYPE_CHECKING:
    from ui.main.session_flow import Session
    from ui.main.window import Window


class Rest(QObject):
    def __init__(self, window: Window, counter: Counter, session: Session) -> None:
        super().__init__(window)
        language = window.language
        self.activate, self.open_day = Activate(language), OpenDay(language)
        self.lock, self.enrol, self.clock = Lock(language), Enrol(language), Clock(language)
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
        self.starting = Starting(window, counter, self.open_day)
        self.lockout = Lockout(window, counter, session, self.approving)
        self.enrolling = Enrolling(window, counter, self.enrol, session.enrolled)

    def _look_after(self, window: Window, counter: Counter, front: Catalogue) -> None:
        """What the counter itself lacks, and what the centre wants known."""
        self.noticing = Noticing(window, counter, front, self.sync.page)
        self.diagnosing = Diagnosing(window, counter, front)
        self.restart_block = RestartBlock(window, counter)
        self.helping.page.doctor_asked.connect(self.diagnosing.open)
        self.keeping = Keeping(window, counter)
        self.helping.page.backups_asked.connect(self.keeping.open)

    def _work(self, window: Window, counter: Counter, session: Session) -> None:
        """What is done with citizens, money and papers."""
        self.display = DisplayFlow(window)
        self.sale = SaleFlow(window, counter)
        self.refusing = Refusing(window, counter, self.sale)
        front = window.findChild(Catalogue)
        assert front is not None  # noqa: S101 - the sale flow has just added it
        self.saved = Saved(window, counter, front)
        self.needs = NeedsFlow(window, counter, self.sale.home, self.sale.begin_all)
        front.needs_asked.connect(self.needs.open)
        self.approving = Approving(window, counter)
        self.day = DayFlow(window, counter, session, self.sale.home)
        self.lists = Lists(window, counter, self.sale.home)
        self.backing = BackingFlow(window, counter)
        self.helping = Helping(window, counter)
        self.hints = Hints(window)
        self.practising = Practising(window, counter, session)
        self.helping.page.practice_asked.connect(self.practising.toggle)
        self.sale.review.supervisor_asked.connect(self.backing.open)
        self.lists.aftercare.resume = self.sale.resume
        self.sync = Syncing(window, counter, self.lists, self.sale.home)
        self._look_after(window, counter, front)
        self.printing = Printing(window, counter, self.sale.home)
        self.scanning = Scanning(window, self.lists, counter)
        self.touching = Touching(window)
        self.sale.papers_asked.connect(self.printing.open)
