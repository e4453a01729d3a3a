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
from central.documents import feed
from central.documents.catalogues import Catalogues
from central.requests import evidence_files, request_index
from central.requests.refused_sales import Refusal
from central.requests.review import RequestRow
from central.store.interface import Row, Session
from protocol.clock import DAY_MS, show_time
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
from protocol.wire.feed_items import EraseItem
from protocol.wire.statuses import FINAL

DAYS: Final = 60
"""How long the data of a request is kept that names no service we know."""


def erase(centre: Centre, session: Session, case: RequestRow, days: int, staff: str) -> None:
    """Destroy the personal frame of `case` and whatever else names its citizen; put the order into the device's feed.

    `days` is how long after the final word the data is kept. Raises Refused ``erased``, ``erase_not_final``,
    ``erase_too_early``, ``erase_not_durable``.
    """
    chain = registry.chain(session, case.device, case.epoch)
    assert chain is not None  # noqa: S101 - a request stands in a chain, and chains are never deleted
    _refuse(centre, session, case, days, chain.durable)
    key = (case.device, case.epoch, case.seq)
    _destroy(centre, session, key, case.id, staff)
    request_index.forget(
        session, *key
    )  # after the frame: what is being made findable just now is waited for, and goes too
    evidence_files.forget(session, *key)
    # Also the one that a rejected request named and did not pay: the row of the request says nothing of it.
    paid = RequestEntry.read(bodies.read(_entry(session, key)[1])).bill
    named = paid.reference if paid else ""
    session.run(
        "UPDATE bill SET plate = '' WHERE reference = ? OR (reference = ? AND device = ?)",
        case.bill,
        named,
        case.device,
    )
    audit.append(session, centre.now_ms(), staff, "personal.erased", case.id, epoch=case.epoch, seq=case.seq)


def erase_refusal(centre: Centre, session: Session, refusal: Refusal, days: int, staff: str) -> None:
    """The same for what could not be taken: nobody decides about it, so the days count from its arrival.

    Raises Refused ``erased``, ``erase_too_early``, ``erase_not_durable``.
    """
    chain = registry.chain(session, refusal.device, refusal.epoch)
    assert chain is not None  # noqa: S101 - an entry stands in a chain, and chains are never deleted
    if erased_ms(session, refusal) is not None:
        raise Refused("erased", request=refusal.number)
    _refuse_early(centre, refusal.number, refusal.received_ms + days * DAY_MS, refusal.seq, chain.durable)
    _destroy(centre, session, (refusal.device, refusal.epoch, refusal.seq), "", staff)
    audit.append(
        session, centre.now_ms(), staff, "personal.erased", refusal.number, epoch=refusal.epoch, seq=refusal.seq
    )  # fmt: skip


def _destroy(centre: Centre, session: Session, key: tuple[bytes, int, int], one: str, staff: str) -> None:
    """The frame of an entry, and the order to its device; `one` is the id of its request, if it is one."""
    device, epoch, seq = key
    now = centre.now_ms()
    chain = registry.chain(session, device, epoch)
    assert chain is not None  # noqa: S101 - as above
    session.run("DELETE FROM personal WHERE device = ? AND epoch = ? AND seq = ?", *key)
    # The other history of a fork may hold the same citizen: the evidence stays, its frame does not.
    session.run("UPDATE equivocation SET sealed = NULL WHERE device = ? AND epoch = ? AND seq = ?", *key)
    session.run("INSERT INTO erasure VALUES (?, ?, ?, ?, ?, ?, 0)", *key, one, staff, now)
    feed.put(session, device, EraseItem(epoch, seq, bytes(_entry(session, key)[0]), one, chain.durable, now))


def _refuse(centre: Centre, session: Session, case: RequestRow, days: int, durable: int) -> None:
    if erased_ms(session, case) is not None:
        raise Refused("erased", request=case.id)
    if case.status not in FINAL and not case.voided_by and not case.refunded_by:
        raise Refused("erase_not_final", request=case.id, status=case.status)
    _refuse_early(centre, case.id, _final_ms(session, case) + days * DAY_MS, case.seq, durable)


def _refuse_early(centre: Centre, request: str, due: int, seq: int, durable: int) -> None:
    if centre.now_ms() < due:
        raise Refused("erase_too_early", request=request, due=show_time(due))
    if seq > durable:
        raise Refused("erase_not_durable", request=request, seq=seq, durable=durable)


def _final_ms(session: Session, case: RequestRow) -> int:
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
        *(case.device, case.epoch, case.seq) * 2,
    )  # fmt: skip
    return max(case.at_ms, *(int(row[0]) for row in rows)) if rows else case.at_ms


def _entry(session: Session, key: tuple[bytes, int, int]) -> tuple[bytes, bytes]:
    """Its hash and its body."""
    row = session.one("SELECT hash, body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", *key)
    assert row is not None  # noqa: S101 - a request is made of its entry
    return row[0], row[1]


def retention_days(catalogues: Catalogues, case: RequestRow | Refusal) -> int:
    """What the catalogue under which the request was taken says of its service."""
    catalogue = catalogues.get(case.catalogue)
    service = catalogue.services.get(case.service) if catalogue else None
    return service.retention.personal_days if service else DAYS


def erased_ms(session: Session, case: RequestRow | Refusal) -> int | None:
    """When the data of `case` was erased; None when it was not."""
    row = session.one(
        "SELECT at_ms FROM erasure WHERE device = ? AND epoch = ? AND seq = ?", case.device, case.epoch, case.seq
    )
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
