"""From rows to the frozen values the rest of the program sees."""

from __future__ import annotations

from typing import Any, Final

from kiosk.model import paper_sheet
from kiosk.model.service_request import Movement, Outcome, PrintJob, PrintState, Request
from protocol.journal.kj01 import Record
from protocol.journal.personal import Item
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK

# What a request shows is joined in when it is read: sent from the mark, the centre's word, the state of the paper.
REQUEST_COLUMNS: Final = """
    r.id, r.request_id, r.visit, r.line, r.lines, r.service_id, r.service_version, r.catalogue, r.date, r.created_ms,
    r.operator, r.total_pt, r.tendered_pt, r.code, r.name, r.national_id, r.mobile,
    (SELECT entry_hash FROM journal WHERE id = r.id),
    (r.id & 4294967295) <= coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0),
    (SELECT state FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number = 0 ORDER BY n DESC LIMIT 1),
    (SELECT count(*) FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number > 0),
    o.status, o.code, o.reason_ar, o.reason_en, o.at_ms,
    r.service_pt, r.vat_pt, r.commission_pt, r.method, r.reference,
    coalesce((SELECT kind FROM movement WHERE of_entry = r.id), ''),
    coalesce(o.seen, 0), coalesce(o.told, 0),
    (SELECT arrived_ms FROM output WHERE id = r.id), (SELECT handed_ms FROM output WHERE id = r.id),
    coalesce((SELECT handed_to FROM output WHERE id = r.id), ''),
    coalesce((SELECT state FROM elsewhere WHERE id = r.id), ''),
    coalesce((SELECT device FROM elsewhere WHERE id = r.id), ''), r.day_number
"""
MOVEMENT_COLUMNS: Final = """
    id, kind, date, at_ms, operator, amount_pt, reason, cash, second, party, reference, coalesce(of_entry, 0),
    coalesce((SELECT of_request FROM paid_for WHERE paid_for.id = movement.id), ''), day_number
"""
JOB_COLUMNS: Final = "job_id, entry, copy_number, receipt, state, created_ms"


def request(row: Any) -> Request:
    """A row of REQUEST_COLUMNS."""
    number, request_id, *kept = row[:17]
    entry_hash, sent, paper, copies, status, *said = row[17:26]
    epoch, seq = number >> SEQ_BITS, number & SEQ_MASK
    outcome = None if status is None else Outcome(epoch, seq, status, *said)
    joined = [bool(sent), outcome, None if paper is None else PrintState(paper), copies]
    follow_up = [bool(row[32]), bool(row[33]), *row[34:]]
    return Request(*[request_id, epoch, seq, *kept[:12], entry_hash, *kept[12:], *joined, *row[26:32], *follow_up])


def movement(row: Any) -> Movement:
    """A row of MOVEMENT_COLUMNS."""
    number, kind, date, at_ms, operator, amount_pt, reason, cash, second, party, reference, of, paid_for, nth = row
    device, epoch, seq = paid_for.split("/") if paid_for else ("", of >> SEQ_BITS, of & SEQ_MASK)
    return Movement(
        kind, number >> SEQ_BITS, number & SEQ_MASK, date, at_ms, operator, amount_pt, reason, bool(cash), second,
        party, reference, int(epoch), int(seq), device, nth,
    )  # fmt: skip


def print_job(row: Any) -> PrintJob:
    """A row of JOB_COLUMNS."""
    job_id, entry, copy, receipt, state, created_ms = row
    unpacked = paper_sheet.unpack(receipt)
    return PrintJob(job_id, entry >> SEQ_BITS, entry & SEQ_MASK, copy, unpacked, PrintState(state), created_ms)


def item(header: bytes, signature: bytes, body: bytes, frame: bytes | None) -> Item:
    return Item(Record(header, signature, body), frame)
