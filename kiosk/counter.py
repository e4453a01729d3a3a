"""The counter put together from its parts, given a world: clock, chance, store, keys, line, printer.

What is wired here is wired the same way in the shop, in a test and in a simulator; only the parts differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.aftercare.citizen_rights import CitizenRights
from kiosk.aftercare.follow_up import FollowUp
from kiosk.aftercare.other_tills import OtherTills
from kiosk.aftercare.reversals import Reversals
from kiosk.cash.day_close import DayClose, UnsettledCloses
from kiosk.cash.till_day import CashMovements, TillBooks, TillDay
from kiosk.core.counter_context import CounterContext
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.core.journal_writer import JournalWriter
from kiosk.evidence.evidence_box import EvidenceBox
from kiosk.model.evidence_file import PictureReader, Pictures
from kiosk.ports.store import Mirror, Store
from kiosk.ports.world import Line, World
from kiosk.printing.print_queue import PrintQueue
from kiosk.receiving.centre_notices import Notices
from kiosk.selling.citizen_advice import CitizenAdvice
from kiosk.selling.service_desk import ServiceDesk
from kiosk.staff.centre_approvals import CentreApprovals
from kiosk.staff.lockout import Lockout
from kiosk.staff.sign_in import StaffSession
from kiosk.upkeep.backup.backup_schedule import ProofReminder
from protocol.keys import Signer


@dataclass(frozen=True, slots=True)
class Kept:
    """What comes in from outside and remembers: the store, its mirror, and the device's secrets."""

    store: Store
    mirror: Mirror
    signer: Signer
    pepper: bytes
    pictures: Pictures
    reader: PictureReader


class Counter:
    """The desk, the till, the people and the papers of one enrolled kiosk. This is what the window is given."""

    def __init__(self, world: World, kept: Kept, events: Events, make_line: Callable[[CounterContext], Line]) -> None:
        self.in_force = DocumentsInForce(kept.store, events)
        self.journal = JournalWriter(kept.store, kept.signer, world, kept.mirror)
        self.journal.on_documents = self.in_force.forget
        self.context = CounterContext(kept.store, self.journal, self.in_force, events, world)
        self.events, self.line = events, make_line(self.context)
        self.journal.on_written = self.line.wake
        self.lockout = Lockout(self.context)
        self.people = StaffSession(self.context, kept.pepper)
        self.people.refuse_locked = self.lockout.refuse
        self.till = TillDay(self.context, self.people)
        self.books = TillBooks(self.context)
        self.closing = DayClose(self.context, self.people, self.books)
        self.approvals = CentreApprovals(self.context, self.people)
        self.cash = CashMovements(self.context, self.people, self.books)
        self.reversals = Reversals(self.context, self.people, self.books, self.approvals)
        self.neighbours = OtherTills(self.context, self.people, self.books, self.line)
        self.unsettled = UnsettledCloses(self.context, self.people, self.approvals)
        self.aftercare = FollowUp(self.context, self.people)
        self.rights = CitizenRights(self.context, self.people, self.approvals)
        self.notices, self.reminding = Notices(kept.store, self.journal), ProofReminder(self.context, self.people)
        self.papers = PrintQueue(self.context, self.people)
        self.advice = CitizenAdvice(self.context, self.people, self.papers)
        self.evidence = EvidenceBox(self.context, self.people, kept.pictures, kept.reader)
        self.desk = ServiceDesk(self.context, self.people, self.line)
