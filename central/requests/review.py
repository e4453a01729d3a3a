"""Requests as the staff sees them: lists, one with its history, and the word that is given on it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.devices import registry
from central.money import shop_float
from central.requests import decisions, reference_authority, refunds, request_rules
from central.requests.decisions import Decision
from central.requests.refunds import RequestKey
from central.store.interface import Session, Value
from central.store.vault import place
from protocol import strict_json
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
from protocol.wire.statuses import UNDECIDED

LIST_LIMIT: Final = 200
_FIELDS: Final = (
    "device, epoch, seq, id, visit, shop, service, service_version, catalogue, total_pt, wall_ms, status, code, "
    "reason_ar, reason_en, at_ms, voided_by, bill, refunded_by"
)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as it stands. `voided_by`, `refunded_by` are the entries that reversed it, 0 when none did."""

    device: bytes
    epoch: int
    seq: int
    id: str
    visit: str
    shop: str
    service: str
    service_version: int
    catalogue: int
    total_pt: int
    wall_ms: int
    status: str
    code: str
    reason_ar: str
    reason_en: str
    at_ms: int
    voided_by: int
    bill: str
    refunded_by: int = 0

    @property
    def name(self) -> str:
        return str(uuid.UUID(bytes=self.device))

    def members(self) -> dict[str, Any]:
        return {
            "id": self.id, "device": self.name, "epoch": self.epoch, "seq": self.seq, "shop": self.shop,
            "service": self.service, "service_version": self.service_version, "catalogue": self.catalogue,
            "total_pt": self.total_pt, "wall_ms": self.wall_ms, "status": self.status, "code": self.code,
            "reason": {"ar": self.reason_ar, "en": self.reason_en}, "at_ms": self.at_ms, "voided_by": self.voided_by,
            "refunded_by": self.refunded_by, "bill": self.bill,
        }  # fmt: skip


def listed(
    session: Session, status: str | None = None, shop: str | None = None, limit: int = LIST_LIMIT
) -> list[RequestRow]:
    """The newest first."""
    wanted: list[tuple[str, Value]] = []
    wanted += [("status = ?", status)] if status else []
    wanted += [("shop = ?", shop)] if shop else []
    where = " AND ".join(clause for clause, _ in wanted)
    sql = f"SELECT {_FIELDS} FROM request {'WHERE ' + where if where else ''} ORDER BY wall_ms DESC, seq DESC LIMIT ?"  # noqa: S608 - fixed texts
    return [RequestRow(*row) for row in session.all(sql, *(value for _, value in wanted), limit)]


def find(session: Session, text: str) -> RequestRow:
    """The request with the id `text`; or of ``<first digits of the device>-<seq>``, the number on the receipt.

    Raises Refused ``no_request``, ``which_device``.
    """
    rows = session.all(f"SELECT {_FIELDS} FROM request WHERE id = ? ORDER BY at_ms LIMIT 2", text)  # noqa: S608 - fixed text
    if not rows and (named := registry.numbered(session, text)) is not None:
        rows = session.all(f"SELECT {_FIELDS} FROM request WHERE device = ? AND seq = ?", *named)  # noqa: S608 - fixed text
    if len(rows) != 1:
        raise Refused("no_request", request=text)
    return RequestRow(*rows[0])


def history(session: Session, case: RequestRow) -> list[dict[str, Any]]:
    """All that was said of a request, in order."""
    rows = session.all(
        """SELECT status, code, reason_ar, reason_en, at_ms, staff FROM outcome
           WHERE device = ? AND epoch = ? AND seq = ? ORDER BY n""",
        case.device, case.epoch, case.seq,
    )  # fmt: skip
    return [
        {"status": status, "code": code, "reason": {"ar": ar, "en": en}, "at_ms": at_ms, "staff": staff}
        for status, code, ar, en, at_ms, staff in rows
    ]


def fields(centre: Centre, session: Session, case: RequestRow, staff: str) -> dict[str, Any]:
    """The citizen's answers, opened for one member of staff; that they were read is written down.

    Empty once erased. Raises Refused ``personal_unreadable`` for a frame that is none, Corrupt ``personal_frame``.
    """
    row = session.one(
        "SELECT sealed FROM personal WHERE device = ? AND epoch = ? AND seq = ?", case.device, case.epoch, case.seq
    )
    if row is None:
        return {}
    audit.append(session, centre.now_ms(), staff, "personal.read", case.id)
    frame = centre.vault.open(row[0], place(case.device, case.epoch, case.seq))
    if request_rules.frame_breach(frame):
        raise Refused("personal_unreadable", request=case.id)
    members: dict[str, Any] = strict_json.loads_object(frame)["fields"]
    return members


@dataclass(frozen=True, slots=True)
class Seen:
    """The state in which the request was seen by whoever decides. Where somebody has given a word on it, `because` says
    why another one takes its place.
    """

    status: str = UNDECIDED
    because: str = ""


FIRST_WORD: Final = Seen()


def decide(
    centre: Centre, session: Session, case: RequestRow, ruling: Decision, staff: str, seen: Seen = FIRST_WORD
) -> None:  # fmt: skip
    """Give a word on a request and tell its device. The word that stands already is not said again.

    Raises Refused ``voided``, ``refunded``; ``decided`` where it does not stand as it was seen; ``because_missing``;
    ``being_refunded`` while a till may be paying it back; ``bill_lost`` when the bill of a request that was rejected
    cannot be paid any more.
    """
    key = case.device, case.epoch, case.seq
    where = "WHERE device = ? AND epoch = ? AND seq = ?"
    row = session.one(f"SELECT {_FIELDS} FROM request {where}{session.locking}", *key)  # noqa: S608 - fixed texts
    assert row is not None  # noqa: S101 - requests are never deleted
    case = RequestRow(*row)  # two of the staff may decide at once
    if case.voided_by:
        raise Refused("voided", request=case.id)
    if ruling == Decision(case.seq, case.id, case.status, case.code, case.reason_ar, case.reason_en):
        return
    if case.refunded_by:
        raise Refused("refunded", request=case.id)
    if case.status != seen.status:
        raise Refused("decided", request=case.id, status=case.status)
    replaces = seen.status != UNDECIDED
    if replaces and not seen.because:
        raise Refused("because_missing", status=case.status)
    if refunds.held(session, RequestKey(*key, case.id)):
        raise Refused("being_refunded", request=case.id)
    now, bill = centre.now_ms(), _settle(centre, session, case, ruling)
    session.run(
        f"UPDATE request SET status = ?, code = ?, reason_ar = ?, reason_en = ?, at_ms = ?, bill = ? {where}",  # noqa: S608 - fixed texts
        ruling.status, ruling.code, ruling.reason_ar, ruling.reason_en, now, bill, *key,
    )  # fmt: skip
    decisions.publish(session, case.device, case.epoch, [ruling], now, staff)
    audit.append(session, now, staff, f"request.{ruling.status}", case.id, code=ruling.code)
    if replaces:
        audit.append(
            session, now, staff, "request.replaced", case.id, before=case.status, code=case.code, because=seen.because
        )  # fmt: skip


def _settle(centre: Centre, session: Session, case: RequestRow, ruling: Decision) -> str:
    """Pay the bill of a request that is no longer rejected, open that of one that now is. Returns its reference.

    One that the centre had rejected as it came takes of its shop's float only now.
    """
    if ruling.status == "rejected":
        if case.bill:
            reference_authority.reopen(session, case.bill)
        return case.bill
    if case.status != "rejected":
        return case.bill
    row = session.one(
        "SELECT body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", case.device, case.epoch, case.seq
    )
    assert row is not None  # noqa: S101 - a request is its entry
    body = RequestEntry.read(bodies.read(row[0]))
    code = reference_authority.pay(session, case.device, body.service, body.bill, None) if body.bill else ""
    reference = body.bill.reference if body.bill else ""
    if code:
        raise Refused("bill_lost", request=case.id, bill=reference, fault=code)
    shop_float.use(session, (case.device, case.epoch, case.seq), case.total_pt)
    shop_float.tell(centre, session, case.device, case.shop)
    return reference
