"""Acts that give money back or make a copy, and who else has agreed to each.

That is another person of the shop, one of the two being a supervisor (`op2`, `login2`); the centre, asked first
(`approval`, which `central.requests.approvals` looks into); for a void the digits that only the citizen's first paper
carries (docs/adr/0031); for a refund the centre's own decision. What has none is kept all the same, and the audit says
so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from sqlmodel import select

from central import audit
from central.centre import Centre
from central.devices.registry import Change, Till
from central.requests import approvals, refunds
from central.store import kept_entries
from central.store.device_models import Entry, Operator
from central.store.interface import Session
from central.store.request_models import Request
from protocol.documents.settings import DaySettings
from protocol.journal import first_paper
from protocol.journal.entries import EntryType, ErasureAsked
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.money_entries import DayClosing, RefundEntry, RequestEntry, VoidEntry
from protocol.journal.people import Agreement, Author
from protocol.journal.staff_entries import Vouched
from protocol.wire.statuses import CAME_BACK

MISSING: Final = "agreement.missing"
WHATS: Final[Mapping[int, str]] = {
    EntryType.VOID: "void", EntryType.REFUND: "refund", EntryType.DAY_CLOSE: "difference",
    EntryType.COPY_PRINTED: "copy", EntryType.EXPORT: "copy", EntryType.ERASURE: "erasure",
    EntryType.LIMIT_EXTENSION: "extension",
}  # fmt: skip
_OF_A_SUPERVISOR: Final = (EntryType.EXPORT, EntryType.ERASURE)
"""What a supervisor may do alone."""


def changes(seq: int, body: Body | Unknown, day: DaySettings) -> list[Change]:
    """The change that looks whether an entry has the agreement it wants, unless `approvals` does. `day`: of a close."""
    if body.entry_type not in WHATS or approvals.used(seq, body):
        return []
    if body.entry_type == EntryType.ERASURE and not isinstance(body, ErasureAsked):
        return []  # the centre has ordered that one
    if isinstance(body, DayClosing) and abs(body.difference_pt) <= day.difference_pt:
        return []
    return [partial(_record, seq=seq, body=body)]


def _record(centre: Centre, session: Session, till: Till, *, seq: int, body: Body | Unknown) -> None:
    """Write into the audit that nobody agreed to it."""
    if not _stands(session, till, seq, body):
        detail = {"what": WHATS[body.entry_type], "epoch": till.epoch, "shop": till.shop, "amount_pt": _amount_pt(body)}
        number = f"{till.device.hex()[:8]}-{seq}"
        audit.append(session, centre.now_ms(), till.name, MISSING, number, **detail)


def _amount_pt(body: Body | Unknown) -> int:
    match body:
        case DayClosing():
            return body.difference_pt
        case VoidEntry() | RefundEntry():
            return body.total_pt
    return 0


def _stands(session: Session, till: Till, seq: int, body: Body | Unknown) -> bool:
    match body:
        case RefundEntry():
            return _ruled(session, till, body)
        case VoidEntry() if _shown(session, till, body):
            return True
    return _agreed(session, till, seq, body)


def _ruled(session: Session, till: Till, body: RefundEntry) -> bool:
    """Whether the centre has rejected it or sent it back."""
    of = refunds.paid_back(till, body)
    if of is None:
        return False
    row = session.get(Request, *of.key)
    return row is not None and row.status in CAME_BACK


def _shown(session: Session, till: Till, body: VoidEntry) -> bool:
    """Whether the citizen's first paper was there: its digits are those that the request names."""
    sold = _entry(session, till, body.seq)
    return isinstance(sold, RequestEntry) and body.paper != "" and first_paper.opens(sold.paper, body.paper)


def _agreed(session: Session, till: Till, seq: int, body: Body | Unknown) -> bool:
    author, agreement = getattr(body, "author", Author()), getattr(body, "agreement", Agreement())
    op, op2, login2 = author.op, agreement.op2, agreement.login2 or 0
    people = session.all(select(Operator.id, Operator.role).where(Operator.shop == till.shop))
    roles = {role for who, role in people if who in (op, op2)}
    if "supervisor" not in roles:
        return False
    if op2 is None:
        return body.entry_type in _OF_A_SUPERVISOR
    word = _entry(session, till, login2) if login2 < seq else None
    own = isinstance(word, Vouched) and word.author.op == op2
    return own and op2 != op and op2 in (who for who, _ in people)


def _entry(session: Session, till: Till, seq: int) -> Body | Unknown | None:
    found = session.get(Entry, till.device, till.epoch, seq)
    return None if found is None else kept_entries.read(found)
