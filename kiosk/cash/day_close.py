"""Closing the day: counted first, compared after, its difference said and agreed to, then the closing statement.

A day is always closed, an empty one and one left open too: nothing in the world may keep a shop from it. Where nobody
is there who may agree to a large difference, the close says that it waits for that. What is unsent or
half typed stays where it is. A close that waits is kept until a second person agrees, and journalled then (type 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.cash.till_day import TillBooks
from kiosk.core.events import SessionChanged
from kiosk.model.day_book import REQUEST_TOTALS, Count, DayBook, TotalName
from kiosk.model.facts import HoldsFacts, records
from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import Day
from kiosk.model.store_changes import Change, CloseDay, PutFact
from kiosk.printing.till_papers import Settled, lines_sheet, x_report, z_report
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import NOBODY, NOBODY_ELSE, Agreed, Approver, CentreApprovals, by_second_person
from kiosk.staff.sign_in import AtCounter, Login
from protocol.documents.settings import DaySettings
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import DayClosing
from protocol.journal.staff_entries import DifferenceAgreed
from protocol.members import Signed
from protocol.values.arabic import one_line
from protocol.values.money import refuse_beyond


@dataclass(frozen=True, slots=True)
class UnsettledClose:
    """A closed day: its entry, by whom it was closed, and its difference (counted less expected)."""

    date: str
    number: int
    epoch: int
    seq: int
    operator: str
    difference_pt: Signed

    @property
    def key(self) -> DayKey:
        return DayKey(self.date, self.number)


UNSETTLED: Final = records("unsettled", UnsettledClose)
"""Closes whose difference nobody has agreed to yet, the oldest first: kept until a second person does (type 5)."""


def unsettled(store: HoldsFacts) -> Sequence[UnsettledClose]:
    return UNSETTLED.kept(store) or ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was counted beside what should be there, and what its difference asks for."""

    book: DayBook
    count: Count
    difference_pt: int
    needs_reason: bool
    needs_approver: bool


@dataclass(eq=False, repr=False)
class DayClose(AtCounter):
    """The interim statement of an open day, and the close with its statement."""

    _books: TillBooks

    def rules(self) -> DaySettings:
        return self._context.in_force.settings().day

    def blind(self) -> bool:
        """Whether whoever works now is not to know what was taken before it is counted."""
        return self.rules().blind and self._people.working(finishing=True).operator.role == "operator"

    def hides(self, day: Day, name: TotalName) -> bool:
        """Whether that total of that day is not for whoever works now before the drawer is counted."""
        return day.closed_ms is None and name in REQUEST_TOTALS and self.blind()

    def x_report(self) -> Sheet:
        """A look at the open day. Raises Refused("day_closed")."""
        login, book = self._people.working(finishing=True), self._books.book()
        return x_report(book, self._books.stamp(login), self._books.names(), blind=self.blind())

    def lines(self, name: TotalName, key: DayKey | None = None) -> Sheet:
        """The lines behind a total of the open day or of that one, to print. Raises Refused("count_first")."""
        login, book = self._people.working(finishing=True), self._books.book(key)
        if self.hides(book.day, name):
            raise Refused("count_first")
        return lines_sheet(book, name, self._books.stamp(login), self._books.titles(book))

    def compare(self, count: Count) -> Comparison:
        """What the count says of the open day. Raises Refused: day_closed, money_range."""
        refuse_beyond(count.total_pt)
        book = self._books.book()
        difference = count.total_pt - book.expected_pt
        over = abs(difference) > self.rules().difference_pt
        return Comparison(book, count, difference, bool(difference), over)

    def close(self, count: Count, reason: str = "", approver: Approver = NOBODY, recounts: int = 0) -> Day:
        """Close the open day with its Z report; durable on return. `recounts`: how often it was counted again.

        Raises Refused: day_closed, money_range, reason_needed, supervisor_needed, and as `by_second_person`.
        """
        login, reason = self._people.working(finishing=True), one_line(reason)
        compared = self.compare(count)
        if compared.needs_reason and not reason:
            raise Refused("reason_needed")
        agreed = self._agreed(compared, login, approver)
        with self._context.journal.turn():
            # A sale may have been stored while somebody typed a PIN: the day is closed as it is now, or not at all.
            if self.compare(count).difference_pt != compared.difference_pt:
                raise Refused("day_moved")
            self._write(self.compare(count), login, reason, agreed, recounts)
            # Whoever has prepared a sale for this day looks again in his own turn, and finds it closed.
            self._context.in_force.forget()
        self._context.events.publish(SessionChanged())
        day = self._context.store.days.day(compared.book.day.key)
        assert day is not None  # noqa: S101 - closed above
        return day

    def _agreed(self, compared: Comparison, login: Login, approver: Approver) -> Agreed:
        if not compared.needs_approver or approver.waits:
            return NOBODY_ELSE
        return by_second_person(self._people, login, approver)

    def _waits(self, compared: Comparison, login: Login, record: Record) -> PutFact:
        fields, key = record.fields, compared.book.day.key
        day = UnsettledClose(key.date, key.number, fields.epoch, fields.seq, login.operator.id, compared.difference_pt)
        return UNSETTLED.put([*unsettled(self._context.store), day])

    def _write(self, compared: Comparison, login: Login, reason: str, agreed: Agreed, recounts: int) -> None:
        book, count = compared.book, compared.count
        pending = compared.needs_approver and agreed is NOBODY_ELSE
        body = DayClosing(
            author=login.author, day=book.day.key, sums=book.sums(), counted_pt=count.total_pt, notes=count.notes(),
            difference_pt=compared.difference_pt, reason=reason, recounts=recounts, agreement=agreed.agreement,
            pending=pending,
        )  # fmt: skip

        def changes(record: Record) -> list[Change]:
            settled = Settled(count, reason, agreed.name, pending)
            sheet = z_report(book, self._books.stamp(login, record), self._books.names(), settled)
            closed = CloseDay(
                book.day.key, record.fields.wall_ms, record.fields.seq, book.expected_pt, count.total_pt,
                book.grand_total_pt,
            )  # fmt: skip
            wrote: list[Change] = [closed, self._context.paper(sheet, record)]
            return [*wrote, self._waits(compared, login, record)] if pending else wrote

        self._context.journal.append(body, changes)


@dataclass(eq=False, repr=False)
class UnsettledCloses(AtCounter):
    """Agreeing afterwards to what a close could not wait for."""

    _approvals: CentreApprovals

    def oldest(self) -> UnsettledClose | None:
        """The one to look at first."""
        return next(iter(unsettled(self._context.store)), None)

    def may_agree(self, day: UnsettledClose) -> bool:
        """Whether whoever works now may: somebody else than who closed it, one of the two being a supervisor."""
        login, people = self._people.working(), self._context.in_force.operators()
        closer = people.get(day.operator)
        roles = {login.operator.role, "operator" if closer is None else closer.role}
        return login.operator.id != day.operator and "supervisor" in roles

    def agree(self, seq: int, approver: Approver = NOBODY) -> None:
        """Agree to the difference of the close at `seq`: whoever works now, or the centre where `approver` names it.

        Raises Refused: nothing_unsettled, supervisor_needed, as `CentreApprovals.agreed`.
        """
        with self._context.journal.turn():
            days = unsettled(self._context.store)
            day = next((one for one in days if one.seq == seq), None)
            if day is None:
                raise Refused("nothing_unsettled")
            agreed = self._agreed(day, approver)
            author = self._people.working().author
            body = DifferenceAgreed(author=author, of=seq, epoch=day.epoch, approval=agreed.agreement.approval)
            rest = UNSETTLED.put([one for one in days if one is not day])
            self._context.journal.append(body, [rest, *agreed.changes()])
        self._context.events.publish(SessionChanged())

    def _agreed(self, day: UnsettledClose, approver: Approver) -> Agreed:
        if approver.approval:
            return self._approvals.agreed(approver.approval, difference_subject(day))
        if not self.may_agree(day):
            raise Refused("supervisor_needed")
        return NOBODY_ELSE


def difference_subject(day: UnsettledClose) -> Subject:
    """What the centre is asked to agree to, for a difference."""
    return Subject("day_close", day.seq, day.epoch, day.difference_pt)
