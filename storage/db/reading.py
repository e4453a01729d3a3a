"""Looking: the questions of `kiosk.ports.store`, by subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
from kiosk.model.service_request import Day, DayTotals, Draft, Movement, PrintJob, PrintState, Query, Request
from kiosk.ports.store import Attempts, Moment, Pin
from protocol import strict_json
from protocol.journal.business_day import DayKey
from protocol.wire.enrolment import Enrolment
from storage.db import aftercare_rows, commit, rows, search
from storage.db.connections import Readers
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK, entry_id
from storage.db.journal_reader import CURRENT_EPOCH, TAIL, JournalReader, read_tail
from storage.db.request_index import UPTO, found
from storage.db.rows import Rows
from storage.db.search import Where

_FACTS: Final = "SELECT name, value FROM fact"
_DOCUMENT: Final = (
    "SELECT envelope FROM document WHERE kind = ?1 AND version = coalesce(?2, version) ORDER BY n DESC LIMIT 1"
)
_ENROLMENT: Final = f"SELECT {rows.columns(Enrolment)} FROM enrolment ORDER BY epoch DESC LIMIT 1"  # noqa: S608 - constants
_PIN: Final = f"SELECT {rows.columns(Pin)} FROM pin WHERE operator = ?"  # noqa: S608 - constants
_ATTEMPTS: Final = f"SELECT {rows.columns(Attempts)} FROM attempts WHERE operator = ?"  # noqa: S608 - constants
_JOBS: Final = f"SELECT {rows.JOB_COLUMNS} FROM print_job WHERE {{}} ORDER BY n"  # noqa: S608 - constants
_MOVEMENTS: Final = f"SELECT {rows.MOVEMENT_COLUMNS} FROM movement WHERE {{}}"  # noqa: S608 - constants
_PAID_FOR: Final = "id = (SELECT id FROM paid_for WHERE of_request = ?)"
_DAY: Final = f"SELECT {rows.columns(Day)} FROM day WHERE {{}} LIMIT 1"  # noqa: S608 - constants
_DAYS: Final = _DAY.format("1 ORDER BY date DESC, number DESC").replace("LIMIT 1", "LIMIT ?")
# The grand total only grows, whatever the computer's clock said at the time: it tells which close was the last.
_LAST_CLOSED: Final = "closed_ms IS NOT NULL ORDER BY grand_total_pt DESC, closed_ms DESC, date DESC, number DESC"
_OPEN_DAY: Final = _DAY.format("closed_ms IS NULL")
_REQUEST: Final = f"SELECT {rows.REQUEST_COLUMNS} FROM {{}} LEFT JOIN outcome o ON o.id = r.id WHERE {{}}"  # noqa: S608 - constants
_TOTALS: Final = """
    SELECT count(*), coalesce(sum(r.total_pt), 0),
        coalesce(sum((r.id & 4294967295) > coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)), 0)
    FROM request r WHERE r.date = ? AND r.day_number = ?
"""
# The plus: a season by its dates; by the index of the services every request would be read, 14 s in a million.
_USED: Final = """
    SELECT service_id FROM request WHERE date >= ? GROUP BY +service_id ORDER BY count(*) DESC, service_id
"""
_DRAFTS: Final = f"SELECT {rows.columns(Draft)} FROM draft WHERE operator = ? ORDER BY updated_ms DESC, id DESC"  # noqa: S608 - constants
_EVIDENCE: Final = rows.columns(Evidence, request="e.request_id", state="e.state")
_EVIDENCE_OF: Final = f"SELECT {_EVIDENCE} FROM evidence e WHERE e.request_id = ? ORDER BY e.n"  # noqa: S608 - constants
_EVIDENCE_IN: Final = f"""
    SELECT r.id, {_EVIDENCE} FROM evidence e JOIN request r ON r.request_id = e.request_id
    WHERE e.state = ? AND (r.id & {SEQ_MASK}) <= coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> {SEQ_BITS}), 0)
    ORDER BY r.id, e.n LIMIT ?
"""  # noqa: S608 - constants
_NEWEST_HELD: Final = f"""
    SELECT r.id, {_EVIDENCE} FROM evidence e JOIN request r ON r.request_id = e.request_id
    WHERE e.state <> '' ORDER BY r.id DESC, e.n DESC LIMIT 1
"""  # noqa: S608 - constants
_ASTRAY: Final = f"""
    SELECT {_EVIDENCE} FROM evidence e WHERE e.taken_ms < ?
    AND NOT EXISTS (SELECT 1 FROM request WHERE request_id = e.request_id)
    AND NOT EXISTS (SELECT 1 FROM draft WHERE id = e.request_id) ORDER BY e.n
"""  # noqa: S608 - constants


def moment(connection: Any) -> Moment:
    """What a sale is judged by, on a connection on which nobody writes meanwhile."""
    day = connection.execute(_OPEN_DAY).fetchone()
    facts = {name: bytes(value) for name, value in connection.execute(_FACTS).fetchall()}
    return Moment(None if day is None else Day(*day), facts, read_tail(connection.execute(TAIL).fetchone()))


class RequestReader(Rows):
    """Requests, each with what has become of it since."""

    def get(self, request_id: str) -> Request | None:
        return self._request("r.request_id = ?", request_id)

    def at(self, seq: int) -> Request | None:
        return self._request(f"r.id = ({CURRENT_EPOCH} << 32) + ?", seq)

    def search(self, query: Query) -> list[Request]:
        where = search.plan(query, self._count, lambda: int(self._one(UPTO)[0]))
        if where.newer is None:
            return self._found(where, query.limit)
        # What the index took in since the mark was read is found by both.
        found = {one.id: one for one in [*self._found(where.newer, query.limit), *self._found(where, query.limit)]}
        return list(found.values())[: query.limit if query.limit > 0 else None]

    def _found(self, where: Where, limit: int) -> list[Request]:
        sql = _REQUEST.format(where.source, " AND ".join(where.tests) or "1")
        found = self._all(f"{sql} ORDER BY {where.order} DESC LIMIT ?", *where.arguments, limit)
        return [rows.request(row) for row in found]

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]:
        # The pluses: one citizen has few requests, one service or day may have all there are.
        of = f"r.id IN ({found('national_id = ?')}) AND +r.service_id = ? AND +r.date = ? ORDER BY r.id DESC"
        asked = (national_id, national_id, service_id, date)
        return [rows.request(row) for row in self._all(_REQUEST.format("request r", of), *asked)]

    def totals(self, key: DayKey) -> DayTotals:
        return DayTotals(*self._one(_TOTALS, *key))

    def used(self, since: str) -> list[str]:
        return [row[0] for row in self._all(_USED, since)]

    def rejected(self) -> list[Request]:
        return self.search(Query(rejected_only=True, limit=-1))

    def _count(self, select: str, arguments: tuple[object, ...]) -> int:
        found = self._one(f"SELECT count(*) FROM ({select} LIMIT {search.BOUND})", *arguments)  # noqa: S608 - constants
        return int(found[0])

    def _request(self, where: str, argument: object) -> Request | None:
        return self._find(rows.request, _REQUEST.format("request r", where), argument)


class DraftReader(Rows):
    """Forms left half typed."""

    def of_operator(self, operator: str) -> list[Draft]:
        return [
            Draft(identity, of, service, version, strict_json.loads_object(raw.encode()), *more)
            for identity, of, service, version, raw, *more in self._all(_DRAFTS, operator)
        ]

    def every(self) -> list[Draft]:
        operators = self._all("SELECT DISTINCT operator FROM draft")
        return [draft for (operator,) in operators for draft in self.of_operator(operator)]


class PrintJobReader(Rows):
    """Papers to print, and printed."""

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        marks = ", ".join("?" * len(states))
        sql = f"{_JOBS.format(f'state IN ({marks})')} LIMIT ?"
        return [rows.print_job(row) for row in self._all(sql, *(state.value for state in states), limit)]

    def job(self, job_id: str) -> PrintJob | None:
        return next(iter(self._jobs("job_id = ?", job_id)), None)

    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]:
        return self._jobs("entry = ?", entry_id(epoch, seq))

    def receipt(self, epoch: int, seq: int) -> Receipt | None:
        return next((job.content for job in self.of_entry(epoch, seq) if isinstance(job.content, Receipt)), None)

    def _jobs(self, where: str, *arguments: object) -> list[PrintJob]:
        return [rows.print_job(row) for row in self._all(_JOBS.format(where), *arguments)]


class DayReader(Rows):
    """Days, and the money that moved in them without a sale."""

    def open_day(self) -> Day | None:
        return self._day("closed_ms IS NULL")

    def day(self, key: DayKey) -> Day | None:
        return self._day("date = ? AND number = ?", *key)

    def openings(self, date: str) -> int:
        (last,) = self._one("SELECT coalesce(max(number), 0) FROM day WHERE date = ?", date)
        return int(last)

    def last_closed(self) -> Day | None:
        return self._day(_LAST_CLOSED)

    def newest(self, limit: int = 400) -> list[Day]:
        return [Day(*row) for row in self._all(_DAYS, limit)]

    def movements(self, key: DayKey) -> list[Movement]:
        of_day = _MOVEMENTS.format("date = ? AND day_number = ? ORDER BY id")
        return [rows.movement(row) for row in self._all(of_day, *key)]

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        of = aftercare_rows.paid_for(device, epoch, seq) if device else entry_id(epoch, seq)
        return self._find(rows.movement, _MOVEMENTS.format(_PAID_FOR if device else "of_entry = ?"), of)

    def _day(self, where: str, *arguments: object) -> Day | None:
        return self._find(lambda row: Day(*row), _DAY.format(where), *arguments)


def _recorded(row: Any) -> RecordedEvidence:
    number, *kept = row
    return RecordedEvidence(Evidence(*kept), number >> SEQ_BITS, number & SEQ_MASK)


class EvidenceReader(Rows):
    """`kiosk.ports.store`."""

    def of_request(self, request_id: str) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(_EVIDENCE_OF, request_id)]

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        return [*map(_recorded, self._all(_EVIDENCE_IN, state, limit))]

    def newest_held(self) -> RecordedEvidence | None:
        return next(map(_recorded, self._all(_NEWEST_HELD)), None)

    def astray(self, before_ms: int) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(_ASTRAY, before_ms)]

    def files(self) -> set[str]:
        return {row[0] for row in self._all("SELECT file FROM evidence")}


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
        return self._find(lambda row: Enrolment(*row), _ENROLMENT)

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        return self._find(rows.first, _DOCUMENT, kind, version)

    def pin(self, operator: str) -> Pin | None:
        return self._find(lambda row: Pin(*row), _PIN, operator)

    def attempts(self, operator: str) -> Attempts | None:
        return self._find(lambda row: Attempts(*row), _ATTEMPTS, operator)

    def cursor(self) -> int:
        return int(self.fact(commit.CURSOR) or 0)

    def fact(self, name: str) -> bytes | None:
        return self._find(rows.first, "SELECT value FROM fact WHERE name = ?", name)

    def facts(self) -> dict[str, bytes]:
        return {name: bytes(value) for name, value in self._all(_FACTS)}
