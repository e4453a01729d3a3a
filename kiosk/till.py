"""The day at the till: opened with counted cash, one at a time, its sums read from the rows behind them."""

from __future__ import annotations

from kiosk.clock import Clock, business_date
from kiosk.errors import Refused
from kiosk.events import Events, SessionChanged
from kiosk.journal import EntryType
from kiosk.money import MAX_PT
from kiosk.people import People
from kiosk.ports import OpenDay, Store
from kiosk.scribe import Scribe, Writing
from kiosk.transaction import Day, DayTotals


class Till:
    """Opening the day and what is expected in the drawer."""

    def __init__(self, store: Store, scribe: Scribe, people: People, events: Events, clock: Clock) -> None:
        self._store = store
        self._scribe = scribe
        self._people = people
        self._events = events
        self._clock = clock

    def today(self) -> str:
        return business_date(self._clock.wall_ms()).isoformat()

    def day(self) -> Day | None:
        """The day that is open, whichever date it has."""
        return self._store.open_day()

    def stale_day(self) -> Day | None:
        """A day of another date that was left open."""
        day = self.day()
        return day if day is not None and day.date != self.today() else None

    def open_day(self, opening_pt: int) -> Day:
        """Open today with `opening_pt` piastres in the drawer. Raises Refused("day_open") when one is open."""
        login = self._people.working()
        if not 0 <= opening_pt <= MAX_PT:
            raise Refused("money_range")
        if self.day() is not None:
            raise Refused("day_open")
        date = self.today()
        members = {"v": 1, **login.author(), "date": date, "opening_pt": opening_pt}

        def changes(records: object) -> list[OpenDay]:
            seq = records[0].fields.seq  # type: ignore[index]
            return [OpenDay(Day(date, login.operator.id, opening_pt, self._clock.wall_ms(), seq))]

        self._scribe.write([Writing(EntryType.DAY_OPEN, members)], changes)
        self._events.publish(SessionChanged())
        day = self.day()
        assert day is not None  # noqa: S101 - committed above
        return day

    def working_day(self) -> Day:
        """The open day. Raises Refused("day_closed")."""
        day = self.day()
        if day is None:
            raise Refused("day_closed")
        return day

    def totals(self) -> DayTotals:
        """Sums over the open day's requests, or today's when none is open."""
        day = self.day()
        return self._store.totals(day.date if day else self.today())

    def expected_pt(self) -> int:
        """What should lie in the drawer: opening cash and what was taken since."""
        day = self.working_day()
        return day.opening_pt + self._store.totals(day.date).taken_pt
