"""What everybody behind the counter works with: store, journal, documents in force, events, and the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.core.journal_writer import JournalWriter
from kiosk.core.trusted_time import TrustedTime
from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.ports.store import Store
from kiosk.ports.world import World
from protocol.clock import business_date, read_day
from protocol.journal.kj01 import Record
from protocol.values.ids import uuid7


@dataclass(frozen=True, slots=True)
class CounterContext:
    """One enrolled counter's shared things."""

    store: Store
    journal: JournalWriter
    in_force: DocumentsInForce
    events: Events
    world: World
    trusted_time: TrustedTime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trusted_time", TrustedTime(self.store, self.journal, self.world))

    def now_ms(self) -> int:
        return self.world.clock.wall_ms()

    def today(self) -> str:
        """The business date in Cairo, ISO."""
        return business_date(self.now_ms()).isoformat()

    def working_date(self) -> date:
        """The date that sales are priced and booked by: that of the open day, though midnight has passed; else today's.

        One date for what is shown, what is recorded and what is looked up: the centre prices by the one in the entry.
        """
        day = self.store.days.open_day()
        return business_date(self.now_ms()) if day is None else read_day(day.date)

    def new_id(self) -> str:
        """A UUIDv7 as text."""
        return str(uuid7(self.now_ms(), self.world.randomness.take(16)))

    def paper(self, content: Content, record: Record | None = None) -> PrintJob:
        """For the queue, of that entry or of none: written down with whatever it belongs to."""
        epoch, seq = (self.store.journal.tail().chain.epoch, 0) if record is None else (record.fields.epoch, record.seq)
        made_ms = self.now_ms() if record is None else record.fields.wall_ms
        return PrintJob(self.new_id(), epoch, seq, 0, content, PrintState.WAITING, made_ms)
