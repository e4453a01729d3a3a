"""Rows and the frozen values the rest of the program sees: asked for on the readers' connections, read, written.

No sale waits for any of the reading. A value's columns are the names of its fields, wherever it is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, TypeVar

from kiosk.model import paper_sheet
from kiosk.model.service_request import Movement, Outcome, PrintJob, PrintState, Request
from protocol.journal.kj01 import Record
from protocol.journal.personal import Item
from storage.db.connections import Readers
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK
from storage.faults import border

T = TypeVar("T")


class Rows:
    """What every reader of the store asks by."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def _all(self, sql: str, *arguments: object) -> Sequence[Any]:
        """On the thread's own connection."""
        with border():
            return self._readers.ask(sql, arguments)

    def _one(self, sql: str, *arguments: object) -> Any:
        return next(iter(self._all(sql, *arguments)), None)

    def _find(self, read: Callable[[Any], T], sql: str, *arguments: object) -> T | None:
        """What the one row says that there is; None where there is none."""
        row = self._one(sql, *arguments)
        return None if row is None else read(row)


def columns(form: type, **other: str) -> str:
    """Those that a value is read from, in the order of its fields; `other` is how one is called that has another name.

    Every column by its name: a later program's database may have more of them (docs/adr/0019).
    """
    return ", ".join(other.get(one.name, one.name) for one in fields(form))


def first(row: Any) -> bytes:
    """The bytes in a row of one column."""
    return bytes(row[0])


def insert(table: str, named: str, verb: str = "INSERT INTO") -> str:
    return f"{verb} {table} ({named}) VALUES ({', '.join('?' * len(named.split(',')))})"


def replacing(table: str, form: type) -> Callable[[Any, Any], None]:
    """What writes a change whose fields are the columns of that table."""
    sql, row = insert(table, columns(form), "REPLACE INTO"), attrgetter(*(one.name for one in fields(form)))

    def put(connection: Any, change: Any) -> None:
        connection.execute(sql, row(change))

    return put


# What a request shows is joined in when it is read: sent from the mark, the centre's word, the state of the paper.
_REQUEST: Final = {
    "id": "r.request_id", "epoch": f"r.id >> {SEQ_BITS}", "seq": f"r.id & {SEQ_MASK}",
    "entry_hash": "(SELECT entry_hash FROM journal WHERE id = r.id)",
    "sent": "(r.id & 4294967295) <= coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)",
    "outcome": "o.status",
    "paper":
        "(SELECT state FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number = 0 ORDER BY n DESC LIMIT 1)",
    "copies": "(SELECT count(*) FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number > 0)",
    "reversed": "coalesce((SELECT kind FROM movement WHERE of_entry = r.id), '')",
    "seen": "coalesce(o.seen, 0)", "told": "coalesce(o.told, 0)",
    "arrived_ms": "(SELECT arrived_ms FROM output WHERE id = r.id)",
    "handed_ms": "(SELECT handed_ms FROM output WHERE id = r.id)",
    "handed_to": "coalesce((SELECT handed_to FROM output WHERE id = r.id), '')",
    "elsewhere": "coalesce((SELECT state FROM elsewhere WHERE id = r.id), '')",
    "elsewhere_by": "coalesce((SELECT device FROM elsewhere WHERE id = r.id), '')",
}  # fmt: skip
_MOVEMENT: Final = {
    "epoch": f"id >> {SEQ_BITS}", "seq": f"id & {SEQ_MASK}", "of_epoch": f"coalesce(of_entry >> {SEQ_BITS}, 0)",
    "of_seq": f"coalesce(of_entry & {SEQ_MASK}, 0)",
    "of_device": "coalesce((SELECT of_request FROM paid_for WHERE paid_for.id = movement.id), '')",
}  # fmt: skip
REQUEST_KEPT: Final = tuple(one.name for one in fields(Request) if one.name not in _REQUEST)
MOVEMENT_KEPT: Final = tuple(one.name for one in fields(Movement) if one.name not in _MOVEMENT)
"""What their rows hold under the names of the fields."""
_OF_R: Final = {name: f"r.{name}" for name in REQUEST_KEPT}
REQUEST_COLUMNS: Final = f"{columns(Request, **_OF_R, **_REQUEST)}, o.code, o.reason_ar, o.reason_en, o.at_ms"
MOVEMENT_COLUMNS: Final = columns(Movement, **_MOVEMENT)
JOB_COLUMNS: Final = "job_id, entry, copy_number, receipt, state, created_ms"


def request(row: Any) -> Request:
    """A row of REQUEST_COLUMNS."""
    status, paper = row[20:22]
    outcome = None if status is None else Outcome(row[1], row[2], status, *row[-4:])
    joined = [bool(row[19]), outcome, None if paper is None else PrintState(paper)]
    return Request(*[*row[:19], *joined, *row[22:29], bool(row[29]), bool(row[30]), *row[31:-4]])


def movement(row: Any) -> Movement:
    """A row of MOVEMENT_COLUMNS. Of one that paid for another till, `of_device` says that request whole."""
    of: Sequence[Any] = row[12:15]
    if row[14]:
        device, epoch, seq = row[14].split("/")
        of = int(epoch), int(seq), device
    return Movement(*[*row[:8], bool(row[8]), *row[9:12], *of, row[15]])


def print_job(row: Any) -> PrintJob:
    """A row of JOB_COLUMNS."""
    job_id, entry, copy, receipt, state, created_ms = row
    unpacked = paper_sheet.unpack(receipt)
    return PrintJob(job_id, entry >> SEQ_BITS, entry & SEQ_MASK, copy, unpacked, PrintState(state), created_ms)


def item(header: bytes, signature: bytes, body: bytes, frame: bytes | None) -> Item:
    return Item(Record(header, signature, body), frame)
