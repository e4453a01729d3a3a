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
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.devices.registry import Chain, name_of
from central.documents import feed
from central.money import shop_float
from central.requests import reference_authority
from central.store import kept_entries
from central.store.interface import Row, Session
from central.store.kept_entries import Key
from protocol.errors import Refused, Unavailable
from protocol.wire.feed_items import RefundItem, RefundState
from protocol.wire.statuses import CAME_BACK, UNDECIDED

CASES: Final = ("refund.twice", "refund.early", "refund.unknown", "refund.amount", "void.late")
"""Paid back though it was reversed already; though nobody had rejected it; of a request that is not the shop's; another
amount than was taken, by a refund or a void; voided without a line though it had been approved.
"""
HOLD_BYTES: Final = 8
_HELD: Final = "SELECT holder, holder_epoch, hold, at_ms FROM refund_hold WHERE device = ? AND epoch = ? AND seq = ?"

_DROP: Final = "DELETE FROM refund_hold WHERE device = ? AND epoch = ? AND seq = ?"


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A request, by all that names it."""

    device: bytes
    epoch: int
    seq: int
    id: str

    @property
    def key(self) -> Key:
        return self.device, self.epoch, self.seq


@dataclass(frozen=True, slots=True)
class _RefundStanding:
    hash: bytes
    shop: str
    total_pt: int
    status: str
    voided_by: int
    refunded_by: int
    refunder: bytes | None
    bill: str


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
        raise Refused("refund_done", by=name_of(found.refunder or of.device))
    held = session.one(_HELD, *of.key)
    mine = held is not None and (held[0], held[1]) == (caller.device, caller.epoch)
    if held is not None and not mine:
        raise Refused("refund_held", by=name_of(held[0]))
    if found.status not in ((UNDECIDED,) if void else CAME_BACK):
        raise Refused("void_decided" if void else "refund_undue")
    name, now = centre.random(HOLD_BYTES).hex(), centre.now_ms()
    session.run(_DROP, *of.key)
    session.run("INSERT INTO refund_hold VALUES (?, ?, ?, ?, ?, ?, ?)", *of.key, caller.device, caller.epoch, name, now)
    if not mine:
        _put_state(centre, session, of, found.hash, "held", caller.device)
        audit.append(session, now, caller.name, "refund.held", of.id, op=who)
    return name, found.total_pt


def _behind(session: Session, device: bytes) -> bool:
    sql = """SELECT 1 FROM projection p JOIN chain c ON c.device = p.device AND c.epoch = p.epoch
             WHERE p.device = ? AND p.done < c.hwm"""
    return session.one(sql, device) is not None


def release(centre: Centre, session: Session, caller: Chain, of: RequestKey, name: str) -> bool:
    """`caller` has not paid and will not, under that hold. Whether there was one to give back."""
    gone = session.run(
        f"{_DROP} AND holder = ? AND holder_epoch = ? AND hold = ?",
        *of.key, caller.device, caller.epoch, name,
    )  # fmt: skip
    if gone:
        _freed(centre, session, of, caller.device, caller.name)
    return bool(gone)


def take_away(centre: Centre, session: Session, of: RequestKey, staff: str) -> None:
    """The staff are sure that the holder has not paid: its till is lost, say. Raises Refused ``refund_free``."""
    held = session.one(_HELD, *of.key)
    if held is None:
        raise Refused("refund_free", request=of.id)
    session.run(_DROP, *of.key)
    _freed(centre, session, of, held[0], staff)


def holder(session: Session, of: RequestKey) -> bytes | None:
    """The till that may be paying it back."""
    row = session.one(_HELD, *of.key)
    return None if row is None else row[0]


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
    row = session.one(
        """SELECT p.done, c.shop FROM projection p JOIN chain c ON c.device = p.device AND c.epoch = p.epoch
           WHERE p.device = ? AND p.epoch = ?""",
        of.device, of.epoch,
    )  # fmt: skip
    return row is None or (row[0] < of.seq and row[1] == shop)


def _keep_early(centre: Centre, session: Session, payer: Key, shop: str, of: RequestKey, total_pt: object) -> None:
    """After a restore the payer may send again before the till that sold. Kept where a hold would stand."""
    said = json.dumps({"seq": payer[2], "shop": shop, "id": of.id, "total_pt": total_pt})
    session.run(
        "INSERT INTO refund_hold VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device, epoch, seq) DO NOTHING",
        *of.key, *payer[:2], said, centre.now_ms(),
    )  # fmt: skip


def catch_up(centre: Centre, session: Session, device: bytes, epoch: int, first: int, last: int) -> None:
    """Requests have come in whose refund may have come before them: then they are paid back already."""
    rows = session.all(
        """SELECT seq, holder, holder_epoch, hold FROM refund_hold
           WHERE device = ? AND epoch = ? AND seq BETWEEN ? AND ? AND hold LIKE '{%'""",
        device, epoch, first, last,
    )  # fmt: skip
    for seq, holder, holder_epoch, said in rows:
        paid = json.loads(said)
        session.run(f"{_DROP} AND hold = ?", device, epoch, seq, said)
        payer, of = (holder, holder_epoch, paid["seq"]), RequestKey(device, epoch, seq, paid["id"])
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
        session.run(f"{_DROP} AND holder = ? AND holder_epoch = ?", *of.key, device, epoch)
        _case(centre, session, "refund.twice", payer, of)
        return False
    session.run(
        """UPDATE request SET refunded_by = ?, refunded_device = ?, refunded_epoch = ?
           WHERE device = ? AND epoch = ? AND seq = ?""",
        seq, device, epoch, *of.key,
    )  # fmt: skip
    session.run(_DROP, *of.key)
    if found.status not in CAME_BACK:
        _case(centre, session, "refund.early", payer, of)
    if found.bill and found.status == "sent_back":
        reference_authority.reopen(session, found.bill)  # a rejection has done so already
    if of.device != device:
        _put_state(centre, session, of, found.hash, "refunded", device)
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
    session.run("UPDATE request SET voided_by = ? WHERE device = ? AND epoch = ? AND seq = ?", payer[2], *of.key)
    session.run(f"{_DROP} AND holder = ?", *of.key, payer[0])
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


def cases(session: Session, limit: int) -> list[dict[str, Any]]:
    """What a person must look into, by the paying device (`staff`), of a request (`subject`); the newest first."""
    return audit.listed(session, limit, CASES)


def holds(session: Session, limit: int) -> list[Row]:
    """(since when, holder, its epoch, request) of what was promised and not paid yet, the oldest first."""
    return session.all(
        """SELECT h.at_ms, h.holder, h.holder_epoch, r.id FROM refund_hold h
           JOIN request r ON r.device = h.device AND r.epoch = h.epoch AND r.seq = h.seq
           ORDER BY h.at_ms, r.id LIMIT ?""",
        limit,
    )  # fmt: skip


def _standing(session: Session, of: RequestKey) -> _RefundStanding | None:
    """The request, mine until the end of the transaction."""
    row = session.one(
        f"""SELECT shop, total_pt, status, voided_by, refunded_by, refunded_device, bill FROM request
            WHERE device = ? AND epoch = ? AND seq = ? AND id = ?{session.locking}""",  # noqa: S608 - fixed texts
        *of.key, of.id,
    )  # fmt: skip
    if row is None:
        return None
    return _RefundStanding(kept_entries.of(session, *of.key).hash, *row)


def _freed(centre: Centre, session: Session, of: RequestKey, holder: bytes, who: str) -> None:
    _put_state(centre, session, of, kept_entries.of(session, *of.key).hash, "free", holder)
    audit.append(session, centre.now_ms(), who, "refund.freed", of.id)


def _put_state(
    centre: Centre, session: Session, of: RequestKey, entry_hash: bytes, state: RefundState, by: bytes
) -> None:
    """The till that sold it hears of it, unless it is its own doing."""
    if by == of.device:
        return
    item = RefundItem(of.epoch, of.seq, bytes(entry_hash), of.id, state, name_of(by), centre.now_ms())
    feed.put(session, of.device, item)


def _case(centre: Centre, session: Session, act: str, payer: Key, of: RequestKey) -> None:
    device, epoch, seq = payer
    audit.append(
        session, centre.now_ms(), name_of(device), act, of.id, epoch=epoch, seq=seq, sold_by=name_of(of.device),
        sold_epoch=of.epoch, sold_seq=of.seq,
    )  # fmt: skip
