"""Who pays a request back, when any till of the shop may: one of them, once (docs/adr/0014, docs/protocol.md).

A till that wants to pay asks for the *hold* of the request. It is given to one device and epoch, has no end of its own,
and ends with the refund's entry, when its holder gives it back unused, or when the staff take it away. So two tills
that ask can never both pay. The till that sold may also pay without a line, as it always could: what that makes a
second time, here or there, is no hold's fault, and is a *case* for the staff. Nothing is corrected by itself.

A void is held as well, by the till that sold, where it has a line: until its entry has come the staff decide nothing,
and what they have decided is voided no more.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import tills
from central.devices.registry import Chain, Till, name_of
from central.documents import feed
from central.money import shop_float
from central.requests import due_times, reference_authority
from central.store import device_models, model_base
from central.store.device_models import Entry, Projection
from central.store.interface import Row, Session
from central.store.kept_entries import Key
from central.store.request_models import RefundHold, Request
from protocol.errors import Refused, Unavailable
from protocol.journal.money_entries import RefundEntry
from protocol.wire.feed_items import RefundItem, RefundState
from protocol.wire.statuses import CAME_BACK, UNDECIDED

DUPLICATE: Final = "request.id_twice"
CASES: Final = ("refund.twice", "refund.early", "refund.unknown", "refund.amount", "void.late", DUPLICATE)
"""Paid back though it was reversed already; though nobody had rejected it; of a request that is not the shop's; another
amount than was taken, by a refund or a void; voided without a line though it had been approved; sold under an id that
was in use.
"""
HOLD_BYTES: Final = 8
OVER: Final = {"due_ms": due_times.NEVER_MS}
"""Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A request, by all that names it; `id` is what its till calls it."""

    device: bytes
    epoch: int
    seq: int
    id: str

    @classmethod
    def of(cls, request: Request) -> RequestKey:
        return cls(request.device, request.epoch, request.seq, request.said_id)

    @property
    def key(self) -> Key:
        return self.device, self.epoch, self.seq

    @property
    def columns(self) -> dict[str, bytes | int]:
        return {"device": self.device, "epoch": self.epoch, "seq": self.seq}


def paid_back(till: Till, body: RefundEntry) -> RequestKey | None:
    """`device` names another till of the shop, that sold it; without it this one did. None: it names none at all."""
    try:
        device = uuid.UUID(body.device).bytes if body.device else till.device
    except ValueError:
        return None
    return RequestKey(device, body.epoch, body.seq, body.id)


def hold(
    centre: Centre, session: Session, caller: Chain, of: RequestKey, who: str, *, void: bool = False
) -> tuple[str, int]:
    """Let `caller` pay that request back, or `void` it. Returns the hold's name and the total in piastres.

    Its own hold is given again, under a new name: a giving back of before, come late, then means another one.
    Raises Refused: ``refund_unknown``, ``refund_voided``, ``refund_undue``, of a void ``void_decided``;
    ``refund_done``, ``refund_held`` (`by`);
    Unavailable ``later``: the till that sold it has sent what nobody has looked into yet, and may have paid.
    """
    found = _standing(session, of)
    if caller.device != of.device and _behind(session, of.device):
        raise Unavailable("later")
    if found is None or (of.device != caller.device and (void or found.shop != caller.shop)):
        raise Refused("refund_unknown")
    if found.voided_by:
        raise Refused("refund_voided")
    if found.refunded_by:
        raise Refused("refund_done", by=till_of(session, of, found.refunded_device or of.device))
    held = session.get(RefundHold, *of.key)
    mine = held is not None and (held.holder, held.holder_epoch) == (caller.device, caller.epoch)
    if held is not None and not mine:
        raise Refused("refund_held", by=till_of(session, of, held.holder))
    if found.status not in ((UNDECIDED,) if void else CAME_BACK):
        raise Refused("void_decided" if void else "refund_undue")
    name, now = centre.random(HOLD_BYTES).hex(), centre.now_ms()
    given = {"holder": caller.device, "holder_epoch": caller.epoch, "hold": name, "at_ms": now}
    session.put(RefundHold, **of.columns, **given)
    if not mine:
        _put_state(centre, session, of, "held", caller.device)
        audit.append(session, now, caller.name, "refund.held", found.id, op=who)
    return name, found.total_pt


def till_of(session: Session, of: RequestKey, device: bytes) -> int:
    """The number of `device` in the shop that sold the request; 0 where nobody knows the request or the device."""
    sold = session.get(device_models.Chain, of.device, of.epoch)
    return 0 if sold is None else tills.number_of(session, sold.shop, device)


def _behind(session: Session, device: bytes) -> bool:
    here = {chain.epoch: chain.hwm for chain in session.under(device_models.Chain, device)}
    return any(one.done < here[one.epoch] for one in session.under(Projection, device))


def release(centre: Centre, session: Session, caller: Chain, of: RequestKey, name: str) -> bool:
    """`caller` has not paid and will not, under that hold. Whether there was one to give back."""
    gone = _drop(session, of, holder=caller.device, holder_epoch=caller.epoch, hold=name)
    if gone:
        _freed(centre, session, of, caller.device, caller.name)
    return gone


def _drop(session: Session, of: RequestKey, **held: bytes | int | str) -> bool:
    """Whether there was such a hold."""
    return session.run(delete(RefundHold).filter_by(**of.columns, **held)) > 0


def take_away(centre: Centre, session: Session, of: RequestKey, staff: str) -> None:
    """The staff are sure that the holder has not paid: its till is lost, say. Raises Refused ``refund_free``."""
    held = holder(session, of)
    if held is None:
        raise Refused("refund_free", request=of.id)
    _drop(session, of)
    _freed(centre, session, of, held, staff)


def holder(session: Session, of: RequestKey) -> bytes | None:
    """The till that may be paying it back."""
    row = session.get(RefundHold, *of.key)
    return None if row is None else row.holder


def settle(centre: Centre, session: Session, payer: Key, shop: str, of: RequestKey, total_pt: object) -> bool:
    """The entry `payer` (device, epoch, entry) says that `total_pt` of this was paid back. Whether it is what ended
    the request.

    It is kept whatever it says; what should not have been becomes a case.
    """
    if _standing(session, of) is None and _to_come(session, shop, of):
        _keep_early(centre, session, payer, shop, of, total_pt)
    return _end(centre, session, payer, shop, of, total_pt)


def _to_come(session: Session, shop: str, of: RequestKey) -> bool:
    """Whether the request may come in yet: nothing of its number has, and its till is of that shop or not known."""
    chain = session.get(device_models.Chain, of.device, of.epoch)
    looked = session.get(Projection, of.device, of.epoch)
    return chain is None or looked is None or (looked.done < of.seq and chain.shop == shop)


def _keep_early(centre: Centre, session: Session, payer: Key, shop: str, of: RequestKey, total_pt: object) -> None:
    """After a restore the payer may send again before the till that sold. Kept where a hold would stand."""
    said = json.dumps({"seq": payer[2], "shop": shop, "id": of.id, "total_pt": total_pt})
    given = {"holder": payer[0], "holder_epoch": payer[1], "hold": said, "at_ms": centre.now_ms()}
    session.add_new(RefundHold, **of.columns, **given)


def catch_up(centre: Centre, session: Session, device: bytes, epoch: int, first: int, last: int) -> None:
    """Requests have come in whose refund may have come before them: then they are paid back already."""
    early = col(RefundHold.seq).between(first, last) & col(RefundHold.hold).startswith("{")
    for row in session.all(select(RefundHold).filter_by(device=device, epoch=epoch).where(early)):
        paid = json.loads(row.hold)
        payer, of = (row.holder, row.holder_epoch, paid["seq"]), RequestKey(device, epoch, row.seq, paid["id"])
        _drop(session, of, hold=row.hold)
        if _standing(session, of) is not None:
            _end(centre, session, payer, paid["shop"], of, paid["total_pt"])


def _end(centre: Centre, session: Session, payer: Key, shop: str, of: RequestKey, total_pt: object) -> bool:
    device, epoch, seq = payer
    found = _standing(session, of)
    if found is None or (of.device != device and found.shop != shop):
        _case(centre, session, "refund.unknown", payer, of)
        return False
    if total_pt != found.total_pt:
        _case(centre, session, "refund.amount", payer, of)
    if found.refunded_by or found.voided_by:
        _drop(session, of, holder=device, holder_epoch=epoch)
        _case(centre, session, "refund.twice", payer, of)
        return False
    session.change(Request, *of.key, refunded_by=seq, refunded_device=device, refunded_epoch=epoch, **OVER)
    _drop(session, of)
    if found.status not in CAME_BACK:
        _case(centre, session, "refund.early", payer, of)
    if found.bill and found.status == "sent_back":
        reference_authority.reopen(session, found.bill)  # a rejection has done so already
    if of.device != device:
        _put_state(centre, session, of, "refunded", device)
    return True


def void(centre: Centre, session: Session, payer: Key, of: RequestKey, total_pt: object) -> bool:
    """The entry `payer` says that this was voided. Whether it was no void of nothing: the money has gone back then.

    Float and bill are free again only where nobody had decided: once approved, the authority has heard of it.
    """
    found = _standing(session, of)
    if found is None or found.voided_by:
        _case(centre, session, "refund.twice" if found else "refund.unknown", payer, of)
        return False
    if total_pt != found.total_pt:
        _case(centre, session, "refund.amount", payer, of)
    session.change(Request, *of.key, voided_by=payer[2], **OVER)
    _drop(session, of, holder=payer[0])
    if found.refunded_by:
        _case(centre, session, "refund.twice", payer, of)
        return True
    if found.status == "approved":
        _case(centre, session, "void.late", payer, of)
    if found.status == UNDECIDED:
        shop_float.use(session, of.key, 0)
    if found.bill and found.status in (UNDECIDED, "sent_back"):
        reference_authority.reopen(session, found.bill)  # a rejection has done so already
    return True


def append_duplicate(centre: Centre, session: Session, sold: Key, one: str, holder: bytes) -> None:
    """The entry `sold` names an id that a request of `holder` has; it is kept as the request `one`."""
    detail = {"epoch": sold[1], "seq": sold[2], "sold_by": name_of(holder)}
    audit.append(session, centre.now_ms(), name_of(sold[0]), DUPLICATE, one, **detail)


def cases(session: Session, limit: int, of: Collection[bytes] | None = None) -> list[dict[str, Any]]:
    """What a person must look into, by the paying device (`staff`; one of `of`), of a request (`subject`); the newest
    first.
    """
    return audit.listed(session, limit, CASES, None if of is None else [*map(name_of, of)])


def holds(session: Session, limit: int, of: Collection[bytes] | None = None) -> list[Row]:
    """(since when, holder, its epoch, request) of what was promised (to `of`) and not paid yet, the oldest first."""
    held = select(RefundHold.at_ms, RefundHold.holder, RefundHold.holder_epoch, Request.id)
    held = held.join(Request, model_base.same_entry(Request, RefundHold))
    held = held if of is None else held.where(col(RefundHold.holder).in_(of))
    return session.all(held.order_by(col(RefundHold.at_ms), col(Request.id)).limit(limit))


def _standing(session: Session, of: RequestKey) -> Request | None:
    """The request, mine until the end of the transaction."""
    found = session.get(Request, *of.key, mine=True)
    return None if found is None or found.said_id != of.id else found


def _named(session: Session, of: RequestKey) -> str:
    """Its id at the centre; of what is no request here the one that was said."""
    found = session.get(Request, *of.key)
    return of.id if found is None or found.said_id != of.id else found.id


def _freed(centre: Centre, session: Session, of: RequestKey, holder: bytes, who: str) -> None:
    _put_state(centre, session, of, "free", holder)
    audit.append(session, centre.now_ms(), who, "refund.freed", _named(session, of))


def _put_state(centre: Centre, session: Session, of: RequestKey, state: RefundState, by: bytes) -> None:
    """The till that sold it hears of it, unless it is its own doing."""
    if by == of.device:
        return
    entry_hash = session.the(Entry, *of.key).hash
    item = RefundItem(of.epoch, of.seq, entry_hash, of.id, state, till_of(session, of, by), centre.now_ms())
    feed.put(session, of.device, item)


def _case(centre: Centre, session: Session, act: str, payer: Key, of: RequestKey) -> None:
    device, epoch, seq = payer
    audit.append(
        session, centre.now_ms(), name_of(device), act, _named(session, of), epoch=epoch, seq=seq,
        sold_by=name_of(of.device), sold_epoch=of.epoch, sold_seq=of.seq,
    )  # fmt: skip
