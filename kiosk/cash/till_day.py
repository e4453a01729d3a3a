"""The day at the till: opened with counted cash, one at a time, its sums read from the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.service_request import Day, DayTotals
from kiosk.model.store_changes import Change, DropLoosePapers, DropOldDrafts, OpenDay
from kiosk.ports.store import Moment
from kiosk.staff.sign_in import StaffSession
from protocol.clock import DAY_MS, sold_on
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import DayOpening
from protocol.values.money import refuse_beyond


def working_day(moment: Moment) -> Day:
    """The open day. Raises Refused("day_closed")."""
    if moment.day is None:
        raise Refused("day_closed")
    return moment.day


def refuse_stale(day: date, *times_ms: int) -> None:
    """A price belongs to a day that is: neither over for hours nor yet to come. Raises Refused("day_stale")."""
    if not all(sold_on(day, at_ms, SLACK_MS) for at_ms in times_ms):
        raise Refused("day_stale", date=str(day))


class TillDay:
    """Opening the day and what is expected in the drawer."""

    def __init__(self, context: CounterContext, people: StaffSession) -> None:
        self._context = context
        self._store = context.store
        self._people = people

    def today(self) -> str:
        """The business date in Cairo, ISO."""
        return self._context.today()

    def day(self) -> Day | None:
        """The day that is open, whichever date it has."""
        return self._store.days.open_day()

    def coming(self) -> DayKey:
        """The day that would be opened now: today's date, and how many times it was opened before."""
        date = self.today()
        return DayKey(date, self._store.days.openings(date) + 1)

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

        def changes(records: Sequence[Record]) -> list[Change]:
            seq, now_ms = records[0].fields.seq, self._context.now_ms()
            kept_ms = self._context.in_force.settings().draft_days * DAY_MS
            opened = OpenDay(Day(key.date, login.operator.id, opening_pt, now_ms, seq, number=key.number))
            old = now_ms - kept_ms
            return [opened, DropOldDrafts(old), DropLoosePapers(old)]  # on a date that has just been believed

        self._context.journal.write([Writing(body)], changes)
        self._context.events.publish(SessionChanged())
        day = self.day()
        assert day is not None  # noqa: S101 - committed above
        return day

    def working_day(self) -> Day:
        """The open day. Raises Refused("day_closed")."""
        return working_day(self._store.moment())

    def totals(self) -> DayTotals:
        """Sums over the open day's requests; of nothing while none is open."""
        day = self.day()
        return DayTotals(0, 0, 0) if day is None else self._store.requests.totals(day.key)
