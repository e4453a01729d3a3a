"""The day books, read from the store, and what every paper of the till needs to say: who, where, when."""

from __future__ import annotations

from kiosk.core import prepaid_float
from kiosk.core.counter_context import CounterContext
from kiosk.model.citizen_receipt import device_text
from kiosk.model.day_book import DayBook, book
from kiosk.model.paper_sheet import Content, Fact, Sheet, typed
from kiosk.model.service_request import Day, PrintJob, PrintState, Query
from kiosk.model.store_changes import AddPrintJob
from kiosk.printing.till_papers import Stamp
from kiosk.staff.sign_in import Login
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record


class TillBooks:
    """What happened on a day, for whoever moves money, closes the day or only looks."""

    def __init__(self, context: CounterContext) -> None:
        self._context = context
        self._store = context.store

    def open_day(self) -> Day:
        """Raises Refused("day_closed")."""
        day = self._store.days.open_day()
        if day is None:
            raise Refused("day_closed")
        return day

    def book(self, key: DayKey | None = None) -> DayBook:
        """The book of the open day, or of that one. Raises Refused("day_closed"): there is no such day."""
        day = self._store.days.open_day() if key is None else self._store.days.day(key)
        if day is None:
            raise Refused("day_closed")
        requests = self._store.requests.search(Query(date=day.date, day_number=day.number, limit=-1))
        return book(day, requests, self._store.days.movements(day.key), self._before_pt(day))

    def days(self) -> list[Day]:
        """The days of this till, newest first."""
        return self._store.days.newest()

    def z_paper(self, day: Day) -> tuple[int, int]:
        """Epoch and entry of the Z report of a closed day. Raises Refused("paper_none"): none is kept here.

        A day knows the number of its close, not its epoch: what lies there must be the report of that very day.
        """
        label = day.key.label
        for epoch in sorted(self._store.journal.statements(), reverse=True):
            for job in self._store.print_jobs.of_entry(epoch, day.closed_seq):
                if isinstance(job.content, Sheet) and job.content.kind == "z" and label in _facts(job.content):
                    return epoch, day.closed_seq
        raise Refused("paper_none", date=label)

    def _before_pt(self, day: Day) -> int:
        if day.closed_ms is not None:
            return day.grand_total_pt - self._store.requests.totals(day.key).taken_pt
        last = self._store.days.last_closed()
        return 0 if last is None else last.grand_total_pt

    def prepaid_pt(self) -> int | None:
        """What is left of the shop's float; None where the centre keeps none."""
        found = prepaid_float.FACT.kept(self._store)
        return None if found is None else found.left_pt(self._store.journal.tail())

    # ---- papers

    def stamp(self, login: Login, record: Record | None = None) -> Stamp:
        """The head of a paper; `record` is the entry it proves."""
        settings = self._context.in_force.settings()
        number = "" if record is None else f"{device_text(record)[:8]}-{record.fields.seq}"
        at_ms = self._context.now_ms() if record is None else record.fields.wall_ms
        shop = typed(settings.shop.name.ar, settings.shop.name.en)
        return Stamp(shop, at_ms, login.operator.name_ar, number, settings.support_phone)

    def paper(self, content: Content, record: Record) -> AddPrintJob:
        """The paper of an entry, to be committed with it."""
        fields = record.fields
        job = PrintJob(self._context.new_id(), fields.epoch, fields.seq, 0, content, PrintState.WAITING, fields.wall_ms)
        return AddPrintJob(job)

    def names(self) -> dict[str, str]:
        """Who the operators are, by id."""
        return {person.id: person.name_ar for person in self._context.in_force.operators().values()}

    def titles(self, of: DayBook) -> dict[str, tuple[str, str]]:
        """What the services of that day are called, by id."""
        found: dict[str, tuple[str, str]] = {}
        for r in of.requests:
            if r.service_id not in found:
                title = self._context.in_force.catalogue(r.catalogue).service(r.service_id).title
                found[r.service_id] = (title["ar"], title["en"])
        return found


def _facts(sheet: Sheet) -> set[object]:
    return {block.value for block in sheet.blocks if isinstance(block, Fact)}
