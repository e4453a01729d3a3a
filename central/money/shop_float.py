"""The float of a shop: what it has paid in, less the fees its tills have taken. Told to the tills by the feed.

Only a request that the centre has accepted takes of it; what a rejected one claims is nobody's debt. A void gives the
float back at once, for the authority never hears of that request; so does a fee that is transferred to the request in
place of one that came back: taken twice, owed once. Any other refund does not: its money comes back when finance
confirms it, as an entry of its own. Nothing is deducted by itself.
"""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from central import audit, two_person_rule
from central.centre import Centre
from central.documents import feed, publishing
from central.store.device_models import Chain, Device, FeedItem, Projection, Shop
from central.store.interface import Session
from central.store.request_models import FloatEntry, FloatUsed, Request
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.strict_json import MAX_INTEGER
from protocol.wire.feed_items import FloatItem


def pay_in(centre: Centre, session: Session, shop: str, amount_pt: int, reference: str, staff: str) -> int:
    """Credit the float of `shop`; every till of it is told. Returns the balance.

    Raises Refused ``no_shop``, ``float_twice`` for a reference that has been paid in already.
    """
    stands_pt, at_ms = _payment(session, shop, reference)
    if stands_pt:
        raise Refused("float_twice", shop=shop, reference=reference, at=show_time(at_ms))
    _enter(centre, session, shop, amount_pt, reference, staff)
    audit.append(session, centre.now_ms(), staff, "float.paid_in", shop, amount_pt=amount_pt, reference=reference)
    return balance_pt(session, shop) or 0


def reverse(centre: Centre, session: Session, shop: str, reference: str, because: str, staff: str) -> str | None:
    """Take back the whole of a payment that was typed wrong, by an entry of its own; it can then be paid in rightly.

    Returns who proposed it, None where this proposes it and nothing has moved. Raises Refused ``no_shop``,
    ``float_unpaid`` where no such payment stands, ``second_person``.
    """
    stands_pt = standing_pt(session, shop, reference)
    if not stands_pt:
        raise Refused("float_unpaid", shop=shop, reference=reference)
    said = {"reference": reference, "amount_pt": stands_pt, "because": because}
    first = two_person_rule.given(centre, session, "float.reversed", shop, said, staff)
    if first is None:
        return None
    _enter(centre, session, shop, -stands_pt, reference, staff)
    audit.append(session, centre.now_ms(), staff, "float.reversed", shop, **said, first=first)
    return first


def standing_pt(session: Session, shop: str, reference: str) -> int:
    """How much a reversal would take back; 0 where no such payment stands. Raises Refused ``no_shop``."""
    return _payment(session, shop, reference)[0]


def _payment(session: Session, shop: str, reference: str) -> tuple[int, int]:
    """How much stands under `reference`, and when that was last written; 0 where nothing does. Raises ``no_shop``."""
    if session.get(Shop, shop, mine=True) is None:
        raise Refused("no_shop", shop=shop)
    entries = session.all(select(FloatEntry).where(FloatEntry.shop == shop, FloatEntry.reference == reference))
    return sum(one.amount_pt for one in entries), max((one.at_ms for one in entries), default=0)


def _enter(centre: Centre, session: Session, shop: str, amount_pt: int, reference: str, staff: str) -> None:
    entry = {"shop": shop, "amount_pt": amount_pt, "reference": reference, "staff": staff, "at_ms": centre.now_ms()}
    session.add(FloatEntry, **entry)
    for device in feed.devices(session, shop):
        put_first_balance(centre, session, device, shop)


def balance_pt(session: Session, shop: str) -> int | None:
    """What is left of it by all that has been projected; None for a shop of which no payment stands."""
    stands_pt = func.sum(FloatEntry.amount_pt)
    payments = session.all(
        select(stands_pt).where(FloatEntry.shop == shop).group_by(col(FloatEntry.reference)).having(stands_pt != 0)
    )
    if not payments:
        return None
    chain = (col(Chain.device) == FloatUsed.device) & (col(Chain.epoch) == FloatUsed.epoch)
    used = session.all(select(FloatUsed.amount_pt).join(Chain, chain).where(Chain.shop == shop))
    return int(sum(payments)) - sum(used)


def use(session: Session, of: tuple[bytes, int, int], total_pt: int) -> None:
    """The request `of` takes `total_pt` of its shop's float in place of what it took before; 0 gives that back."""
    row = session.get(Request, *of)
    if row is not None and row.float_pt != total_pt:
        session.change(Request, *of, float_pt=total_pt)
        add(session, of[0], of[1], total_pt - row.float_pt)


def add(session: Session, device: bytes, epoch: int, amount_pt: int) -> None:
    """What the requests of an epoch take grows by `amount_pt`."""
    if not session.add_new(FloatUsed, device=device, epoch=epoch, amount_pt=amount_pt):
        session.change(FloatUsed, device, epoch, amount_pt=col(FloatUsed.amount_pt) + amount_pt)


def put_balance(centre: Centre, session: Session, device: bytes, shop: str) -> None:
    """Put the balance into the feed of a till, in place of the one before; nothing where the shop has no float, or
    the till has left it: what it sold there came in late.
    """
    balance = balance_pt(session, shop)
    chains, till = session.under(Projection, device), session.get(Device, device)
    if balance is None or not chains or till is None or till.shop != shop:
        return
    newest = chains[-1]
    warn = publishing.in_force(session, centre, shop).shop.float_warn_pt
    told = max(-MAX_INTEGER, min(balance, MAX_INTEGER))  # further than a counter can read, its feed would stand still
    feed.put_alone(session, device, FloatItem(centre.now_ms(), None, told, warn, newest.epoch, newest.done))


def put_first_balance(centre: Centre, session: Session, device: bytes, shop: str) -> None:
    """A till that knows of a float, perhaps another shop's, hears of this one's, or that there is none."""
    if balance_pt(session, shop) is not None:
        put_balance(centre, session, device, shop)
        return
    told = select(FeedItem.n).where(FeedItem.device == device, FeedItem.kind == FloatItem.kind).limit(1)
    if session.one(told) is not None:
        feed.put_alone(session, device, FloatItem(centre.now_ms(), none=True))
