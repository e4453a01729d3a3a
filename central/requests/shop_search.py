"""What a till may know of the other tills of its shop: their requests, masked, and whether one is paid back already.

Scoped by the shop that sold, as the statement of that epoch names it: a till that has moved to another shop sees none
of the old one's, and the new shop none of its old ones. Who asked and by what, not for whom, is written down.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices.registry import Chain, name_of
from central.documents import publishing
from central.requests import listed_citizen
from central.store.device_models import Device, Entry, Personal, TillNumber
from central.store.interface import Row, Session
from central.store.model_base import same_entry
from central.store.request_models import RefundHold, Request, RequestKey
from central.store.vault import place
from protocol import members
from protocol.catalogue import fees
from protocol.catalogue.services import PublicService
from protocol.errors import Corrupt
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
from protocol.journal.receipt_code import CODE_BYTES
from protocol.texts import Bilingual, both
from protocol.values import ids, mobile
from protocol.values.arabic import clean, fold_digits
from protocol.values.finding import ScannedPaper, TypedPaper

MOST: Final = 20
MAX_LINES: Final = 100
"""Of fees, of one request: nobody's answer grows by what another till has signed."""
_STATUS, _VOIDED, _REFUNDED = col(Request.status), col(Request.voided_by), col(Request.refunded_by)
STATES: Final[dict[str, ColumnElement[bool]]] = {
    "waiting": (_STATUS == "pending") & (_VOIDED == 0) & (_REFUNDED == 0),
    "approved": _STATUS == "approved", "rejected": _STATUS == "rejected", "sent_back": _STATUS == "sent_back",
    "void": _VOIDED > 0, "refund": _REFUNDED > 0,
}  # fmt: skip
_VOID, _BACK = aliased(Entry), aliased(Entry)
_SELLER, _REFUNDER, _HOLDER = aliased(TillNumber), aliased(TillNumber), aliased(TillNumber)


def _is(entry: type[Entry], device: Any, epoch: Any, seq: Any) -> ColumnElement[bool]:
    return and_(col(entry.device) == device, col(entry.epoch) == epoch, col(entry.seq) == seq)


def _till(till: type[TillNumber], device: Any) -> ColumnElement[bool]:
    return and_(col(till.shop) == Request.shop, col(till.device) == device)


_PAYER: Final = func.coalesce(Request.refunded_device, Request.device)
_PAYER_EPOCH: Final = case((col(Request.refunded_device).is_(None), Request.epoch), else_=Request.refunded_epoch)
_FOUND: Final = (
    select(Request, Entry, Device, Personal)
    .add_columns(
        func.coalesce(_VOID.received_ms, 0).label("voided_ms"),
        func.coalesce(_BACK.received_ms, 0).label("refunded_ms"),
        func.coalesce(_SELLER.number, 0).label("till"),
        func.coalesce(_REFUNDER.number, 0).label("refunder"),
        func.coalesce(_HOLDER.number, 0).label("held_by"),
    )
    .join(Entry, same_entry(Entry, Request))
    .join(Device, col(Device.id) == Request.device)
    .join(Personal, same_entry(Personal, Request), isouter=True)
    .join(RefundHold, same_entry(RefundHold, Request), isouter=True)
    .join(_VOID, _is(_VOID, Request.device, Request.epoch, Request.voided_by), isouter=True)
    .join(_BACK, _is(_BACK, _PAYER, _PAYER_EPOCH, Request.refunded_by), isouter=True)
    .join(_SELLER, _till(_SELLER, Request.device), isouter=True)
    .join(_REFUNDER, _till(_REFUNDER, _PAYER), isouter=True)
    .join(_HOLDER, _till(_HOLDER, RefundHold.holder), isouter=True)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShopQuery:
    """The terms of a search. `key` is (kind, text), as for `mac`; `paper` names one receipt."""

    key: tuple[str, str] | None = None
    paper: TypedPaper | ScannedPaper | None = None
    date: str = ""
    service: str = ""
    state: str = ""

    def by(self) -> list[str]:
        """Which of them were given, for the audit; never what they were."""
        given = [self.key[0]] if self.key else []
        given += ["number"] if self.paper else []
        return given + [name for name in ("date", "service", "state") if getattr(self, name)]


def search(centre: Centre, session: Session, caller: Chain, wanted: ShopQuery) -> list[Row]:
    """Requests of the shop's other tills, newest first, for `shown`; one more than MOST where there are more."""
    others = (col(Request.device) != caller.device) | (col(Request.epoch) < caller.epoch)
    found = _FOUND.where(col(Request.shop) == caller.shop, others)
    if wanted.key is not None:
        kind, text = wanted.key
        found = found.join(RequestKey, same_entry(RequestKey, Request))
        found = found.where(col(RequestKey.mac) == mac(centre, caller.shop, kind, text), col(RequestKey.kind) == kind)
    if wanted.paper is not None:
        found = found.where(_on(wanted.paper))
    for name in ("date", "service"):
        if getattr(wanted, name):
            found = found.where(getattr(Request, name) == getattr(wanted, name))
    if wanted.state:
        found = found.where(STATES[wanted.state])
    return session.all(found.order_by(col(Request.wall_ms).desc(), col(Request.seq).desc()).limit(MOST + 1))


def _on(paper: TypedPaper | ScannedPaper) -> ColumnElement[bool]:
    if isinstance(paper, TypedPaper):
        return and_(col(_SELLER.number) == paper.till, col(Request.epoch) == paper.epoch, col(Request.seq) == paper.seq)
    first = bytes.fromhex(paper.device8)
    return and_(col(Request.device).between(first + bytes(12), first + b"\xff" * 12), col(Request.seq) == paper.seq)


def append_search(centre: Centre, session: Session, caller: Chain, who: str, wanted: ShopQuery, found: int) -> None:
    """Who looked at the other tills' citizens, by what, and how many were shown."""
    audit.append(
        session, centre.now_ms(), caller.name, "shop.searched", caller.shop, op=who, by=wanted.by(), found=found
    )


def shown(centre: Centre, row: Row) -> dict[str, Any]:
    """A row of `search` as the wire shows it. Asks the store itself: call it outside of a session."""
    said, titled = RequestEntry.read(bodies.read(row.body)), publishing.service_sold(centre, row.catalogue, row.service)
    where = place(row.device, row.epoch, row.seq)
    return {
        "device": name_of(row.device), "entry_hash": row.hash.hex(), "date": row.date, "at_ms": row.wall_ms,
        **{name: getattr(row, name) for name in _SHOWN},
        "id": row.said_id,
        "service": {"id": row.service, "version": row.service_version, **_title(titled, row.service)},
        "op": said.author.op or "", "method": (said.method or "cash")[:20],
        "citizen": _citizen(centre, row.sealed, where), "lines": lines_of(titled, said),
        "reason": {"ar": row.reason_ar, "en": row.reason_en},
        "decided_ms": 0 if row.status == "pending" else row.at_ms, "voided_ms": row.voided_ms if row.voided_by else 0,
        "refunded_ms": row.refunded_ms if row.refunded_by else 0,
        "refunded_by": row.refunder if row.refunded_by else 0, "unsent": _unsent(row.heartbeat),
    }  # fmt: skip


_SHOWN: Final = (
    "till", "epoch", "seq", "total_pt", "status", "code", "told_ms", "arrived_ms", "handed_ms", "heard_ms",
    "held_by",
)  # fmt: skip


def _title(service: PublicService | None, name: str) -> dict[str, str]:
    """What the service was called when it was sold; its bare name where that catalogue is none of ours."""
    return members.write(Bilingual.same(name) if service is None else service.title)


def _citizen(centre: Centre, sealed: bytes | None, where: bytes) -> dict[str, str]:
    """As the counter's own lists show a citizen; nothing of one who was erased."""
    return listed_citizen.masked(opened_fields(centre, sealed, where))


def lines_of(service: PublicService | None, body: RequestEntry) -> list[dict[str, Any]]:
    """The fee lines as they were charged, called as they were called; none where they cannot be read."""
    labels = {} if service is None else {cost.code: cost.label for cost in service.costs}
    labels |= {fees.SERVICE_FEE: both("fee.service")}
    found = []
    for row in () if "fees" in body.bad else body.fees[:MAX_LINES]:
        label = labels.get(row.code) or Bilingual.same(row.code[:100])
        found.append({"label": members.write(label), "amount_pt": row.amount_pt})
    return found


def _unsent(heartbeat: str) -> int:
    """What that till said last that it had still to send."""
    said = json.loads(heartbeat or "{}").get("unsent", 0)
    return said if type(said) is int and 0 <= said < 2**53 else 0


# ---- what a request is found by. Personal frames are sealed, so no search can look into them: of its receipt's code,
# of the national ID and of the mobile a keyed hash is kept, under a key that is not in the database and with the shop
# in it. The tables tell neither a number nor that two shops served the same person (docs/adr/0016).

CODE: Final = "code"
CITIZEN: Final = ("national_id", "mobile")
MAC_BYTES: Final = 16
Key = tuple[str, bytes]
"""A kind and the hash under it."""


def mac(centre: Centre, shop: str, kind: str, text: str) -> bytes:
    """The hash that `text` is found by in that shop."""
    own = hmac.new(centre.keys.codes, b"KJ01/findable\n", hashlib.sha256).digest()
    said = "\n".join((kind, shop, folded(kind, text)))
    return hmac.new(own, said.encode(), hashlib.sha256).digest()[:MAC_BYTES]


def folded(kind: str, text: str) -> str:
    """One way to write what may be written in several."""
    if kind == "mobile":
        return mobile.compact(text)
    return "".join(fold_digits(clean(text)).split()).upper()


def keys_of(centre: Centre, shop: str, entry_hash: bytes, fields: Mapping[str, Any]) -> list[Key]:
    """What a request can be found by; `fields` are the citizen's answers, as far as they can be read."""
    said = {name: fields.get(name) for name in CITIZEN}
    texts = {CODE: ids.crockford(entry_hash[:CODE_BYTES])}
    texts |= {name: value for name, value in said.items() if isinstance(value, str) and 0 < len(value) <= 100}
    return [(kind, mac(centre, shop, kind, text)) for kind, text in texts.items()]


def fields_of(frame: bytes | None) -> dict[str, Any] | None:
    """The answers in a frame that has been opened: none where it is gone, None where it cannot be read."""
    if frame is None:
        return {}
    try:
        found = bodies.read(frame).get("fields")
    except bodies.BadJson:
        return None
    return found if isinstance(found, dict) else None


def keep_keys(session: Session, device: bytes, epoch: int, found: Sequence[tuple[int, Key]]) -> None:
    """Write what (entry, key) can be found by; what stands already stays."""
    of = {"device": device, "epoch": epoch}
    rows = [of | {"seq": seq, "kind": kind, "mac": value} for seq, (kind, value) in found]
    session.add_all(RequestKey, rows, new=True)


def forget_citizen(session: Session, device: bytes, epoch: int, seq: int) -> None:
    """The citizen is erased: the request is found by its receipt only. After the frame is gone, never before."""
    named = delete(RequestKey).filter_by(device=device, epoch=epoch, seq=seq)
    session.run(named.where(col(RequestKey.kind) != CODE))


def opened_fields(centre: Centre, sealed: bytes | None, where: bytes) -> dict[str, Any]:
    """The answers in a sealed frame. What cannot be opened stops nobody: its own request only says nothing of them."""
    try:
        return fields_of(None if sealed is None else centre.vault.open(sealed, where)) or {}
    except Corrupt:
        return {}
