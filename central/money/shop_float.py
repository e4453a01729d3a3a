"""The prepaid float of a shop: what it has paid in, less the fees its tills have taken. Told to the tills by the feed.

Only a request that the centre has accepted takes of it; what a rejected one claims is nobody's debt. A void gives the
float back at once, for the authority never hears of that request; so does a fee that is carried to the request in the
place of one that came back, for it is taken twice and owed once. Any other refund does not: its money comes back when
finance confirms it, as an entry of its own. Nothing is deducted by itself.
"""

from __future__ import annotations

from central import audit
from central.centre import Centre
from central.documents import feed, publishing
from central.store.interface import Session
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
    for device in feed.devices(session, shop):
        put_balance(centre, session, device, shop)
    found = balance_pt(session, shop)
    assert found is not None  # noqa: S101 - paid in above
    return found


def reverse(centre: Centre, session: Session, shop: str, reference: str, because: str, staff: str) -> str | None:
    """Take back the whole of a payment that was typed wrong, by an entry of its own; it can then be paid in rightly.

    Returns who gave the first word, None where this is it and nothing has moved. Raises Refused ``no_shop``,
    ``float_unpaid`` where no such payment stands, ``second_person``.
    """
    stands_pt, _ = _payment(session, shop, reference)
    if not stands_pt:
        raise Refused("float_unpaid", shop=shop, reference=reference)
    what = f"{reference} {stands_pt} {because}"
    first = audit.first_approver(centre, session, "float.reversed", shop, what, staff)
    if first is None:
        return None
    _enter(centre, session, shop, -stands_pt, reference, staff)
    detail = {"amount_pt": stands_pt, "reference": reference, "because": because, "first": first}
    audit.append(session, centre.now_ms(), staff, "float.reversed", shop, **detail)
    has_float = balance_pt(session, shop) is not None
    for device in feed.devices(session, shop):
        if has_float:
            put_balance(centre, session, device, shop)
        else:
            feed.put_alone(session, device, FloatItem(centre.now_ms(), none=True))
    return first


def _payment(session: Session, shop: str, reference: str) -> tuple[int, int]:
    """How much stands under `reference`, and when that was last written; 0 where nothing does. Raises ``no_shop``."""
    if session.one(f"SELECT 1 FROM shop WHERE id = ?{session.locking}", shop) is None:  # noqa: S608 - fixed texts
        raise Refused("no_shop", shop=shop)
    row = session.one(
        "SELECT coalesce(sum(amount_pt), 0), coalesce(max(at_ms), 0) FROM float_entry WHERE shop = ? AND reference = ?",
        shop, reference,
    )  # fmt: skip
    assert row is not None  # noqa: S101 - a sum is always a row
    return int(row[0]), int(row[1])


def _enter(centre: Centre, session: Session, shop: str, amount_pt: int, reference: str, staff: str) -> None:
    session.run(
        "INSERT INTO float_entry (shop, amount_pt, reference, staff, at_ms) VALUES (?, ?, ?, ?, ?)",
        shop, amount_pt, reference, staff, centre.now_ms(),
    )  # fmt: skip


def balance_pt(session: Session, shop: str) -> int | None:
    """What is left of it by all that has been projected; None for a shop of which no payment stands."""
    row = session.one(
        """SELECT sum(p.stands_pt) FROM (SELECT sum(amount_pt) AS stands_pt FROM float_entry WHERE shop = ?
           GROUP BY reference) p WHERE p.stands_pt <> 0""",
        shop,
    )
    if row is None or row[0] is None:
        return None
    used = session.all(
        """SELECT u.amount_pt FROM float_used u JOIN chain c ON c.device = u.device AND c.epoch = u.epoch
           WHERE c.shop = ?""",
        shop,
    )
    return int(row[0]) - sum(int(amount_pt) for (amount_pt,) in used)


def use(session: Session, of: tuple[bytes, int, int], total_pt: int) -> None:
    """The request `of` takes `total_pt` of its shop's float in place of what it took before; 0 gives that back."""
    row = session.one("SELECT float_pt FROM request WHERE device = ? AND epoch = ? AND seq = ?", *of)
    if row is not None and row[0] != total_pt:
        session.run("UPDATE request SET float_pt = ? WHERE device = ? AND epoch = ? AND seq = ?", total_pt, *of)
        add(session, of[0], of[1], total_pt - row[0])


def add(session: Session, device: bytes, epoch: int, amount_pt: int) -> None:
    """What the requests of an epoch take grows by `amount_pt`."""
    session.run(
        """INSERT INTO float_used VALUES (?, ?, ?) ON CONFLICT (device, epoch)
           DO UPDATE SET amount_pt = float_used.amount_pt + excluded.amount_pt""",
        device, epoch, amount_pt,
    )  # fmt: skip


def put_balance(centre: Centre, session: Session, device: bytes, shop: str) -> None:
    """Put the balance into the feed of a till, in place of the one before; nothing where the shop has no float, or
    the till has left it: what it sold there came in late.
    """
    balance = balance_pt(session, shop)
    chain = session.one(
        """SELECT p.epoch, p.done FROM projection p JOIN device d ON d.id = p.device
           WHERE p.device = ? AND d.shop = ? ORDER BY p.epoch DESC LIMIT 1""",
        device, shop,
    )  # fmt: skip
    if balance is None or chain is None:
        return
    warn = publishing.in_force(session, centre, shop).shop.float_warn_pt
    told = max(-MAX_INTEGER, min(balance, MAX_INTEGER))  # further than a counter can read, its feed would stand still
    feed.put_alone(session, device, FloatItem(centre.now_ms(), None, told, warn, chain[0], chain[1]))


def put_first_balance(centre: Centre, session: Session, device: bytes, shop: str) -> None:
    """A till that comes from another shop knows that one's float: it hears of this one's, or that there is none."""
    if balance_pt(session, shop) is not None:
        put_balance(centre, session, device, shop)
    elif session.one("SELECT 1 FROM feed_item WHERE device = ? AND kind = ?", device, FloatItem.kind) is not None:
        feed.put_alone(session, device, FloatItem(centre.now_ms(), none=True))
