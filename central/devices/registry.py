"""Devices and their chains. A chain is one epoch: a key, its journal's last acknowledged entry, and a state.

States: *active*; *suspended* (reversible); *frozen* (two histories were shown: evidence is kept, only a new epoch
goes on); *erased* (stolen: ordered to destroy its keys); *superseded* (a newer epoch was approved, or its computer is
being replaced; its records are still taken, under the newer key).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, update
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import tills
from central.documents import feed
from central.store import device_models
from central.store.device_models import Device, Slot
from central.store.interface import Row, Session
from protocol import strict_json
from protocol.documents.device_standing import EarlierEpoch, Verdict, payload
from protocol.documents.trust import VERDICT, seal_object
from protocol.errors import Refused
from protocol.journal.acknowledgement import Ack
from protocol.values.arabic import fold_digits_only
from protocol.values.receipt_number import read_number
from protocol.wire.feed_items import OrderItem

DIGITS: Final = 32
_HEX: Final = re.compile(r"[0-9a-f]+", re.ASCII)
SHORTEST: Final = 4
"""Digits of a device's name."""
MOST_NAMED: Final = 5
NUMBER_BYTES: Final = 4
"""Of a device's name that its receipts and lists show: no two devices share them."""


class Named:
    """Whatever is one device's."""

    __slots__ = ()
    device: bytes

    @property
    def name(self) -> str:
        return name_of(self.device)


@dataclass(frozen=True, slots=True)
class Chain(Named):
    """One epoch of one device as it stands. `hash` is the genesis at `hwm` 0."""

    device: bytes
    epoch: int
    public: bytes
    state: str
    hwm: int
    hash: bytes
    server_ms: int
    shop: str
    durable: int

    def ack(self, now_ms: int) -> Ack:
        """What may be acknowledged now; the time never runs backwards, whatever the clock does."""
        return Ack(self.device, self.epoch, self.hwm, self.hash, max(now_ms, self.server_ms))


@dataclass(frozen=True, slots=True)
class Till(Named):
    """Whose entries they are: an epoch of a device, and the shop that it stood in."""

    device: bytes
    epoch: int
    shop: str


Change = Callable[[Centre, Session, Till], object]
"""What an entry does at the centre, in the transaction that moves the projection's cursor."""


_ROW = device_models.Chain
_CHAINS: Final = select(_ROW, Device.shop).join(Device, col(Device.id) == _ROW.device)


def name_of(device: bytes) -> str:
    return str(uuid.UUID(bytes=device))


def _read(row: Row) -> Chain:
    """The device may have moved to another shop since: the last column says where it is now."""
    return Chain(row.device, row.epoch, row.pub, row.state, row.hwm, row.hash, row.server_ms, row[-1], row.durable)


def chain(session: Session, device: bytes, epoch: int) -> Chain | None:
    row = session.one(_CHAINS.where(_ROW.device == device, _ROW.epoch == epoch))
    return _read(row) if row else None


def chains(session: Session) -> list[Chain]:
    return [_read(row) for row in session.all(_CHAINS.order_by(col(_ROW.device), col(_ROW.epoch)))]


def epoch_of(session: Session, text: str, epoch: int | None) -> Chain:
    """That epoch of the device that `text` names, the newest without one. Raises Refused as `find`, ``no_epoch``."""
    device = find(session, text)
    found = latest(session, device) if epoch is None else chain(session, device, epoch)
    if found is None:
        raise Refused("no_epoch", device=text, epoch=epoch)
    return found


def standing(session: Session, device: bytes, epoch: int) -> Chain:
    """One that is there: entries stand in a chain, and chains are never deleted."""
    found = chain(session, device, epoch)
    assert found is not None  # noqa: S101 - see above
    return found


def statement(session: Session, of: Chain) -> bytes:
    """The payload of its enrolment statement."""
    return session.the(_ROW, of.device, of.epoch).statement


def mark(session: Session) -> None:
    """What is here now is in every copy that is begun after this is committed."""
    session.run(update(_ROW).where(col(_ROW.marked) != _ROW.hwm).values(marked=_ROW.hwm))


def made_durable(session: Session) -> int:
    """A copy holds what was marked. Returns of how many chains."""
    session.run(update(_ROW).where(col(_ROW.durable) < _ROW.marked).values(durable=_ROW.marked))
    return session.one(select(func.count(col(_ROW.epoch)))) or 0


def heard(session: Session) -> dict[bytes, tuple[int, str]]:
    """When each device was last heard, and what it said."""
    return {row.id: (row.heard_ms, row.heartbeat) for row in session.under(Device)}


def latest(session: Session, device: bytes) -> Chain:
    """The newest epoch of a device. Raises Refused ``no_device``."""
    row = session.one(_CHAINS.where(_ROW.device == device).order_by(col(_ROW.epoch).desc()).limit(1))
    if row is None:
        raise Refused("no_device", device=name_of(device))
    return _read(row)


def earlier(session: Session, standing: Chain) -> tuple[EarlierEpoch, ...]:
    """How far the journals of a device's earlier epochs are here."""
    rows = session.under(_ROW, standing.device)
    return tuple(EarlierEpoch(row.epoch, row.hwm) for row in rows if row.epoch < standing.epoch)


def find(session: Session, text: str) -> bytes:
    """The device that `text` names: ``SHOP/2``, its UUID, or as many of its first digits as no other device shares,
    four at least: where there are few devices, a slip of one key would name one of them.

    Raises Refused ``no_device``, ``which_device`` (it fits several).
    """
    shop, till, number = text.rpartition("/")
    if till:
        return _till(session, shop, number, text)
    digits = text.replace("-", "").lower()
    if not SHORTEST <= len(digits) <= DIGITS or _HEX.fullmatch(digits) is None:
        raise Refused("no_device", device=text)
    first, last = (bytes.fromhex(digits.ljust(DIGITS, end)) for end in "0f")
    named = select(Device.id).where(col(Device.id).between(first, last)).order_by(col(Device.id))
    found = session.all(named.limit(MOST_NAMED))
    if len(found) > 1:
        names = ", ".join(name_of(one) for one in found)
        raise Refused("which_device", device=text, devices=names)
    if not found:
        raise Refused("no_device", device=text)
    return found[0]


def _till(session: Session, shop: str, number: str, text: str) -> bytes:
    number = fold_digits_only(number)
    whole = number.isascii() and number.isdigit() and len(number) < 17
    device = tills.device_of(session, shop, int(number)) if whole else None
    if device is None:
        raise Refused("no_device", device=text)
    return device


def numbered(session: Session, text: str) -> tuple[bytes, int, int | None] | None:
    """The device, the entry and the epoch in ``SHOP/2-000231``, as people read it out; None where that names none.

    Also ``<first digits of the device>-<entry>``, which says no epoch. Raises Refused ``which_device``.
    """
    shop, slash, number = text.rpartition("/")
    if slash:
        paper = read_number(number)
        device = tills.device_of(session, shop, paper[0]) if paper else None
        return None if paper is None or device is None else (device, paper[2], paper[1])
    short, _, number = text.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 17):
        return None
    try:
        return find(session, short), int(number), None
    except Refused as error:
        if error.code != "no_device":
            raise
        return None


def new_name(centre: Centre, session: Session) -> bytes:
    """A device that is not there yet, and whose first eight digits no other has: receipts name it by them alone."""
    known = session.all(select(Device.id)) + session.all(select(Slot.device))
    taken = {device[:NUMBER_BYTES] for device in known}
    while True:
        device = uuid.UUID(bytes=centre.random(16), version=4).bytes
        if device[:NUMBER_BYTES] not in taken:
            return device


def suspend(centre: Centre, session: Session, device: bytes, staff: str) -> None:
    """Lock a device until `resume`. Raises Refused ``wrong_state``."""
    _change(centre, session, device, staff, "suspended")


def resume(centre: Centre, session: Session, device: bytes, staff: str) -> None:
    """Raises Refused ``wrong_state``: a frozen device goes on only in a new epoch."""
    _change(centre, session, device, staff, "resumed")


def _change(centre: Centre, session: Session, device: bytes, staff: str, code: str) -> None:
    before, after = ("active", "suspended") if code == "suspended" else ("suspended", "active")
    standing = latest(session, device)
    mine = update(_ROW).filter_by(device=device, epoch=standing.epoch, state=before)
    if not session.run(mine.values(state=after)):
        raise Refused("wrong_state", device=standing.name, state=standing.state)
    put_order(centre, session, standing, code)
    audit.append(session, centre.now_ms(), staff, f"device.{code}", standing.name)


def put_order(centre: Centre, session: Session, standing: Chain, code: str) -> None:
    """Tell the device by its feed, in a verdict."""
    order = seal_object(VERDICT, verdict_of(centre, standing, code), centre.keys.signer("feed"))
    feed.put(session, standing.device, OrderItem(strict_json.loads_object(order)))


def supersede(session: Session, device: bytes, *epoch: int) -> None:
    """Its present key counts no more: of one epoch, or of all. What was frozen or erased stays so."""
    working = update(_ROW).where(col(_ROW.state).in_(("active", "suspended")), col(_ROW.device) == device)
    session.run((working.where(col(_ROW.epoch).in_(epoch)) if epoch else working).values(state="superseded"))


def verdict_of(centre: Centre, standing: Chain, code: str, nonce: str = "", **more: Any) -> dict[str, Any]:
    """The payload of a verdict about this chain; `more` are the members of `Verdict` that only this code has."""
    server_ms = max(centre.now_ms(), standing.server_ms)
    return payload(Verdict(standing.name, standing.epoch, code, server_ms, request_nonce=nonce, **more))


ONLINE_MS: Final = 16 * 60_000
"""A heartbeat's quarter of an hour, and a minute: after that what it said is no longer news."""
