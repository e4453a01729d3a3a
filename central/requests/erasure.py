"""The end of a citizen's data: one request's frame goes, its device is told, the act is kept.

Money, references and outcome stay; what is erased is what names a person. A word is final when nobody is waited for:
approved, rejected, or voided or paid back at the counter. Only what a backup holds is erased: a centre restored from
one asks the device again for what it lacks, and a frame that is gone on both sides could never be sent.
"""

from __future__ import annotations

from typing import Final

from central import audit
from central.centre import Centre
from central.devices import registry
from central.documents import feed, publishing
from central.requests import evidence_files, reference_authority, shop_search
from central.requests.review import RequestRow
from central.requests.staff_requests import Refusal
from central.store import kept_entries
from central.store.interface import Row, Session
from central.store.kept_entries import Key
from protocol.clock import DAY_MS, show_time
from protocol.errors import Refused
from protocol.wire.feed_items import EraseItem
from protocol.wire.statuses import FINAL

DAYS: Final = 60
"""How long the data of a request is kept that names no service we know."""


def erase(centre: Centre, session: Session, request: RequestRow, days: int, staff: str) -> None:
    """Destroy the personal frame of `request` and whatever else names its citizen; put the order into its device's
    feed.

    `days` is how long after the final word the data is kept. Raises Refused ``erased``, ``erase_not_final``,
    ``erase_too_early``, ``erase_not_durable``.
    """
    _refuse(centre, session, request, days)
    _destroy(centre, session, request.key, request.id, staff)
    # After the frame: what is being made findable just now is waited for, and goes too.
    shop_search.forget_citizen(session, *request.key)
    evidence_files.forget(session, *request.key)
    # Also the one that a rejected request named and did not pay: the row of the request says nothing of it.
    paid = kept_entries.request(session, *request.key).bill
    reference_authority.forget(session, request.device, request.bill, paid.reference if paid else "")
    audit.append(session, centre.now_ms(), staff, "personal.erased", request.id, epoch=request.epoch, seq=request.seq)


def erase_refusal(centre: Centre, session: Session, refusal: Refusal, days: int, staff: str) -> None:
    """The same for what could not be taken: nobody decides about it, so the days count from its arrival.

    Raises Refused ``erased``, ``erase_too_early``, ``erase_not_durable``.
    """
    if erased_ms(session, refusal) is not None:
        raise Refused("erased", request=refusal.number)
    _refuse_early(centre, session, refusal.key, refusal.number, refusal.received_ms + days * DAY_MS)
    _destroy(centre, session, refusal.key, "", staff)
    detail = {"epoch": refusal.epoch, "seq": refusal.seq}
    audit.append(session, centre.now_ms(), staff, "personal.erased", refusal.number, **detail)


def _destroy(centre: Centre, session: Session, key: Key, one: str, staff: str) -> None:
    """The frame of an entry, and the order to its device; `one` is the id of its request, if it is one."""
    device, epoch, seq = key
    now = centre.now_ms()
    session.run("DELETE FROM personal WHERE device = ? AND epoch = ? AND seq = ?", *key)
    # The other history of a fork may hold the same citizen: the evidence stays, its frame does not.
    session.run("UPDATE equivocation SET sealed = NULL WHERE device = ? AND epoch = ? AND seq = ?", *key)
    session.run("INSERT INTO erasure VALUES (?, ?, ?, ?, ?, ?, 0)", *key, one, staff, now)
    durable, entry = registry.standing(session, device, epoch).durable, kept_entries.of(session, *key)
    feed.put(session, device, EraseItem(epoch, seq, bytes(entry.hash), one, durable, now))


def _refuse(centre: Centre, session: Session, request: RequestRow, days: int) -> None:
    if erased_ms(session, request) is not None:
        raise Refused("erased", request=request.id)
    if request.status not in FINAL and not request.voided_by and not request.refunded_by:
        raise Refused("erase_not_final", request=request.id, status=request.status)
    _refuse_early(centre, session, request.key, request.id, _final_ms(session, request) + days * DAY_MS)


def _refuse_early(centre: Centre, session: Session, key: Key, request: str, due: int) -> None:
    if centre.now_ms() < due:
        raise Refused("erase_too_early", request=request, due=show_time(due))
    durable = registry.standing(session, *key[:2]).durable
    if key[2] > durable:
        raise Refused("erase_not_durable", request=request, seq=key[2], durable=durable)


def _final_ms(session: Session, request: RequestRow) -> int:
    """When the last word was given: the centre's, or the arrival of the void or refund."""
    rows = session.all(
        """SELECT e.received_ms FROM request r JOIN entry e ON e.device = r.device AND e.epoch = r.epoch
               AND e.seq = r.voided_by
           WHERE r.device = ? AND r.epoch = ? AND r.seq = ?
           UNION ALL
           SELECT e.received_ms FROM request r JOIN entry e ON e.device = coalesce(r.refunded_device, r.device)
               AND e.epoch = CASE WHEN r.refunded_device IS NULL THEN r.epoch ELSE r.refunded_epoch END
               AND e.seq = r.refunded_by
           WHERE r.device = ? AND r.epoch = ? AND r.seq = ?""",
        *request.key * 2,
    )  # fmt: skip
    return max(request.at_ms, *(int(row[0]) for row in rows)) if rows else request.at_ms


def retention_days(centre: Centre, request: RequestRow | Refusal) -> int:
    """What the catalogue under which the request was taken says of its service."""
    service = publishing.service_sold(centre, request.catalogue, request.service)
    return service.retention.personal_days if service else DAYS


def erased_ms(session: Session, request: RequestRow | Refusal) -> int | None:
    """When the data of `request` was erased; None when it was not."""
    row = session.one("SELECT at_ms FROM erasure WHERE device = ? AND epoch = ? AND seq = ?", *request.key)
    return int(row[0]) if row else None


def done(session: Session, device: bytes, epoch: int, seq: int, one: str, now_ms: int) -> None:
    """The device's journal says that it has erased its part. What nobody ordered is no news."""
    session.run(
        "UPDATE erasure SET done_ms = ? WHERE device = ? AND epoch = ? AND seq = ? AND id = ? AND done_ms = 0",
        now_ms, device, epoch, seq, one,
    )  # fmt: skip


def register(session: Session, limit: int) -> list[Row]:
    """(request, device, epoch, number, who erased it, when, when the device had done it or 0), the newest first."""
    return session.all(
        "SELECT id, device, epoch, seq, staff, at_ms, done_ms FROM erasure ORDER BY at_ms DESC, seq DESC LIMIT ?", limit
    )
