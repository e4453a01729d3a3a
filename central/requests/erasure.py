"""The end of a citizen's data: one request's frame goes, its device is told, the act is kept.

Money, references and decision stay; what is erased is what names a person. A decision is final when nobody is waited
for: approved, rejected, or voided or paid back at the counter. Only what a backup holds is erased: a centre restored
from one asks the device again for what it lacks, and a frame that is gone on both sides could never be sent.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select

from central import audit, two_person_rule
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Till
from central.documents import feed, publishing
from central.requests import decision_words, evidence_files, reference_authority, shop_search
from central.requests.staff_requests import Refusal
from central.store import kept_entries
from central.store.device_models import Entry, Equivocation, Personal
from central.store.interface import Session
from central.store.kept_entries import Key, key
from central.store.request_models import Erasure, Request
from central.store.sqlite_store import SqliteStore
from protocol.clock import DAY_MS, show_time
from protocol.errors import Refused
from protocol.wire.feed_items import EraseItem
from protocol.wire.statuses import FINAL

DAYS: Final = 60
"""How long the data of a request is kept that names no service we know."""


def erase_by_two(centre: Centre, session: Session, meant: Request | Refusal, days: int, staff: str) -> str | None:
    """`erase`, once two of the staff want it. Returns who proposed it, None where this proposes it.

    Raises Refused as `erase`, ``second_person``.
    """
    refuse_unready(centre, session, meant, days)
    first = two_person_rule.given(centre, session, "personal.erased", meant.id, {"days": days}, staff)
    if first is not None:
        erase(centre, session, meant, days, staff)
    return first


def refuse_unready(centre: Centre, session: Session, meant: Request | Refusal, days: int) -> None:
    """Raises Refused ``erased``, ``erase_not_final``, ``erase_too_early``, ``erase_not_durable``."""
    if erased_ms(session, meant) is not None:
        raise Refused("erased", request=meant.id)
    if isinstance(meant, Refusal):
        _refuse_early(centre, session, meant, meant.received_ms + days * DAY_MS)
        return
    if meant.status not in FINAL and not meant.voided_by and not meant.refunded_by:
        raise Refused("erase_not_final", request=meant.id, status=meant.status)
    _refuse_early(centre, session, meant, _final_ms(session, meant) + days * DAY_MS)


def erase(centre: Centre, session: Session, meant: Request | Refusal, days: int, staff: str) -> None:
    """Destroy the personal frame of `meant` and whatever else names its citizen; put the order into its device's feed.

    `days` is how long after the final decision the data is kept; nobody decides about what could not be taken: there
    they count from its arrival. Raises Refused ``erased``, ``erase_not_final``, ``erase_too_early``,
    ``erase_not_durable``.
    """
    refuse_unready(centre, session, meant, days)
    if isinstance(meant, Refusal):
        _destroy(centre, session, key(meant), "", staff)
    else:
        _destroy(centre, session, key(meant), meant.said_id, staff)
        _forget(session, meant)
    audit.append(session, centre.now_ms(), staff, "personal.erased", meant.id, epoch=meant.epoch, seq=meant.seq)


def settle(centre: Centre) -> None:
    """After the commit that destroys: what is gone from the embedded database leaves its log, too."""
    if isinstance(centre.store, SqliteStore):
        centre.store.checkpoint()


def _refuse_early(centre: Centre, session: Session, meant: Request | Refusal, due: int) -> None:
    if centre.now_ms() < due:
        raise Refused("erase_too_early", request=meant.id, due=show_time(due))
    durable = registry.standing(session, meant.device, meant.epoch).durable
    if meant.seq > durable:
        raise Refused("erase_not_durable", request=meant.id, seq=meant.seq, durable=durable)


def _forget(session: Session, request: Request) -> None:
    # After the frame: what is being made findable just now is waited for, and goes too.
    shop_search.forget_citizen(session, *key(request))
    session.change(Request, *key(request), listed=None)
    decision_words.forget(session, request)
    evidence_files.forget(session, *key(request))
    # Also the one that a rejected request named and did not pay: the row of the request says nothing of it.
    paid = kept_entries.request(session, *key(request)).bill
    reference_authority.forget(session, request.device, request.bill, paid.reference if paid else "")


def _destroy(centre: Centre, session: Session, entry: Key, one: str, staff: str) -> None:
    """The frame of an entry, and the order to its device; `one` is what its till calls its request, if it is one."""
    device, epoch, seq = entry
    of, now = {"device": device, "epoch": epoch, "seq": seq}, centre.now_ms()
    session.remove(Personal, *entry)
    # The other history of a fork may hold the same citizen: the evidence stays, its frame does not.
    session.run(update(Equivocation).filter_by(**of).values(sealed=None))
    session.add(Erasure, **of, id=one, staff=staff, at_ms=now, done_ms=0)
    durable, entry_hash = registry.standing(session, device, epoch).durable, session.the(Entry, *entry).hash
    feed.put(session, device, EraseItem(epoch, seq, entry_hash, one, durable, now))


def _final_ms(session: Session, request: Request) -> int:
    """When the last decision was given: the centre's, or the arrival of the void or refund."""
    own, other = (request.device, request.epoch), request.refunded_device
    refunder = own if other is None else (other, request.refunded_epoch)
    ends = [session.get(Entry, *own, request.voided_by)]
    ends += [session.get(Entry, *refunder, request.refunded_by)]
    return max(request.at_ms, *(0 if end is None else end.received_ms for end in ends))


def retention_days(centre: Centre, request: Request | Refusal) -> int:
    """What the catalogue under which the request was taken says of its service."""
    service = publishing.service_sold(centre, request.catalogue, request.service)
    return service.retention.personal_days if service else DAYS


def erased_ms(session: Session, request: Request | Refusal) -> int | None:
    """When the data of `request` was erased; None when it was not."""
    row = session.get(Erasure, *key(request))
    return row.at_ms if row else None


def done(centre: Centre, session: Session, till: Till, *, of: tuple[int, int, str]) -> None:
    """The device's journal says that it has erased its part. What nobody ordered is no news."""
    epoch, seq, one = of
    ordered = update(Erasure).filter_by(device=till.device, epoch=epoch, seq=seq, id=one, done_ms=0)
    session.run(ordered.values(done_ms=centre.now_ms()))


def register(session: Session, limit: int) -> list[dict[str, Any]]:
    """Whose data was erased, by whom, when, and when the device had done it or 0; the newest first."""
    newest = select(Erasure).order_by(col(Erasure.at_ms).desc(), col(Erasure.seq).desc())
    return [
        {
            "id": row.id or f"{row.device.hex()[:8]}-{row.seq}", "device": registry.name_of(row.device),
            "epoch": row.epoch, "seq": row.seq, "staff": row.staff, "at_ms": row.at_ms, "done_ms": row.done_ms,
        }
        for row in session.all(newest.limit(limit))
    ]  # fmt: skip
