"""The end of a citizen's data: one request's frame goes, its device is told, the act is kept.

Money, references and outcome stay; what is erased is what names a person. A word is final when nobody is waited for:
approved, rejected, or voided or paid back at the counter. Only what a backup holds is erased: a centre restored from
one asks the device again for what it lacks, and a frame that is gone on both sides could never be sent.
"""

from __future__ import annotations

from typing import Any, Final

from central import audit
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Till
from central.documents import feed, publishing
from central.requests import evidence_files, reference_authority, shop_search
from central.requests.review import RequestRow
from central.requests.staff_requests import Refusal
from central.store import kept_entries
from central.store.interface import Session
from central.store.kept_entries import Key
from protocol.clock import DAY_MS, show_time
from protocol.errors import Refused
from protocol.wire.feed_items import EraseItem
from protocol.wire.statuses import FINAL

DAYS: Final = 60
"""How long the data of a request is kept that names no service we know."""


def erase(centre: Centre, session: Session, meant: RequestRow | Refusal, days: int, staff: str) -> None:
    """Destroy the personal frame of `meant` and whatever else names its citizen; put the order into its device's feed.

    `days` is how long after the final word the data is kept; nobody decides about what could not be taken: there they
    count from its arrival. Raises Refused ``erased``, ``erase_not_final``, ``erase_too_early``, ``erase_not_durable``.
    """
    if erased_ms(session, meant) is not None:
        raise Refused("erased", request=meant.id)
    if isinstance(meant, RequestRow):
        if meant.status not in FINAL and not meant.voided_by and not meant.refunded_by:
            raise Refused("erase_not_final", request=meant.id, status=meant.status)
        _refuse_early(centre, session, meant, _final_ms(session, meant) + days * DAY_MS)
        _destroy(centre, session, meant.key, meant.id, staff)
        _forget(session, meant)
    else:
        _refuse_early(centre, session, meant, meant.received_ms + days * DAY_MS)
        _destroy(centre, session, meant.key, "", staff)
    audit.append(session, centre.now_ms(), staff, "personal.erased", meant.id, epoch=meant.epoch, seq=meant.seq)


def _refuse_early(centre: Centre, session: Session, meant: RequestRow | Refusal, due: int) -> None:
    if centre.now_ms() < due:
        raise Refused("erase_too_early", request=meant.id, due=show_time(due))
    durable = registry.standing(session, meant.device, meant.epoch).durable
    if meant.seq > durable:
        raise Refused("erase_not_durable", request=meant.id, seq=meant.seq, durable=durable)


def _forget(session: Session, request: RequestRow) -> None:
    # After the frame: what is being made findable just now is waited for, and goes too.
    shop_search.forget_citizen(session, *request.key)
    evidence_files.forget(session, *request.key)
    # Also the one that a rejected request named and did not pay: the row of the request says nothing of it.
    paid = kept_entries.request(session, *request.key).bill
    reference_authority.forget(session, request.device, request.bill, paid.reference if paid else "")


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


def done(centre: Centre, session: Session, till: Till, *, of: tuple[int, int, str]) -> None:
    """The device's journal says that it has erased its part. What nobody ordered is no news."""
    session.run(
        "UPDATE erasure SET done_ms = ? WHERE device = ? AND epoch = ? AND seq = ? AND id = ? AND done_ms = 0",
        centre.now_ms(), till.device, *of,
    )  # fmt: skip


def register(session: Session, limit: int) -> list[dict[str, Any]]:
    """Whose data was erased, by whom, when, and when the device had done it or 0; the newest first."""
    rows = session.all(
        "SELECT id, device, epoch, seq, staff, at_ms, done_ms FROM erasure ORDER BY at_ms DESC, seq DESC LIMIT ?", limit
    )
    return [
        {
            "id": one or f"{device.hex()[:8]}-{seq}", "device": registry.name_of(device), "epoch": epoch, "seq": seq,
            "staff": staff, "at_ms": at_ms, "done_ms": done_ms,
        }
        for one, device, epoch, seq, staff, at_ms, done_ms in rows
    ]  # fmt: skip
