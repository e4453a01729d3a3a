"""The pages behind the first picture and the flows that drive them; imported once the window is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.awake import RestartBlock
from ui.flows.approving import Approving
from ui.flows.backing import BackingFlow
from ui.flows.day import DayFlow
from ui.flows.diagnosing import Diagnosing
from ui.flows.display import DisplayFlow
from ui.flows.enrolling import Enrolling
from ui.flows.helping import Helping
from ui.flows.hints import Hints
from ui.flows.keeping import Keeping
from ui.flows.lists import Lists
from ui.flows.lockout import Lockout
from ui.flows.needs import NeedsFlow
from ui.flows.noticing import Noticing
from ui.flows.practising import Practising
from ui.flows.printing import Printing
from ui.flows.refusing import Refusing
from ui.flows.sale import SaleFlow
from ui.flows.saved import Saved
from ui.flows.scanning import Scanning
from ui.flows.starting import Starting
from ui.flows.syncing import Syncing
from ui.flows.touching import Touching
from ui.pages.activate import Activate
from ui.pages.catalogue import Catalogue
from ui.pages.clock import Clock
from ui.pages.enrol import Enrol
from ui.pages.lock import Lock
from ui.pages.open_day import OpenDay
from ui.ports import Counter

if TYPE_CHECKING:
    from ui.flows.session import Session
    from ui.window import Window


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
