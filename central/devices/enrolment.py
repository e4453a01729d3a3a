"""First trust, the centre's half (docs/protocol.md): a slot and a one-time code, a key, six digits, a second person.

A slot goes open → claimed → revealed → approved, or → denied. Wrong tries close nothing (docs/adr/0026): the network
they come from waits (`central.rate_limit`), and the staff are told. Only who has the code learns more than that it is
wrong: `why` says used, expired or denied. The same right claim or reveal twice gets the same answer: answers are lost
on bad lines.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point
from sqlalchemy import delete
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import registry, tills
from central.documents import publishing, shops
from central.money import shop_float
from central.store.device_models import Chain, Device, Projection, Slot
from central.store.interface import Session
from central.store.vault import code_mac
from protocol import strict_json
from protocol.documents.trust import ENROLMENT, seal
from protocol.errors import Refused
from protocol.journal.kj01 import genesis
from protocol.keys import verifies
from protocol.values import ids
from protocol.wire.enrolment import Proof, Statement, commitment, short_number, statement_members, status_bytes

LIFE_MS: Final = 24 * 3_600_000
REMEMBERED_MS: Final = 7 * LIFE_MS
"""How long after its end a slot is kept, so that whoever comes too late with its code hears that, and not "unknown"."""
_SLOTS: Final = tuple(f"{n:04d}" for n in range(10_000))


def slots(session: Session, state: str) -> list[Slot]:
    return session.all(select(Slot).where(Slot.state == state).order_by(col(Slot.slot)))


def slot_of(session: Session, slot: str) -> Slot | None:
    return session.get(Slot, slot, mine=True)


def make_slot(centre: Centre, session: Session, shop: str, staff: str, device: bytes | None = None) -> tuple[str, str]:
    """A free slot for a new device of `shop`, or for the next epoch of `device`. Returns slot and code.

    The code is told once and not kept. Raises Refused ``no_shop``, ``no_free_slot``.
    """
    shops.refuse_unknown(session, shop)
    now = centre.now_ms()
    session.run(delete(Slot).where(col(Slot.expires_ms) < now - REMEMBERED_MS))
    taken = set(session.all(select(Slot.slot)))
    free = [name for name in _SLOTS if name not in taken]
    if not free:
        raise Refused("no_free_slot")
    slot = free[int.from_bytes(centre.random(8), "big") % len(free)]
    code = ids.new_code(centre.random(ids.CODE_CHARS))
    epochs = [] if device is None else session.under(Chain, device)
    epoch = epochs[-1].epoch + 1 if epochs else 1
    # random from its first digit on: receipts show the first eight, and ids by time share them for a minute
    device = device or registry.new_name(centre, session)
    session.add(
        Slot, slot=slot, shop=shop, device=device, epoch=epoch, code_mac=code_mac(centre.keys.codes, slot, code),
        creator=staff, expires_ms=now + LIFE_MS, tries=0, state="open",
    )  # fmt: skip
    audit.append(session, now, staff, "slot.made", slot, shop=shop, device=str(uuid.UUID(bytes=device)), epoch=epoch)
    return slot, code


def sound_key(public: bytes) -> bool:
    """Whether a public key is a point of the large group in its one encoding: under others anyone can forge."""
    return bool(crypto_core_ed25519_is_valid_point(public))


@contextmanager
def slot_opened(centre: Centre, slot: str, code: str) -> Iterator[tuple[Session, Slot]]:
    """The slot that `code` opens, in a transaction. Only the right code hears more than that it is wrong.

    Raises Refused ``enrolment_refused`` with `why`: wrong, expired (`at_ms`), denied (`reason`).
    """
    # Reckoned for slots that do not exist too, so that time does not tell which do.
    offered = code_mac(centre.keys.codes, slot, ids.normalise_code(code))
    with _counting(centre, slot), centre.store.writing() as session:
        found = slot_of(session, slot)
        if found is None or not hmac.compare_digest(found.code_mac, offered):
            raise Refused("enrolment_refused", why="wrong")
        if not _alive(centre, found):
            raise Refused("enrolment_refused", why="expired", at_ms=found.expires_ms)
        _refuse_denied(found)
        yield session, found


@contextmanager
def _counting(centre: Centre, slot: str) -> Iterator[None]:
    """A try that failed is counted for the staff to see, by itself: the transaction that it failed in is undone."""
    try:
        yield
    except Refused as error:
        if error.values.get("why") in ("wrong", "used", "proof"):
            with centre.store.writing() as session:
                session.change(Slot, slot, tries=col(Slot.tries) + 1)
        raise


def _refuse_denied(found: Slot) -> None:
    if found.state == "denied":
        reason = (found.envelope or b"").decode()
        raise Refused("enrolment_refused", why="denied", reason=reason, slot=found.slot)


def _alive(centre: Centre, found: Slot) -> bool:
    return found.expires_ms >= centre.now_ms()


def claim(centre: Centre, slot: str, code: str, public: bytes, promised: bytes) -> Slot:
    """A device with the code lays its key on the slot.

    Raises Refused as `slot_opened`, with `why` used (`at_ms`): another computer was here first; ``bad_key``,
    ``duplicate_key``.
    """
    if not sound_key(public):
        raise Refused("bad_key")
    with slot_opened(centre, slot, code) as (session, found):
        if found.state == "open":
            return _laid(centre, session, found, public, promised)
        if (found.pub, found.commitment) != (public, promised):
            raise Refused("enrolment_refused", why="used", at_ms=found.claimed_ms)
        return found


def _laid(centre: Centre, session: Session, found: Slot, public: bytes, promised: bytes) -> Slot:
    slot, ns, now = found.slot, centre.random(16), centre.now_ms()
    claimed = session.all(select(Slot.slot).where(Slot.pub == public, Slot.slot != slot))
    if claimed or is_known(session, public):
        raise Refused("duplicate_key")
    session.change(Slot, slot, state="claimed", pub=public, commitment=promised, ns=ns, claimed_ms=now)
    return session.the(Slot, slot)


def inspect_slot(centre: Centre, slot: str, code: str) -> Slot:
    """What a code is for, before anything is laid on it: a technician in the wrong shop has spent nothing.

    Raises Refused as `slot_opened`.
    """
    with slot_opened(centre, slot, code) as (_, found):
        return found


def is_known(session: Session, public: bytes) -> bool:
    """Whether a chain has that key."""
    return session.one(select(Chain.epoch).where(Chain.pub == public)) is not None


def reveal(centre: Centre, slot: str, nd: bytes, proof: bytes) -> None:
    """The device shows the nonce it promised, and that it holds its key. Raises Refused ``enrolment_refused``."""
    root_fp = centre.keys.root_fp
    with _counting(centre, slot), centre.store.writing() as session:
        found = slot_of(session, slot)
        if found is None or found.pub is None or found.ns is None or not _alive(centre, found):
            raise Refused("enrolment_refused")
        kept = commitment(found.pub, nd) == found.commitment
        if not (kept and Proof(slot, found.pub, found.ns, nd, root_fp).verifies(proof)):
            raise Refused("enrolment_refused", why="proof")
        if found.state == "claimed":
            number = short_number(found.pub, nd, found.ns, root_fp)
            session.change(Slot, slot, state="revealed", nd=nd, number=number)


def status(centre: Centre, slot: str, nd: bytes, signature: bytes) -> bytes | None:
    """The statement's envelope once approved; None while waiting. Raises Refused ``enrolment_refused``."""
    with centre.store.reading() as session:
        found = session.get(Slot, slot)
    if found is None or found.pub is None or found.nd != nd or not _alive(centre, found):
        raise Refused("enrolment_refused")
    if not verifies(found.pub, signature, status_bytes(slot, nd)):
        raise Refused("enrolment_refused")
    _refuse_denied(found)
    return found.envelope


def deny(centre: Centre, session: Session, slot: str, reason: str, staff: str) -> None:
    """A person says no: whoever waits on the slot hears why. Raises Refused ``no_slot``, ``slot_settled``."""
    found = _unsettled(centre, session, slot)
    session.change(Slot, slot, state="denied", envelope=reason.encode())
    audit.append(
        session, centre.now_ms(), staff, "device.denied", registry.name_of(found.device), slot=slot, reason=reason
    )


def _unsettled(centre: Centre, session: Session, slot: str) -> Slot:
    found = slot_of(session, slot)
    if found is None or not _alive(centre, found):
        raise Refused("no_slot", slot=slot)
    if found.state in ("approved", "denied"):
        raise Refused("slot_settled", slot=slot, state=found.state)
    return found


def approve(centre: Centre, session: Session, slot: str, number: str, staff: str) -> Statement:
    """A second person has compared the six digits (`number`): sign the statement, open the chain.

    Raises Refused as `admit`, ``no_slot``, ``slot_settled``, ``not_revealed``, ``same_person``, ``number_differs``.
    """
    found = _unsettled(centre, session, slot)
    if found.state != "revealed" or found.pub is None or found.number is None:
        raise Refused("not_revealed", slot=slot, state=found.state)
    if found.creator == staff:
        raise Refused("same_person", staff=staff)
    if not hmac.compare_digest(found.number.encode(), "".join(number.split()).encode()):
        raise Refused("number_differs", slot=slot)
    return admit(centre, session, found, found.pub, staff)[0]


def admit(centre: Centre, session: Session, found: Slot, public: bytes, staff: str) -> tuple[Statement, bytes]:
    """Sign the statement, open the chain. Raises Refused ``epoch_taken``, ``no_free_till``."""
    if any(chain.epoch >= found.epoch for chain in session.under(Chain, found.device)):
        raise Refused("epoch_taken", slot=found.slot)
    statement, envelope = _sign(centre, found, tills.give(session, found.shop, found.device), public)
    _open(session, found, statement)
    shop_float.put_first_balance(centre, session, found.device, found.shop)
    session.change(Slot, found.slot, state="approved", envelope=envelope)
    audit.append(
        session, centre.now_ms(), staff, "device.approved", registry.name_of(found.device),
        slot=found.slot, epoch=found.epoch, creator=found.creator,
    )  # fmt: skip
    return statement, envelope


def _sign(centre: Centre, found: Slot, till: int, public: bytes) -> tuple[Statement, bytes]:
    keys = centre.keys
    draft = Statement(
        b"", found.device, found.epoch, found.shop, till, public, keys.root_fp, keys.keyset_version, centre.now_ms()
    )
    payload = strict_json.dumps(statement_members(draft))
    return replace(draft, payload=payload), seal(ENROLMENT, payload, keys.signer("enrol"))


def _open(session: Session, found: Slot, statement: Statement) -> None:
    if not session.add_new(Device, id=found.device, shop=found.shop, feed_n=0, heard_ms=0, heartbeat=""):
        session.change(Device, found.device, shop=found.shop)
    registry.supersede(session, found.device)
    session.add(
        Chain, device=found.device, epoch=found.epoch, pub=statement.public, statement=statement.payload,
        state="active", hwm=0, hash=genesis(statement.payload), server_ms=0, durable=0, shop=found.shop,
    )  # fmt: skip
    session.add(Projection, device=found.device, epoch=found.epoch, done=0, settings_version=0)
    publishing.greet(session, found.device, found.shop)
