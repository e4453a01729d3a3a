"""Looking: every question of `ports.Store`, on the readers' connections. No sale waits for any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kiosk import ports
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import Day, DayTotals, Draft, Movement, PrintJob, PrintState, Query, Request
from protocol import strict_json
from protocol.journal.acknowledgement import Ack
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import genesis
from protocol.journal.personal import FRAME_HEAD, Item
from protocol.wire.enrolment import Enrolment
from storage.db import aftercare_rows, commit, search
from storage.db import row_readers as rows
from storage.db.connections import Readers
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK, entry_id
from storage.db.evidence_rows import EvidenceReads
from storage.faults import border

_PAGE: Final = 500
_REQUEST: Final = f"SELECT {rows.REQUEST_COLUMNS} FROM {{}} LEFT JOIN outcome o ON o.id = r.id WHERE {{}}"  # noqa: S608 - constants
_MOVEMENTS: Final = f"SELECT {rows.MOVEMENT_COLUMNS} FROM movement WHERE {{}}"  # noqa: S608 - constants
_PAID_FOR: Final = "id = (SELECT id FROM paid_for WHERE of_request = ?)"
_JOBS: Final = f"SELECT {rows.JOB_COLUMNS} FROM print_job WHERE {{}} ORDER BY n"  # noqa: S608 - constants
# One statement, so that all of it is of one moment without a transaction around it.
_TAIL: Final = f"""
    SELECT l.*, coalesce(a.hwm, 0), coalesce(j.count, 0), coalesce(j.sum_pt, 0),
        (SELECT wall_ms FROM journal
         WHERE id > (l.epoch << 32) + coalesce(a.hwm, 0) AND id < (l.epoch + 1) << 32 AND money_pt IS NOT NULL
         ORDER BY id LIMIT 1)
    FROM ({commit.LAST}) l LEFT JOIN ack a ON a.epoch = l.epoch
    LEFT JOIN journal j ON j.id = (l.epoch << 32) + coalesce(a.hwm, 0)
"""  # noqa: S608 - constants
_LEFT_BEHIND: Final = """
    SELECT e.statement, j.seq, coalesce(a.hwm, 0), j.count - coalesce(k.count, 0)
    FROM enrolment e LEFT JOIN ack a ON a.epoch = e.epoch
    JOIN journal j ON j.id = (SELECT max(id) FROM journal WHERE id > e.epoch << 32 AND id < (e.epoch + 1) << 32)
    LEFT JOIN journal k ON k.id = (e.epoch << 32) + a.hwm
    WHERE e.epoch < (SELECT max(epoch) FROM enrolment) AND j.seq > coalesce(a.hwm, 0) ORDER BY e.epoch
"""
_ITEMS: Final = """
    SELECT j.header, j.signature, j.body, f.frame FROM journal j LEFT JOIN frame f ON f.id = j.id
    WHERE j.id > ? AND j.id < ? ORDER BY j.id LIMIT ?
"""
_TOTALS: Final = """
    SELECT count(*), coalesce(sum(r.total_pt), 0),
        coalesce(sum((r.id & 4294967295) > coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)), 0)
    FROM request r WHERE r.date = ? AND r.day_number = ?
"""
_DAY: Final = """
    SELECT date, operator, opening_pt, opened_ms, opened_seq, closed_ms, closed_seq, expected_pt, counted_pt,
        grand_total_pt, number
    FROM day WHERE {} LIMIT 1
"""
_DAYS: Final = _DAY.format("1 ORDER BY date DESC, number DESC").replace("LIMIT 1", "LIMIT ?")
# The grand total only grows, whatever the computer's clock said at the time: it tells which close was the last.
_LAST_CLOSED: Final = "closed_ms IS NOT NULL ORDER BY grand_total_pt DESC, closed_ms DESC, date DESC, number DESC"
_OPEN_DAY: Final = _DAY.format("closed_ms IS NULL")
_FACTS: Final = "SELECT name, value FROM fact"
_DRAFTS: Final = """
    SELECT id, operator, service_id, service_version, raw, updated_ms, catalogue, visit, corrects FROM draft
    WHERE operator = ? ORDER BY updated_ms DESC, id DESC
"""
_USED: Final = """
    SELECT service_id FROM request WHERE date >= ? GROUP BY service_id ORDER BY count(*) DESC, service_id
"""
_DOCUMENT: Final = (
    "SELECT envelope FROM document WHERE kind = ?1 AND version = coalesce(?2, version) ORDER BY n DESC LIMIT 1"
)
_ATTEMPTS: Final = "SELECT failed, last_wall_ms, last_mono_ms, boot_id FROM attempts WHERE operator = ?"
_EPOCH: Final = "(SELECT max(epoch) FROM enrolment)"
_ACK: Final = f"""
    SELECT device, epoch, hwm, entry_hash, server_ms, wire FROM ack WHERE epoch = coalesce(?, {_EPOCH})
"""  # noqa: S608 - constants


def _tail(row: Any) -> ports.Tail:
    chain, count, sum_pt = commit.standing(row and row[:6])
    hwm, acked_count, acked_sum, oldest = row[6:]
    return ports.Tail(chain, hwm, count, sum_pt, acked_count, acked_sum, oldest)


def moment(connection: Any) -> ports.Moment:
    """What a sale is judged by, on a connection on which nobody writes meanwhile."""
    day = connection.execute(_OPEN_DAY).fetchone()
    facts = {name: bytes(value) for name, value in connection.execute(_FACTS).fetchall()}
    return ports.Moment(None if day is None else Day(*day), facts, _tail(connection.execute(_TAIL).fetchone()))


class StoreReader(EvidenceReads):
    """The half of the store that only looks."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    # ---- the journal

    def enrolment(self) -> Enrolment | None:
        row = self._one("SELECT statement, root_public, keyset FROM enrolment ORDER BY epoch DESC LIMIT 1")
        return None if row is None else Enrolment(*row)

    def tail(self) -> ports.Tail:
        return _tail(self._one(_TAIL))

    def left_behind(self) -> list[ports.LeftBehind]:
        return [ports.LeftBehind(*row) for row in self._all(_LEFT_BEHIND)]

    def hash_at(self, seq: int, epoch: int | None = None) -> bytes | None:
        if seq == 0:
            found = self._one(f"SELECT statement FROM enrolment WHERE epoch = coalesce(?, {_EPOCH})", epoch)  # noqa: S608 - constants
            return None if found is None else genesis(found[0])
        where = f"id = (coalesce(?, {_EPOCH}) << 32) + ?"
        found = self._one(f"SELECT entry_hash FROM journal WHERE {where}", epoch, seq)  # noqa: S608 - constants
        return None if found is None else bytes(found[0])

    def sum_at(self, seq: int) -> int:
        row = self._one(f"SELECT sum_pt FROM journal WHERE id = ({_EPOCH} << 32) + ?", seq)  # noqa: S608 - constants
        return 0 if row is None else int(row[0])

    def last_ack(self, epoch: int | None = None) -> tuple[Ack, bytes] | None:
        row = self._one(_ACK, epoch)
        return None if row is None else (Ack(*row[:5]), row[5])

    def unsent(self, after: int, count: int, max_bytes: int, epoch: int | None = None) -> list[Item]:
        if epoch is None:
            (epoch,) = self._one("SELECT coalesce(max(epoch), 0) FROM enrolment")
        items: list[Item] = []
        size = 0
        for item in self._items(epoch, after, count):
            frame_len = 0 if item.frame is None else FRAME_HEAD.size + len(item.frame)
            size += len(item.record.header) + len(item.record.signature) + len(item.record.body) + frame_len
            if items and size > max_bytes:
                break
            items.append(item)
        return items

    def export(self, epoch: int) -> Iterator[Item]:
        """By pages, each its own short look: a reader that stays would keep the WAL growing."""
        after = 0
        while page := self._items(epoch, after, _PAGE):
            yield from page
            after = page[-1].record.fields.seq

    def statements(self) -> dict[int, bytes]:
        return dict(map(tuple, self._all("SELECT epoch, statement FROM enrolment ORDER BY epoch")))

    def frame(self, epoch: int, seq: int) -> bytes | None:
        row = self._one("SELECT frame FROM frame WHERE id = ?", entry_id(epoch, seq))
        return None if row is None else bytes(row[0])

    # ---- requests

    def request(self, request_id: str) -> Request | None:
        return self._request("r.request_id = ?", request_id)

    def request_at(self, seq: int) -> Request | None:
        return self._request(f"r.id = ({_EPOCH} << 32) + ?", seq)

    def search(self, query: Query) -> list[Request]:
        where = search.plan(query, self._count)
        sql = _REQUEST.format(where.source, " AND ".join(where.tests) or "1")
        found = self._all(f"{sql} ORDER BY {where.order} DESC LIMIT ?", *where.arguments, query.limit)
        return [rows.request(row) for row in found]

    def _count(self, select: str, arguments: tuple[object, ...]) -> int:
        found = self._one(f"SELECT count(*) FROM ({select} LIMIT {search.BOUND})", *arguments)  # noqa: S608 - constants
        return int(found[0])

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]:
        sql = _REQUEST.format("request r", "r.national_id = ? AND r.service_id = ? AND r.date = ?")
        return [rows.request(row) for row in self._all(f"{sql} ORDER BY r.id DESC", national_id, service_id, date)]

    def totals(self, key: DayKey) -> DayTotals:
        return DayTotals(*self._one(_TOTALS, *key))

    def used(self, since: str) -> list[str]:
        return [row[0] for row in self._all(_USED, since)]

    def rejected(self) -> list[Request]:
        return self.search(Query(rejected_only=True, limit=-1))

    # ---- days, papers, drafts

    def open_day(self) -> Day | None:
        return self._day("closed_ms IS NULL")

    def day(self, key: DayKey) -> Day | None:
        return self._day("date = ? AND number = ?", *key)

    def openings(self, date: str) -> int:
        (last,) = self._one("SELECT coalesce(max(number), 0) FROM day WHERE date = ?", date)
        return int(last)

    def last_closed_day(self) -> Day | None:
        return self._day(_LAST_CLOSED)

    def days(self, limit: int = 400) -> list[Day]:
        return [Day(*row) for row in self._all(_DAYS, limit)]

    def movements(self, key: DayKey) -> list[Movement]:
        of_day = _MOVEMENTS.format("date = ? AND day_number = ? ORDER BY id")
        return [rows.movement(row) for row in self._all(of_day, *key)]

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        if device:
            row = self._one(_MOVEMENTS.format(_PAID_FOR), aftercare_rows.paid_for(device, epoch, seq))
        else:
            row = self._one(_MOVEMENTS.format("of_entry = ?"), entry_id(epoch, seq))
        return None if row is None else rows.movement(row)

    def print_jobs(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        marks = ", ".join("?" * len(states))
        sql = f"{_JOBS.format(f'state IN ({marks})')} LIMIT ?"
        return [rows.print_job(row) for row in self._all(sql, *(state.value for state in states), limit)]

    def print_job(self, job_id: str) -> PrintJob | None:
        return next(iter(self._jobs("job_id = ?", job_id)), None)

    def papers(self, epoch: int, seq: int) -> list[PrintJob]:
        return self._jobs("entry = ?", entry_id(epoch, seq))

    def receipt(self, epoch: int, seq: int) -> Receipt | None:
        return next((job.content for job in self.papers(epoch, seq) if isinstance(job.content, Receipt)), None)

    def drafts(self, operator: str) -> list[Draft]:
        return [
            Draft(identity, of, service, version, strict_json.loads_object(raw.encode()), *more)
            for identity, of, service, version, raw, *more in self._all(_DRAFTS, operator)
        ]

    def every_draft(self) -> list[Draft]:
        operators = self._all("SELECT DISTINCT operator FROM draft")
        return [draft for (operator,) in operators for draft in self.drafts(operator)]

    def named(self, national_id: str) -> list[tuple[int, int]]:
        rows = self._all("SELECT id FROM named WHERE national_id = ? ORDER BY id", national_id)
        return [(number >> SEQ_BITS, number & SEQ_MASK) for (number,) in rows]

    # ---- documents, people, facts

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        row = self._one(_DOCUMENT, kind, version)
        return None if row is None else bytes(row[0])

    def pin(self, operator: str) -> ports.Pin | None:
        row = self._one("SELECT verifier, activation FROM pin WHERE operator = ?", operator)
        return None if row is None else ports.Pin(*row)

    def attempts(self, operator: str) -> ports.Attempts | None:
        row = self._one(_ATTEMPTS, operator)
        return None if row is None else ports.Attempts(*row)

    def cursor(self) -> int:
        return int(self.fact(commit.CURSOR) or 0)

    def fact(self, name: str) -> bytes | None:
        row = self._one("SELECT value FROM fact WHERE name = ?", name)
        return None if row is None else bytes(row[0])

    def facts(self) -> dict[str, bytes]:
        return {name: bytes(value) for name, value in self._all(_FACTS)}

    # ---- how

    def _all(self, sql: str, *arguments: object) -> Sequence[Any]:
        """On the thread's own connection."""
        with border():
            return self._readers.ask(sql, arguments)

    def _one(self, sql: str, *arguments: object) -> Any:
        return next(iter(self._all(sql, *arguments)), None)

    def _items(self, epoch: int, after: int, count: int) -> list[Item]:
        found = self._all(_ITEMS, entry_id(epoch, after), entry_id(epoch + 1, 0), count)
        return [rows.item(*row) for row in found]

    def _request(self, where: str, argument: object) -> Request | None:
        row = self._one(_REQUEST.format("request r", where), argument)
        return None if row is None else rows.request(row)

    def _jobs(self, where: str, *arguments: object) -> list[PrintJob]:
        return [rows.print_job(row) for row in self._all(_JOBS.format(where), *arguments)]

    def _day(self, where: str, *arguments: object) -> Day | None:
        row = self._one(_DAY.format(where), *arguments)
        return None if row is None else Day(*row)
