"""Requests as the staff sees them: lists, one with its history; and the centre's word on it, which is kept in order and
put into the feed of the device that took it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.devices import registry
from central.documents import feed
from central.money import shop_float
from central.requests import reference_authority, refunds, shop_search
from central.requests.refunds import RequestKey
from central.store import kept_entries
from central.store.interface import Session, Value
from central.store.vault import place
from protocol.errors import Refused
from protocol.texts import say
from protocol.wire.feed_items import OutcomeItem
from protocol.wire.statuses import UNDECIDED

LIST_LIMIT: Final = 200


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
    def key(self) -> kept_entries.Key:
        return self.device, self.epoch, self.seq

    @property
    def name(self) -> str:
        return str(uuid.UUID(bytes=self.device))

    def members(self) -> dict[str, Any]:
        return {
            "id": self.id, "device": self.name, **{name: getattr(self, name) for name in _SHOWN},
            "reason": {"ar": self.reason_ar, "en": self.reason_en},
        }  # fmt: skip


_FIELDS: Final = ", ".join(one.name for one in dataclass_fields(RequestRow))
_SHOWN: Final = (
    "epoch", "seq", "shop", "service", "service_version", "catalogue", "total_pt", "wall_ms", "status", "code", "at_ms",
    "voided_by", "refunded_by", "bill",
)  # fmt: skip


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


def history(session: Session, request: RequestRow) -> list[dict[str, Any]]:
    """All that was said of a request, in order."""
    rows = session.all(
        """SELECT status, code, reason_ar, reason_en, at_ms, staff FROM outcome
           WHERE device = ? AND epoch = ? AND seq = ? ORDER BY n""",
        *request.key,
    )
    return [
        {"status": status, "code": code, "reason": {"ar": ar, "en": en}, "at_ms": at_ms, "staff": staff}
        for status, code, ar, en, at_ms, staff in rows
    ]


def fields(centre: Centre, session: Session, request: RequestRow, staff: str) -> dict[str, Any]:
    """The citizen's answers, opened for one member of staff; that they were read is written down.

    Empty once erased. Raises Refused ``personal_unreadable`` for a frame that is none, Corrupt ``personal_frame``.
    """
    row = session.one("SELECT sealed FROM personal WHERE device = ? AND epoch = ? AND seq = ?", *request.key)
    if row is None:
        return {}
    audit.append(session, centre.now_ms(), staff, "personal.read", request.id)
    said = shop_search.fields_of(centre.vault.open(row[0], place(*request.key)))
    if said is None:
        raise Refused("personal_unreadable", request=request.id)
    return said


@dataclass(frozen=True, slots=True)
class Seen:
    """The state in which the request was seen by whoever decides. Where somebody has given a word on it, `because` says
    why another one takes its place.
    """

    status: str = UNDECIDED
    because: str = ""


FIRST_WORD: Final = Seen()


def decide(
    centre: Centre, session: Session, request: RequestRow, ruling: Decision, staff: str, seen: Seen = FIRST_WORD
) -> None:  # fmt: skip
    """Give a word on a request and tell its device. The word that stands already is not said again.

    Raises Refused ``voided``, ``refunded``; ``decided`` where it does not stand as it was seen; ``because_missing``;
    ``being_refunded`` while a till may be paying it back; ``bill_lost`` when the bill of a request that was rejected
    cannot be paid any more.
    """
    key = request.key
    where = "WHERE device = ? AND epoch = ? AND seq = ?"
    row = session.one(f"SELECT {_FIELDS} FROM request {where}{session.locking}", *key)  # noqa: S608 - fixed texts
    assert row is not None  # noqa: S101 - requests are never deleted
    request = RequestRow(*row)  # two of the staff may decide at once
    if request.voided_by:
        raise Refused("voided", request=request.id)
    if ruling == Decision(request.seq, request.id, request.status, request.code, request.reason_ar, request.reason_en):
        return
    if request.refunded_by:
        raise Refused("refunded", request=request.id)
    if request.status != seen.status:
        raise Refused("decided", request=request.id, status=request.status)
    replaces = seen.status != UNDECIDED
    if replaces and not seen.because:
        raise Refused("because_missing", status=request.status)
    if refunds.holder(session, RequestKey(*key, request.id)) is not None:
        raise Refused("being_refunded", request=request.id)
    now, bill = centre.now_ms(), _settle(centre, session, request, ruling)
    session.run(
        f"UPDATE request SET status = ?, code = ?, reason_ar = ?, reason_en = ?, at_ms = ?, bill = ? {where}",  # noqa: S608 - fixed texts
        ruling.status, ruling.code, ruling.reason_ar, ruling.reason_en, now, bill, *key,
    )  # fmt: skip
    publish_decisions(session, request.device, request.epoch, [ruling], now, staff)
    audit.append(session, now, staff, f"request.{ruling.status}", request.id, code=ruling.code)
    if replaces:
        before = {"before": request.status, "code": request.code, "because": seen.because}
        audit.append(session, now, staff, "request.replaced", request.id, **before)


def _settle(centre: Centre, session: Session, request: RequestRow, ruling: Decision) -> str:
    """Pay the bill of a request that is no longer rejected, open that of one that now is. Returns its reference.

    One that the centre had rejected as it came takes of its shop's float only now.
    """
    if ruling.status == "rejected":
        if request.bill:
            reference_authority.reopen(session, request.bill)
        return request.bill
    if request.status != "rejected":
        return request.bill
    body = kept_entries.request(session, *request.key)
    code = reference_authority.pay(session, request.device, body.service, body.bill, None) if body.bill else ""
    reference = body.bill.reference if body.bill else ""
    if code:
        raise Refused("bill_lost", request=request.id, bill=reference, fault=code)
    shop_float.use(session, request.key, request.total_pt)
    shop_float.put_balance(centre, session, request.device, request.shop)
    return reference


@dataclass(frozen=True, slots=True)
class Decision:
    """One request and what became of it; `code` is for programs, the reasons are for people."""

    seq: int
    id: str
    status: str
    code: str
    reason_ar: str
    reason_en: str


def reasons(code: str) -> tuple[str, str]:
    """What people are told of a code of the centre's own."""
    return say("ar", f"central.outcome.{code}"), say("en", f"central.outcome.{code}")


def publish_decisions(
    session: Session, device: bytes, epoch: int, rulings: Sequence[Decision], at_ms: int, staff: str
) -> None:
    """Keep `rulings` and tell the device; the rows of `request` are the caller's."""
    if not rulings:
        return
    session.many(
        """INSERT INTO outcome (device, epoch, seq, status, code, reason_ar, reason_en, at_ms, staff)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [(device, epoch, r.seq, r.status, r.code, r.reason_ar, r.reason_en, at_ms, staff) for r in rulings],
    )
    marks = ", ".join("?" * len(rulings))
    hashes: dict[int, bytes] = dict(
        session.all(
            f"SELECT seq, hash FROM entry WHERE device = ? AND epoch = ? AND seq IN ({marks})",  # noqa: S608 - question marks
            device, epoch, *(r.seq for r in rulings),
        )
    )  # fmt: skip
    items = [
        OutcomeItem(
            epoch, r.seq, bytes(hashes[r.seq]), r.id, r.status, at_ms, r.code, {"ar": r.reason_ar, "en": r.reason_en}
        )
        for r in rulings
    ]
    feed.put(session, device, *items)
