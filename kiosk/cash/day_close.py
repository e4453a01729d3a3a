"""Closing the day: counted first, compared after, its difference said in words and agreed to, then the Z report.

A day is always closed, an empty one and one left open too: nothing in the world may keep a shop from it. Where nobody
is there who may agree to a large difference, the close says that it waits for that. What is unsent or
half typed stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.cash import unsettled_closes
from kiosk.cash.till_books import TillBooks
from kiosk.cash.unsettled_closes import UnsettledClose
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.day_book import Count, DayBook, TotalName
from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import Day
from kiosk.model.store_changes import Change, CloseDay, PutFact
from kiosk.printing.day_report import Settled, lines_sheet, x_report, z_report
from kiosk.staff.sign_in import Login, StaffSession
from kiosk.staff.two_person_rule import NOBODY, SecondWord, TwoPersonRule, agreed, agreement_of
from protocol.documents.settings import DaySettings
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import DayClosing
from protocol.values.money import refuse_beyond
from protocol.values.reasons import one_line


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was counted beside what should be there, and what its difference asks for."""

    book: DayBook
    count: Count
    difference_pt: int
    needs_reason: bool
    needs_second: bool


class DayClose:
    """Looks at the day (X) and its end (Z)."""

    def __init__(self, context: CounterContext, people: StaffSession, books: TillBooks) -> None:
        self._context = context
        self._people = people
        self._books = books

    def rules(self) -> DaySettings:
        return self._context.in_force.settings().day

    def blind(self) -> bool:
        """Whether whoever works now is not to know what should lie in the drawer before it is counted."""
        return self.rules().blind and self._people.working(finishing=True).operator.role == "operator"

    def x_report(self) -> Sheet:
        """A look at the open day. Raises Refused("day_closed")."""
        login, book = self._people.working(finishing=True), self._books.book()
        return x_report(book, self._books.stamp(login), self._books.names(), blind=self.blind())

    def lines(self, name: TotalName, key: DayKey | None = None) -> Sheet:
        """The lines behind a total of the open day or of that one, to print."""
        login, book = self._people.working(finishing=True), self._books.book(key)
        return lines_sheet(book, name, self._books.stamp(login), self._books.titles(book))

    def compare(self, count: Count) -> Comparison:
        """What the count says of the open day. Raises Refused: day_closed, money_range."""
        refuse_beyond(count.total_pt)
        book = self._books.book()
        difference = count.total_pt - book.expected_pt
        over = abs(difference) > self.rules().difference_pt
        return Comparison(book, count, difference, bool(difference), over)

    def close(self, count: Count, reason: str = "", agreement: SecondWord = NOBODY, recounts: int = 0) -> Day:
        """Close the open day with its Z report; durable on return. `recounts`: how often it was counted again.

        Raises Refused: day_closed, money_range, reason_needed, supervisor_needed, and as `second.agreed`.
        """
        login, reason = self._people.working(finishing=True), one_line(reason)
        compared = self.compare(count)
        if compared.needs_reason and not reason:
            raise Refused("reason_needed")
        second = self._agreed(compared, login, agreement)
        with self._context.journal.turn():
            # A sale may have been stored while somebody typed a PIN: the day is closed as it is now, or not at all.
            if self.compare(count).difference_pt != compared.difference_pt:
                raise Refused("day_moved")
            self._write(self.compare(count), login, reason, second, recounts)
            # Whoever has prepared a sale for this day looks again in his own turn, and finds it closed.
            self._context.in_force.forget()
        self._context.events.publish(SessionChanged())
        day = self._context.store.days.day(compared.book.day.key)
        assert day is not None  # noqa: S101 - closed above
        return day

    def _agreed(self, compared: Comparison, login: Login, agreement: SecondWord) -> TwoPersonRule | None:
        if not compared.needs_second or agreement.waits:
            return None
        return agreed(self._people, login, agreement)

    def _waits(self, compared: Comparison, login: Login, record: Record) -> PutFact:
        fields, key = record.fields, compared.book.day.key
        day = UnsettledClose(key.date, fields.epoch, fields.seq, login.operator.id, compared.difference_pt, key.number)
        return unsettled_closes.fact([*unsettled_closes.waiting(self._context.store), day])

    def _write(
        self, compared: Comparison, login: Login, reason: str, second: TwoPersonRule | None, recounts: int
    ) -> None:
        book, count = compared.book, compared.count
        pending = compared.needs_second and second is None
        body = DayClosing(
            author=login.author, day=book.day.key, sums=book.sums(), counted_pt=count.total_pt, notes=count.notes(),
            difference_pt=compared.difference_pt, reason=reason, recounts=recounts, agreement=agreement_of(second),
            pending=pending,
        )  # fmt: skip

        def changes(records: Sequence[Record]) -> list[Change]:
            record, who = records[0], "" if second is None else second.name_ar
            stamp = self._books.stamp(login, record)
            sheet = z_report(book, stamp, self._books.names(), Settled(count, reason, who, pending))
            closed = CloseDay(
                book.day.key, record.fields.wall_ms, record.fields.seq, book.expected_pt, count.total_pt,
                book.grand_total_pt,
            )  # fmt: skip
            wrote: list[Change] = [closed, self._books.paper(sheet, record)]
            return [*wrote, self._waits(compared, login, record)] if pending else wrote

        self._context.journal.write([Writing(body)], changes)
