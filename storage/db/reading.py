"""Reads the store: the questions of `kiosk.ports.store`, by subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
from kiosk.model.service_request import Day, DayTotals, Draft, Movement, PrintJob, PrintState, Query, Request
from kiosk.ports.store import Attempts, Moment, Pin
from protocol import strict_json
from protocol.journal.business_day import DayKey
from protocol.wire.enrolment import Enrolment
from storage.db import commit, compiled, rows, search
from storage.db.connections import Readers
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK, entry_id
from storage.db.journal_reader import TAIL, JournalReader, read_tail
from storage.db.rows import Rows
from storage.db.search import Where


def moment(connection: Any) -> Moment:
    """What a sale is judged by, on a connection on which nobody writes meanwhile."""
    day = connection.execute(compiled.DAY_OPEN).fetchone()
    facts = {name: bytes(value) for name, value in connection.execute(compiled.FACTS).fetchall()}
    return Moment(None if day is None else Day(*day), facts, read_tail(connection.execute(TAIL).fetchone()))


class RequestReader(Rows):
    """Requests, each with what has become of it since."""

    def get(self, request_id: str) -> Request | None:
        return self._find(rows.request, compiled.REQUEST, request_id)

    def at(self, seq: int) -> Request | None:
        return self._find(rows.request, compiled.REQUEST_AT, seq)

    def search(self, query: Query) -> list[Request]:
        where = search.plan(query, self._count, lambda: int(self._one(compiled.INDEX_UPTO)[0]))
        if where.newer is None:
            return self._found(where, query.limit)
        # What the index took in since the mark was read is found by both.
        found = {one.id: one for one in [*self._found(where.newer, query.limit), *self._found(where, query.limit)]}
        return list(found.values())[: query.limit if query.limit > 0 else None]

    def _found(self, where: Where, limit: int) -> list[Request]:
        return [rows.request(row) for row in self._all(where.sql(compiled.REQUEST_COLUMNS), *where.arguments, limit)]

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]:
        asked = national_id, national_id, service_id, date
        return [rows.request(row) for row in self._all(compiled.SAME_DAY, *asked)]

    def totals(self, key: DayKey) -> DayTotals:
        return DayTotals(*self._one(compiled.TOTALS, *key))

    def used(self, since: str, before: str) -> list[str]:
        return [row[0] for row in self._all(compiled.USED, since, before)]

    def rejected_count(self) -> int:
        return int(self._one(compiled.REJECTED_COUNT)[0])

    def _count(self, select: str, arguments: tuple[object, ...]) -> int:
        found = self._one(f"SELECT count(*) FROM ({select} LIMIT {search.BOUND})", *arguments)  # noqa: S608 - constants
        return int(found[0])


class DraftReader(Rows):
    """Forms left half typed."""

    def of_operator(self, operator: str) -> list[Draft]:
        return [
            Draft(identity, of, service, version, strict_json.loads_object(raw.encode()), *more)
            for identity, of, service, version, raw, *more in self._all(compiled.DRAFTS, operator)
        ]

    def every(self) -> list[Draft]:
        operators = self._all(compiled.DRAFT_OPERATORS)
        return [draft for (operator,) in operators for draft in self.of_operator(operator)]


class PrintJobReader(Rows):
    """Papers to print, and printed."""

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        marks = ", ".join("?" * len(states))  # as many as there are: text of its own for each number of them
        sql = f"SELECT {compiled.JOB_COLUMNS} FROM print_job WHERE state IN ({marks}) ORDER BY n LIMIT ?"  # noqa: S608 - constants
        return [rows.print_job(row) for row in self._all(sql, *(state.value for state in states), limit)]

    def job(self, job_id: str) -> PrintJob | None:
        return self._find(rows.print_job, compiled.JOB, job_id)

    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]:
        return [rows.print_job(row) for row in self._all(compiled.JOBS_OF_ENTRY, entry_id(epoch, seq))]

    def receipt(self, epoch: int, seq: int) -> Receipt | None:
        return next((job.content for job in self.of_entry(epoch, seq) if isinstance(job.content, Receipt)), None)


class DayReader(Rows):
    """Days, and the money that moved in them without a sale."""

    def open_day(self) -> Day | None:
        return self._find(rows.day, compiled.DAY_OPEN)

    def day(self, key: DayKey) -> Day | None:
        return self._find(rows.day, compiled.DAY, *key)

    def openings(self, date: str) -> int:
        (last,) = self._one(compiled.OPENINGS, date)
        return int(last)

    def last_closed(self) -> Day | None:
        return self._find(rows.day, compiled.DAY_LAST_CLOSED)

    def newest(self, limit: int = 400) -> list[Day]:
        return [Day(*row) for row in self._all(compiled.DAYS, limit)]

    def movements(self, key: DayKey) -> list[Movement]:
        return [rows.movement(row) for row in self._all(compiled.MOVEMENTS, *key)]

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        if device:
            return self._find(rows.movement, compiled.REVERSAL_FOR, commit.paid_for(device, epoch, seq))
        return self._find(rows.movement, compiled.REVERSAL, entry_id(epoch, seq))


def _recorded(row: Any) -> RecordedEvidence:
    number, *kept = row
    return RecordedEvidence(Evidence(*kept), number >> SEQ_BITS, number & SEQ_MASK)


class EvidenceReader(Rows):
    """The reader of evidence, for `kiosk.ports.store`."""

    def of_request(self, request_id: str) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(compiled.EVIDENCE, request_id)]

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        return [*map(_recorded, self._all(compiled.EVIDENCE_IN_STATE, state, limit))]

    def newest_held(self) -> RecordedEvidence | None:
        return next(map(_recorded, self._all(compiled.EVIDENCE_NEWEST_HELD)), None)

    def astray(self, before_ms: int) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(compiled.EVIDENCE_ASTRAY, before_ms)]

    def files(self) -> set[str]:
        return {row[0] for row in self._all(compiled.EVIDENCE_FILES)}


class StoreReader(Rows):
    """The half of the store that only looks; its questions by subject."""

    def __init__(self, readers: Readers) -> None:
        super().__init__(readers)
        self.journal = JournalReader(readers)
        self.requests, self.drafts = RequestReader(readers), DraftReader(readers)
        self.days = DayReader(readers)
        self.print_jobs = PrintJobReader(readers)
        self.evidence = EvidenceReader(readers)

    def enrolment(self) -> Enrolment | None:
        return self._find(lambda row: Enrolment(*row), compiled.ENROLMENT)

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        return self._find(rows.first, compiled.DOCUMENT, kind, version)

    def pin(self, operator: str) -> Pin | None:
        return self._find(lambda row: Pin(*row), compiled.PIN, operator)

    def attempts(self, operator: str) -> Attempts | None:
        return self._find(lambda row: Attempts(*row), compiled.ATTEMPTS, operator)

    def cursor(self) -> int:
        return self._find(lambda row: int(row[0]), compiled.CURSOR) or 0

    def fact(self, name: str) -> bytes | None:
        return self._find(rows.first, compiled.FACT, name)

    def facts(self) -> dict[str, bytes]:
        return {name: bytes(value) for name, value in self._all(compiled.FACTS)}
