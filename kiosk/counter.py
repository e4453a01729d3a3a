"""The counter put together from its parts, given a world: clock, chance, store, keys, line, printer.

What is wired here is wired the same way in the shop, in a test and in a simulator; only the parts differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.aftercare.citizen_rights import Rights
from kiosk.aftercare.follow_up import Aftercare
from kiosk.aftercare.other_tills import Neighbours
from kiosk.aftercare.reversals import Reversals
from kiosk.cash.cash_movements import CashDesk
from kiosk.cash.day_close import Closing
from kiosk.cash.till_books import Books
from kiosk.cash.till_day import Till
from kiosk.cash.unsettled_closes import Unsettled
from kiosk.core.counter_context import Office
from kiosk.core.documents_in_force import InForce
from kiosk.core.events import Events
from kiosk.core.journal_writer import Scribe
from kiosk.evidence.evidence_box import EvidenceBox
from kiosk.model.evidence_file import Pictures, Reader
from kiosk.ports import Mirror, Store, World
from kiosk.printing.print_queue import Papers
from kiosk.receiving.centre_notices import Notices
from kiosk.selling.citizen_advice import Advice
from kiosk.selling.needs_questions import Asking
from kiosk.selling.service_desk import Desk
from kiosk.selling.service_offer import Forms, Line
from kiosk.staff.centre_approvals import Approvals
from kiosk.staff.lockout import Lockout
from kiosk.staff.sign_in import People
from kiosk.upkeep.backup.proof_reminder import Reminding
from protocol.keys import Signer


@dataclass(frozen=True, slots=True)
class Kept:
    """What comes in from outside and remembers: the store, its mirror, and the device's secrets."""

    store: Store
    mirror: Mirror
    signer: Signer
    pepper: bytes
    pictures: Pictures
    reader: Reader


class Counter:
    """The desk, the till, the people and the papers of one enrolled kiosk."""

    def __init__(self, world: World, kept: Kept, events: Events, line: Line, forms: Callable[[], Forms]) -> None:
        self.events, self.line = events, line
        self.in_force = InForce(kept.store, events)
        self.scribe = Scribe(kept.store, kept.signer, world, kept.mirror)
        self.scribe.on_written = line.wake
        self.scribe.on_documents = self.in_force.forget
        self.office = Office(kept.store, self.scribe, self.in_force, events, world)
        self.lockout = Lockout(self.office)
        self.people = People(self.office, kept.pepper)
        self.people.refuse_locked = self.lockout.refuse
        self.till = Till(self.office, self.people)
        self.books = Books(self.office)
        self.closing = Closing(self.office, self.people, self.books)
        self.approvals = Approvals(self.office, self.people)
        self.cash = CashDesk(self.office, self.people, self.books)
        self.reversals = Reversals(self.office, self.people, self.books, self.approvals)
        self.neighbours = Neighbours(self.office, self.people, self.books, self.reversals, line)
        self.unsettled = Unsettled(self.office, self.people, self.approvals)
        self.aftercare = Aftercare(self.office, self.people)
        self.rights = Rights(self.office, self.people, self.approvals)
        self.notices, self.reminding = Notices(self.office), Reminding(self.office, self.people)
        self.papers = Papers(self.office, self.people)
        self.advice = Advice(self.office, self.people, self.papers)
        self.evidence = EvidenceBox(self.office, self.people, kept.pictures, kept.reader)
        self.desk = Desk(self.office, self.people, line, forms)
        self.asking = Asking(self.office, self.desk)


def lazy_forms() -> Forms:
    """`protocol.catalogue.forms`, imported when the first form is opened: its validator costs 80 ms."""
    from protocol.catalogue import forms  # noqa: PLC0415 - the reason stands above

    return forms
