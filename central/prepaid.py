"""The prepaid float of a shop: what it has paid in, less the fees its tills have taken. Told to the tills by the feed.

A void gives the float back at once, for the authority never hears of that request; so does a fee that is carried to
the request in the place of one that came back, for it is taken twice and owed once. Any other refund does not: its
money comes back when finance confirms it, as an entry of its own (decisions 25). Nothing is deducted by itself.
"""

from __future__ import annotations

from typing import Any, Final

from central import audit, documents, feed
from central.centre import Centre
from central.store import Session
from kiosk import strict_json
from kiosk.clock import show_time
from kiosk.errors import Refused

KIND: Final = "float"


def pay_in(centre: Centre, session: Session, shop: str, amount_pt: int, reference: str, staff: str) -> int:
    """Credit the float of `shop`; every till of it is told. Returns the balance.

    Raises Refused ``no_shop``, ``float_twice`` for a reference that has been paid in already.
    """
    if session.one(f"SELECT 1 FROM shop WHERE id = ?{session.locking}", shop) is None:  # noqa: S608 - fixed texts
        raise Refused("no_shop", shop=shop)
    before = session.one("SELECT at_ms FROM float_entry WHERE shop = ? AND reference = ?", shop, reference)
    if before is not None:
        raise Refused("float_twice", shop=shop, reference=reference, at=show_time(before[0]))
    session.run(
        "INSERT INTO float_entry (shop, amount_pt, reference, staff, at_ms) VALUES (?, ?, ?, ?, ?)",
        shop, amount_pt, reference, staff, centre.now_ms(),
    )  # fmt: skip
    audit.note(session, centre.now_ms(), staff, "float.paid_in", shop, amount_pt=amount_pt, reference=reference)
    for (device,) in session.all("SELECT id FROM device WHERE shop = ? ORDER BY id", shop):
        tell(centre, session, device, shop)
    found = balance_pt(session, shop)
    assert found is not None  # noqa: S101 - paid in above
    return found


def balance_pt(session: Session, shop: str) -> int | None:
    """What is left of it by all that has been projected; None for a shop that has never paid anything in."""
    row = session.one("SELECT sum(amount_pt) FROM float_entry WHERE shop = ?", shop)
    if row is None or row[0] is None:
        return None
    used = session.one(
        """SELECT coalesce(sum(CASE s.name WHEN 'taken' THEN s.amount_pt ELSE -s.amount_pt END), 0)
           FROM till_sum s JOIN device d ON d.id = s.device
           WHERE d.shop = ? AND s.name IN ('taken', 'void', 'carried')""",
        shop,
    )
    assert used is not None  # noqa: S101 - a sum is always a row
    return int(row[0]) - int(used[0])


def tell(centre: Centre, session: Session, device: bytes, shop: str) -> None:
    """Put the balance into the feed of a till, in place of the one before; nothing where the shop has no float."""
    balance = balance_pt(session, shop)
    chain = session.one("SELECT epoch, done FROM projection WHERE device = ? ORDER BY epoch DESC LIMIT 1", device)
    if balance is None or chain is None:
        return
    warn = documents.members_in_force(session, centre, shop)["shop"].get("float_warn_pt", 0)
    item = {"kind": KIND, "balance_pt": balance, "warn_pt": warn, "epoch": chain[0], "seq": chain[1]}
    _put(session, device, {**item, "at_ms": centre.now_ms()})


def retell(session: Session, now_ms: int) -> None:
    """Tell the tills that were told another balance than the true one; the audit keeps both."""
    found = session.all(
        """SELECT d.id, d.shop, f.body FROM feed_item f JOIN device d ON d.id = f.device WHERE f.kind = ?
           ORDER BY d.shop, d.id""",
        KIND,
    )
    for device, shop, body in found:
        item, balance = strict_json.loads_object(body.encode()), balance_pt(session, shop)
        chain = session.one("SELECT epoch, done FROM projection WHERE device = ? ORDER BY epoch DESC LIMIT 1", device)
        if chain is not None and balance not in (None, item["balance_pt"]):
            told = {"balance_pt": balance, "epoch": chain[0], "seq": chain[1], "at_ms": now_ms}
            _put(session, device, {**item, **told})
            before = item["balance_pt"]
            audit.note_once(
                session, now_ms, audit.CENTRE, "float.recounted", shop, before_pt=before, amount_pt=balance
            )  # fmt: skip


def _put(session: Session, device: bytes, item: dict[str, Any]) -> None:
    session.run("DELETE FROM feed_item WHERE device = ? AND kind = ?", device, KIND)
    feed.put(session, device, [item])
