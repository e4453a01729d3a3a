"""A device that leaves: its computer broke, it moves to another shop, or it was stolen."""

from __future__ import annotations

import json

from sqlmodel import col, select

from central import audit, two_person_rule
from central.centre import Centre
from central.devices import enrolment, registry
from central.devices.registry import ONLINE_MS, Chain
from central.store import device_models
from central.store.device_models import Entry
from central.store.interface import Session
from protocol import strict_json
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.entries import AFTER_LEAVING, Leaving
from protocol.journal.kj01 import Header


def replace(centre: Centre, session: Session, device: bytes, staff: str) -> tuple[str, str]:
    """A slot for the computer that takes the place of a broken one; the old one's key is revoked first.

    What the old epoch still has unsent is taken, once the new one brings it. Returns slot and code.
    """
    standing = registry.latest(session, device)
    registry.supersede(session, device, standing.epoch)
    audit.append(session, centre.now_ms(), staff, "device.replaced", standing.name, epoch=standing.epoch)
    return enrolment.make_slot(centre, session, standing.shop, staff, device)


def move(centre: Centre, session: Session, device: bytes, shop: str, staff: str) -> tuple[str, str]:
    """A slot for the device in another shop, once its counter has said that it leaves nothing behind.

    Raises Refused ``not_left``, ``same_shop``, ``no_shop``.
    """
    standing = registry.latest(session, device)
    if standing.shop == shop:
        raise Refused("same_shop", shop=shop)
    if departure_kind(session, device, standing.epoch) != "move":
        raise Refused("not_left", device=standing.name)
    audit.append(session, centre.now_ms(), staff, "device.moved", standing.name, before=standing.shop, after=shop)
    return enrolment.make_slot(centre, session, shop, staff, device)


def erase_by_two(
    centre: Centre, session: Session, device: bytes, staff: str, loss: str, epoch: int | None = None
) -> str | None:  # fmt: skip
    """`erase`, once two of the staff want it. Returns who proposed it; None where this proposes it.

    Raises Refused as `erase`, ``second_person``.
    """
    name = registry.name_of(device)
    erasable(session, device, epoch)  # before the proposal is kept, not only once it is agreed to
    first = two_person_rule.given(centre, session, "device.erased", name, {"epoch": epoch, "loss": loss}, staff)
    if first is not None:
        erase(centre, session, device, staff, loss, epoch)
    return first


def erase(centre: Centre, session: Session, device: bytes, staff: str, loss: str, epoch: int | None = None) -> Chain:
    """Order a stolen computer to destroy its keys; it hears of it whenever it next asks anything.

    Two of the staff have agreed by then. Raises Refused: ``erase_which`` where the device has had more than one
    computer and `epoch` does not say which; ``wrong_state``; ``erase_unsent`` while it may hold entries that are not
    here, unless `loss` says why that is accepted.
    """
    standing = erasable(session, device, epoch)
    unsent = _unsent(centre, session, standing)
    if unsent and not loss:
        raise Refused("erase_unsent", device=standing.name, n=unsent)
    session.change(device_models.Chain, device, standing.epoch, state="erased")
    registry.put_order(centre, session, standing, "erase")
    detail = {"epoch": standing.epoch, "unsent": unsent, "loss": loss}
    audit.append(session, centre.now_ms(), staff, "device.erased", standing.name, **detail)
    return standing


def erasable(session: Session, device: bytes, epoch: int | None) -> Chain:
    """The computer that is meant: its replacement goes by the same name, and is at work.

    Raises Refused ``erase_which``, ``no_epoch``, ``wrong_state``.
    """
    latest = registry.latest(session, device)
    if epoch is None and latest.epoch > 1:
        raise Refused("erase_which", device=latest.name, epoch=latest.epoch)
    found = latest if epoch is None else registry.chain(session, device, epoch)
    if found is None:
        raise Refused("no_epoch", device=latest.name, epoch=epoch)
    if found.state not in ("active", "suspended", "superseded"):
        raise Refused("wrong_state", device=found.name, state=found.state)
    return found


def _unsent(centre: Centre, session: Session, standing: Chain) -> int:
    """How many entries it has last told of that are not here.

    At least one where that is no news: what never told anything, is silent, or was replaced, may have sold since.
    """
    row = session.the(device_models.Device, standing.device)
    last = json.loads(row.heartbeat or "{}").get("last_seq")
    told = max(0, last - standing.hwm) if type(last) is int else 0
    news = type(last) is int and standing.state != "superseded" and centre.now_ms() - row.heard_ms <= ONLINE_MS
    return told if news else max(1, told)


def departure_kind(session: Session, device: bytes, epoch: int) -> str:
    """``move`` or ``retire`` where that is the last thing this journal says, else nothing."""
    of = select(Entry.header, Entry.body).where(Entry.device == device, Entry.epoch == epoch)
    for header, body in session.all(of.order_by(col(Entry.seq).desc()).limit(50)):
        entry_type = Header.unpack(header).entry_type
        if entry_type not in AFTER_LEAVING:
            said = bodies.entry(entry_type, strict_json.loads_object(body))
            return said.kind if isinstance(said, Leaving) else ""
    return ""
