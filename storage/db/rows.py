"""What the store's readers ask by, and how rows become the frozen values that the rest of the program sees.

No sale waits for it. A value is read from columns in the order of its fields (`schema.questions`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kiosk.model import paper_sheet
from kiosk.model.service_request import Day, Decision, Movement, PrintJob, PrintState, Request
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


def day(row: Any) -> Day:
    return Day(*row)


def first(row: Any) -> bytes:
    """The bytes in a row of one column."""
    return bytes(row[0])


def request(row: Any) -> Request:
    """A row of `compiled.REQUEST_COLUMNS`."""
    status, paper = row[20:22]
    decision = None if status is None else Decision(row[1], row[2], status, *row[-4:])
    joined = [bool(row[19]), decision, None if paper is None else PrintState(paper)]
    return Request(*[*row[:19], *joined, *row[22:29], bool(row[29]), bool(row[30]), *row[31:-4]])


def movement(row: Any) -> Movement:
    """Of one that paid for another till, `of_device` says that request whole."""
    of: Sequence[Any] = row[12:15]
    if row[14]:
        device, epoch, seq = row[14].split("/")
        of = int(epoch), int(seq), device
    return Movement(*[*row[:8], bool(row[8]), *row[9:12], *of, row[15]])


def print_job(row: Any) -> PrintJob:
    """A row of `compiled.JOB_COLUMNS`."""
    job_id, entry, copy, state, created_ms, receipt = row
    unpacked = paper_sheet.unpack(receipt)
    return PrintJob(job_id, entry >> SEQ_BITS, entry & SEQ_MASK, copy, unpacked, PrintState(state), created_ms)


def item(header: bytes, signature: bytes, body: bytes, frame: bytes | None) -> Item:
    return Item(Record(header, signature, body), frame)
