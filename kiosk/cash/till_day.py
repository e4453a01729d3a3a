"""The day at the till: opened with counted cash, one at a time, its sums read from the rows behind them.

Cash that moves without a citizen, into the drawer, out of it or handed over, has its reason and its slip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from kiosk.core import offline_limits
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.day_book import DayBook, book
from kiosk.model.paper_sheet import Fact, Sheet
from kiosk.model.service_request import Day, DayTotals, Movement, Query
from kiosk.model.store_changes import Change, DropLoosePapers, DropOldDrafts
from kiosk.ports.store import Moment
from kiosk.printing import till_papers
from kiosk.printing.till_papers import CashKind, Moving, Stamp, cash_slip
from kiosk.staff.sign_in import AtCounter, Login
from protocol.clock import DAY_MS, sold_on
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import CashEntry, DayOpening
from protocol.texts import Bilingual
from protocol.values.arabic import one_line
from protocol.values.money import MAX_PT, refuse_beyond


def working_day(moment: Moment) -> Day:
    """The open day. Raises Refused("day_closed")."""
    if moment.day is None:
        raise Refused("day_closed")
    return moment.day


def refuse_stale(day: date, *times_ms: int) -> None:
    """A price belongs to a day that is: neither over for hours nor yet to come. Raises Refused("day_stale")."""
    if not all(sold_on(day, at_ms, SLACK_MS) for at_ms in times_ms):
        raise Refused("day_stale", date=str(day))


class TillDay(AtCounter):
    """Opening the day and what is expected in the drawer."""

    def today(self) -> str:
        """The business date in Cairo, ISO."""
        return self._context.today()

    def day(self) -> Day | None:
        """The day that is open, whichever date it has."""
        return self._context.store.days.open_day()

    def coming(self) -> DayKey:
        """The day that would be opened now: today's date, and how many times it was opened before."""
        date = self.today()
        return DayKey(date, self._context.store.days.openings(date) + 1)

    def stale_day(self) -> Day | None:
        """A day of another date that was left open."""
        day = self.day()
        return day if day is not None and day.date != self._context.today() else None

    def open_day(self, opening_pt: int) -> Day:
        """Open today with `opening_pt` piastres in the drawer, a date that was closed once more too.

        Raises Refused: day_open (one is), money_range, clock_….
        """
        login = self._people.working()
        refuse_beyond(opening_pt)
        if self.day() is not None:
            raise Refused("day_open")
        self._context.trusted_time.refuse()
        key = self.coming()
        body = DayOpening(author=login.author, day=key, opening_pt=opening_pt)

        def changes(record: Record) -> list[Change]:
            seq, now_ms = record.fields.seq, self._context.now_ms()
            kept_ms = self._context.in_force.settings().draft_days * DAY_MS
            opened = Day(key.date, login.operator.id, opening_pt, now_ms, seq, number=key.number)
            old = now_ms - kept_ms
            return [opened, DropOldDrafts(old), DropLoosePapers(old)]  # on a date that has just been believed

        self._context.journal.append(body, changes)
        self._context.events.publish(SessionChanged())
        day = self.day()
        assert day is not None  # noqa: S101 - committed above
        return day

    def totals(self) -> DayTotals:
        """Sums over the open day's requests; of nothing while none is open."""
        day = self.day()
        return DayTotals(0, 0, 0) if day is None else self._context.store.requests.totals(day.key)


class TillBooks:
    """What happened on a day, for whoever moves money, closes the day or only looks."""

    def __init__(self, context: CounterContext) -> None:
        self._context = context

    def open_day(self) -> Day:
        """Raises Refused("day_closed")."""
        day = self._context.store.days.open_day()
        if day is None:
            raise Refused("day_closed")
        return day

    def book(self, key: DayKey | None = None) -> DayBook:
        """The book of the open day, or of that one. Raises Refused("day_closed"): there is no such day."""
        day = self._context.store.days.open_day() if key is None else self._context.store.days.day(key)
        if day is None:
            raise Refused("day_closed")
        requests = self._context.store.requests.search(Query(date=day.date, day_number=day.number, limit=-1))
        return book(day, requests, self._context.store.days.movements(day.key), self._before_pt(day))

    def days(self) -> list[Day]:
        """The days of this till, newest first."""
        return self._context.store.days.newest()

    def z_paper(self, day: Day) -> tuple[int, int]:
        """Epoch and entry of the Z report of a closed day. Raises Refused("paper_none"): none is kept here.

        A day knows the number of its close, not its epoch: what lies there must be the report of that very day.
        """
        label = day.key.label
        for epoch in sorted(self._context.store.journal.statements(), reverse=True):
            for job in self._context.store.print_jobs.of_entry(epoch, day.closed_seq):
                if isinstance(job.content, Sheet) and job.content.kind == "z" and label in _facts(job.content):
                    return epoch, day.closed_seq
        raise Refused("paper_none", date=label)

    def _before_pt(self, day: Day) -> int:
        if day.closed_ms is not None:
            return day.grand_total_pt - self._context.store.requests.totals(day.key).taken_pt
        last = self._context.store.days.last_closed()
        return 0 if last is None else last.grand_total_pt

    def float_left_pt(self) -> int | None:
        """What is left of the shop's float; None where the centre keeps none."""
        found = offline_limits.FLOAT.kept(self._context.store)
        return None if found is None else found.left_pt(self._context.store.journal.tail())

    # ---- papers

    def stamp(self, login: Login, record: Record | None = None) -> Stamp:
        """The head of a paper; `record` is the entry it proves."""
        return till_papers.stamp(self._context.in_force, login, self._context.now_ms(), record)

    def names(self) -> dict[str, str]:
        """Who the operators are, by id."""
        return {person.id: person.name.ar for person in self._context.in_force.operators().values()}

    def titles(self, of: DayBook) -> dict[str, Bilingual]:
        """What the services of that day are called, by id."""
        found: dict[str, Bilingual] = {}
        for r in of.requests:
            if r.service_id not in found:
                found[r.service_id] = self._context.in_force.catalogue(r.catalogue).service(r.service_id).title
        return found


def _facts(sheet: Sheet) -> set[object]:
    return {block.value for block in sheet.blocks if isinstance(block, Fact)}


ON_THE_WIRE: Final[Mapping[CashKind, Literal["in", "out", "deposit"]]] = {
    "cash_in": "in",
    "cash_out": "out",
    "deposit": "deposit",
}


@dataclass(eq=False, repr=False)
class CashMovements(AtCounter):
    """The drawer, apart from sales."""

    _books: TillBooks

    def move(self, moving: Moving) -> Movement:
        """Record it with its slip; durable on return.

        Raises Refused: day_closed, money_range, reason_needed (a deposit needs whom it goes to instead), count_differs,
        drawer_short (the book knows of less in the drawer), drawer_full (it would come to more than any amount).
        """
        login, made = self._people.working(), _tidy(moving)
        _refuse_unsound(made)
        with self._context.journal.turn():
            book = self._books.book()
            if made.kind != "cash_in" and made.amount_pt > book.expected_pt:
                raise Refused("drawer_short")
            if made.kind == "cash_in" and made.amount_pt + book.expected_pt > MAX_PT:
                raise Refused("drawer_full", limit_pt=MAX_PT)
            body, key = _body(made, login, book.day.key), book.day.key

            def changes(record: Record) -> list[Change]:
                slip = cash_slip(made, self._books.stamp(login, record))
                return [_movement(record, made, login, key), self._context.paper(slip, record)]

            record = self._context.journal.append(body, changes, money_pt=0)
        self._context.events.publish(SessionChanged())
        return _movement(record, made, login, key)


def _tidy(moving: Moving) -> Moving:
    reason, party, reference = map(one_line, (moving.reason, moving.party, moving.reference))
    return replace(moving, reason=reason, party=party, reference=reference)


def _refuse_unsound(moving: Moving) -> None:
    refuse_beyond(moving.amount_pt, 1)
    if not (moving.party if moving.kind == "deposit" else moving.reason):
        raise Refused("party_needed" if moving.kind == "deposit" else "reason_needed")
    if moving.count is not None and moving.count.total_pt != moving.amount_pt:
        raise Refused("count_differs")


def _body(moving: Moving, login: Login, key: DayKey) -> CashEntry:
    return CashEntry(
        author=login.author, kind=ON_THE_WIRE[moving.kind], day=key, amount_pt=moving.amount_pt, reason=moving.reason,
        to=moving.party, reference=moving.reference, notes=() if moving.count is None else moving.count.notes(),
    )  # fmt: skip


def _movement(record: Record, moving: Moving, login: Login, key: DayKey) -> Movement:
    fields = record.fields
    return Movement(
        moving.kind, fields.epoch, fields.seq, key.date, fields.wall_ms, login.operator.id, moving.amount_pt,
        moving.reason, party=moving.party, reference=moving.reference, day_number=key.number,
    )  # fmt: skip
