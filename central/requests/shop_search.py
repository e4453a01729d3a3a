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

from central import audit
from central.centre import Centre
from central.devices.registry import Chain, name_of
from central.documents import publishing
from central.store.interface import Row, Session, Value
from central.store.vault import place
from protocol.catalogue import fees
from protocol.catalogue.services import PublicService
from protocol.errors import Corrupt
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
from protocol.journal.receipt_code import CODE_BYTES
from protocol.texts import say
from protocol.values import ids, mobile
from protocol.values.arabic import clean, fold_digits
from protocol.values.masked import last_four, short_name

MOST: Final = 20
MAX_LINES: Final = 100
"""Of fees, of one request: nobody's answer grows by what another till has signed."""
STATES: Final = {
    "waiting": "r.status = 'pending' AND r.voided_by = 0 AND r.refunded_by = 0",
    "approved": "r.status = 'approved'", "rejected": "r.status = 'rejected'", "sent_back": "r.status = 'sent_back'",
    "void": "r.voided_by > 0", "refund": "r.refunded_by > 0",
}  # fmt: skip
_FIELDS: Final = (
    "r.device, r.epoch, r.seq, r.id, e.hash, e.body, r.service, r.service_version, r.catalogue, r.date, r.wall_ms,"
    " r.total_pt, r.status, r.code, r.reason_ar, r.reason_en, r.at_ms, coalesce(v.received_ms, 0),"
    " coalesce(b.received_ms, 0), coalesce(r.refunded_device, r.device), r.voided_by, r.refunded_by, r.told_ms,"
    " r.arrived_ms, r.handed_ms, d.heard_ms, d.heartbeat, p.sealed, h.holder"
)
_FROM: Final = """FROM request r
    JOIN entry e ON e.device = r.device AND e.epoch = r.epoch AND e.seq = r.seq
    JOIN device d ON d.id = r.device
    LEFT JOIN personal p ON p.device = r.device AND p.epoch = r.epoch AND p.seq = r.seq
    LEFT JOIN refund_hold h ON h.device = r.device AND h.epoch = r.epoch AND h.seq = r.seq
    LEFT JOIN entry v ON v.device = r.device AND v.epoch = r.epoch AND v.seq = r.voided_by
    LEFT JOIN entry b ON b.device = coalesce(r.refunded_device, r.device) AND b.seq = r.refunded_by
        AND b.epoch = CASE WHEN r.refunded_device IS NULL THEN r.epoch ELSE r.refunded_epoch END"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `key` is (kind, text), as for `mac`; `device8` and `seq` the number of a receipt."""

    key: tuple[str, str] | None = None
    device8: str = ""
    seq: int = 0
    date: str = ""
    service: str = ""
    state: str = ""

    def by(self) -> list[str]:
        """Which of them were given, for the audit; never what they were."""
        given = [self.key[0]] if self.key else []
        given += ["number"] if self.seq else []
        return given + [name for name in ("date", "service", "state") if getattr(self, name)]


def search(centre: Centre, session: Session, caller: Chain, wanted: Wanted) -> list[Row]:
    """Requests of the shop's other tills, newest first, for `shown`; one more than MOST where there are more."""
    tests: list[tuple[str, tuple[Value, ...]]] = [
        ("r.shop = ? AND (r.device <> ? OR r.epoch < ?)", (caller.shop, caller.device, caller.epoch))
    ]
    joined = _FROM
    if wanted.key is not None:
        joined += " JOIN request_key k ON k.device = r.device AND k.epoch = r.epoch AND k.seq = r.seq"
        kind, text = wanted.key
        tests.append(("k.mac = ? AND k.kind = ?", (mac(centre, caller.shop, kind, text), kind)))
    if wanted.seq:
        first = bytes.fromhex(wanted.device8)
        tests.append(("r.device BETWEEN ? AND ? AND r.seq = ?", (first + bytes(12), first + b"\xff" * 12, wanted.seq)))
    tests += [(f"r.{name} = ?", (getattr(wanted, name),)) for name in ("date", "service") if getattr(wanted, name)]
    if wanted.state:
        tests.append((STATES[wanted.state], ()))
    where = " AND ".join(test for test, _ in tests)
    return session.all(
        f"SELECT {_FIELDS} {joined} WHERE {where} ORDER BY r.wall_ms DESC, r.seq DESC LIMIT ?",
        *(value for _, values in tests for value in values), MOST + 1,
    )  # fmt: skip


def append_search(centre: Centre, session: Session, caller: Chain, who: str, wanted: Wanted, found: int) -> None:
    """Who looked at the other tills' citizens, by what, and how many were shown."""
    audit.append(
        session, centre.now_ms(), caller.name, "shop.searched", caller.shop, op=who, by=wanted.by(), found=found
    )


def shown(centre: Centre, row: Row) -> dict[str, Any]:
    """A row of `search` as the wire shows it. Asks the store itself: call it outside of a session."""
    (device, epoch, seq, one, entry_hash, body, service, version, catalogue, date, wall_ms, total_pt, status, code,
     reason_ar, reason_en, at_ms, voided_ms, refunded_ms, refunder, voided_by, refunded_by, told_ms, arrived_ms,
     handed_ms, heard_ms, heartbeat, sealed, holder) = row  # fmt: skip
    said, titled = RequestEntry.read(bodies.read(body)), publishing.service_sold(centre, catalogue, service)
    return {
        "device": name_of(device), "epoch": epoch, "seq": seq, "id": one, "entry_hash": entry_hash.hex(),
        "service": {"id": service, "version": version, **_title(titled, service)}, "date": date, "at_ms": wall_ms,
        "op": said.author.op or "", "method": (said.method or "cash")[:20],
        "citizen": _citizen(centre, sealed, place(device, epoch, seq)), "total_pt": total_pt,
        "lines": _lines(titled, said), "status": status, "code": code, "reason": {"ar": reason_ar, "en": reason_en},
        "decided_ms": 0 if status == "pending" else at_ms, "voided_ms": voided_ms if voided_by else 0,
        "refunded_ms": refunded_ms if refunded_by else 0, "refunded_by": name_of(refunder) if refunded_by else "",
        "held_by": "" if holder is None else name_of(holder), "told_ms": told_ms, "arrived_ms": arrived_ms,
        "handed_ms": handed_ms, "heard_ms": heard_ms, "unsent": _unsent(heartbeat),
    }  # fmt: skip


def _title(service: PublicService | None, name: str) -> dict[str, str]:
    """What the service was called when it was sold; its bare name where that catalogue is none of ours."""
    return {"ar": name, "en": name} if service is None else {"ar": service.title["ar"], "en": service.title["en"]}


def _citizen(centre: Centre, sealed: bytes | None, where: bytes) -> dict[str, str]:
    """As the counter's own lists show a citizen; nothing of one who was erased."""
    said = opened_fields(centre, sealed, where)
    return {"name": short_name(str(said.get("name", ""))[:200]), "id_end": last_four(str(said.get("national_id", "")))}


def _lines(service: PublicService | None, body: RequestEntry) -> list[dict[str, Any]]:
    """The fee lines as they were charged, called as they were called; none where they cannot be read."""
    labels = {} if service is None else {cost.code: cost.label for cost in service.costs}
    labels |= {fees.SERVICE_FEE: {"ar": say("ar", "fee.service"), "en": say("en", "fee.service")}}
    found = []
    for row in () if "fees" in body.bad else body.fees[:MAX_LINES]:
        label = labels.get(row.code, {"ar": row.code[:100], "en": row.code[:100]})
        found.append({"label": {"ar": label["ar"], "en": label["en"]}, "amount_pt": row.amount_pt})
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
    if found:
        session.many(
            "INSERT INTO request_key VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, epoch, seq, kind) DO NOTHING",
            [(device, epoch, seq, kind, value) for seq, (kind, value) in found],
        )


def forget_citizen(session: Session, device: bytes, epoch: int, seq: int) -> None:
    """The citizen is erased: the request is found by its receipt only. After the frame is gone, never before."""
    session.run(
        "DELETE FROM request_key WHERE device = ? AND epoch = ? AND seq = ? AND kind <> ?", device, epoch, seq, CODE
    )


def opened_fields(centre: Centre, sealed: bytes | None, where: bytes) -> dict[str, Any]:
    """The answers in a sealed frame. What cannot be opened stops nobody: its own request only says nothing of them."""
    try:
        return fields_of(None if sealed is None else centre.vault.open(sealed, where)) or {}
    except Corrupt:
        return {}
