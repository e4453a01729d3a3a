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
from dataclasses import dataclass, replace
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point

from central import audit
from central.centre import Centre
from central.devices import registry
from central.documents import publishing, shops
from central.money import shop_float
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
_FIELDS: Final = """slot, shop, device, epoch, code_mac, creator, expires_ms, tries, state, pub, commitment, ns, nd,
    number, envelope, claimed_ms"""


@dataclass(frozen=True, slots=True)
class Slot:
    """One enrolment under way. The fields after `state` come as the device tells them."""

    slot: str
    shop: str
    device: bytes
    epoch: int
    code_mac: bytes
    creator: str
    expires_ms: int
    tries: int
    state: str
    public: bytes | None
    commitment: bytes | None
    ns: bytes | None
    nd: bytes | None
    number: str | None
    envelope: bytes | None
    claimed_ms: int

    @property
    def name(self) -> str:
        return str(uuid.UUID(bytes=self.device))


def slots(session: Session, state: str) -> list[Slot]:
    return [Slot(*row) for row in session.all(f"SELECT {_FIELDS} FROM slot WHERE state = ? ORDER BY slot", state)]  # noqa: S608 - fixed text


def slot_of(session: Session, slot: str) -> Slot | None:
    row = session.one(f"SELECT {_FIELDS} FROM slot WHERE slot = ?{session.locking}", slot)  # noqa: S608 - fixed text
    return Slot(*row) if row else None


def make_slot(centre: Centre, session: Session, shop: str, staff: str, device: bytes | None = None) -> tuple[str, str]:
    """A free slot for a new device of `shop`, or for the next epoch of `device`. Returns slot and code.

    The code is told once and not kept. Raises Refused ``no_shop``, ``no_free_slot``.
    """
    shops.refuse_unknown(session, shop)
    now = centre.now_ms()
    session.run("DELETE FROM slot WHERE expires_ms < ?", now - REMEMBERED_MS)
    taken = {row[0] for row in session.all("SELECT slot FROM slot")}
    free = [name for name in (f"{n:04d}" for n in range(10_000)) if name not in taken]
    if not free:
        raise Refused("no_free_slot")
    slot = free[int.from_bytes(centre.random(8), "big") % len(free)]
    code = ids.new_code(centre.random(ids.CODE_CHARS))
    epoch = 1
    if device is not None:
        row = session.one("SELECT max(epoch) FROM chain WHERE device = ?", device)
        epoch = (row[0] if row else 0) + 1
    # random from its first digit on: receipts show the first eight, and ids by time share them for a minute
    device = device or registry.new_name(centre, session)
    session.run(
        """INSERT INTO slot (slot, shop, device, epoch, code_mac, creator, expires_ms, tries, state)
           VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'open')""",
        slot, shop, device, epoch, code_mac(centre.keys.codes, slot, code), staff, now + LIFE_MS,
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
                session.run("UPDATE slot SET tries = tries + 1 WHERE slot = ?", slot)
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
        if (found.public, found.commitment) != (public, promised):
            raise Refused("enrolment_refused", why="used", at_ms=found.claimed_ms)
        return found


def _laid(centre: Centre, session: Session, found: Slot, public: bytes, promised: bytes) -> Slot:
    slot, ns, now = found.slot, centre.random(16), centre.now_ms()
    known = session.one(
        "SELECT 1 FROM chain WHERE pub = ? UNION SELECT 1 FROM slot WHERE pub = ? AND slot <> ?", public, public, slot
    )
    if known is not None:
        raise Refused("duplicate_key")
    session.run(
        "UPDATE slot SET state = 'claimed', pub = ?, commitment = ?, ns = ?, claimed_ms = ? WHERE slot = ?",
        public, promised, ns, now, slot,
    )  # fmt: skip
    return replace(found, state="claimed", public=public, commitment=promised, ns=ns, claimed_ms=now)


def inspect_slot(centre: Centre, slot: str, code: str) -> Slot:
    """What a code is for, before anything is laid on it: a technician in the wrong shop has spent nothing.

    Raises Refused as `slot_opened`.
    """
    with slot_opened(centre, slot, code) as (_, found):
        return found


def reveal(centre: Centre, slot: str, nd: bytes, proof: bytes) -> None:
    """The device shows the nonce it promised, and that it holds its key. Raises Refused ``enrolment_refused``."""
    root_fp = centre.keys.root_fp
    with _counting(centre, slot), centre.store.writing() as session:
        found = slot_of(session, slot)
        if found is None or found.public is None or found.ns is None or not _alive(centre, found):
            raise Refused("enrolment_refused")
        kept = commitment(found.public, nd) == found.commitment
        if not (kept and Proof(slot, found.public, found.ns, nd, root_fp).verifies(proof)):
            raise Refused("enrolment_refused", why="proof")
        if found.state == "claimed":
            number = short_number(found.public, nd, found.ns, root_fp)
            session.run("UPDATE slot SET state = 'revealed', nd = ?, number = ? WHERE slot = ?", nd, number, slot)


def status(centre: Centre, slot: str, nd: bytes, signature: bytes) -> bytes | None:
    """The statement's envelope once approved; None while waiting. Raises Refused ``enrolment_refused``."""
    with centre.store.reading() as session:
        row = session.one(f"SELECT {_FIELDS} FROM slot WHERE slot = ?", slot)  # noqa: S608 - fixed text
    found = Slot(*row) if row else None
    if found is None or found.public is None or found.nd != nd or not _alive(centre, found):
        raise Refused("enrolment_refused")
    if not verifies(found.public, signature, status_bytes(slot, nd)):
        raise Refused("enrolment_refused")
    _refuse_denied(found)
    return found.envelope


def deny(centre: Centre, session: Session, slot: str, reason: str, staff: str) -> None:
    """A person says no: whoever waits on the slot hears why. Raises Refused ``no_slot``, ``slot_settled``."""
    found = _unsettled(centre, session, slot)
    session.run("UPDATE slot SET state = 'denied', envelope = ? WHERE slot = ?", reason.encode(), slot)
    audit.append(session, centre.now_ms(), staff, "device.denied", found.name, slot=slot, reason=reason)


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
    if found.state != "revealed" or found.public is None or found.number is None:
        raise Refused("not_revealed", slot=slot, state=found.state)
    if found.creator == staff:
        raise Refused("same_person", staff=staff)
    if not hmac.compare_digest(found.number.encode(), "".join(number.split()).encode()):
        raise Refused("number_differs", slot=slot)
    return admit(centre, session, found, found.public, staff)[0]


def admit(centre: Centre, session: Session, found: Slot, public: bytes, staff: str) -> tuple[Statement, bytes]:
    """Sign the statement, open the chain. Raises Refused ``epoch_taken``."""
    if session.one("SELECT 1 FROM chain WHERE device = ? AND epoch >= ?", found.device, found.epoch) is not None:
        raise Refused("epoch_taken", slot=found.slot)
    statement, envelope = _sign(centre, found, public)
    _open(session, found, statement)
    shop_float.put_first_balance(centre, session, found.device, found.shop)
    session.run("UPDATE slot SET state = 'approved', envelope = ? WHERE slot = ?", envelope, found.slot)
    audit.append(
        session, centre.now_ms(), staff, "device.approved", found.name,
        slot=found.slot, epoch=found.epoch, creator=found.creator,
    )  # fmt: skip
    return statement, envelope


def _sign(centre: Centre, found: Slot, public: bytes) -> tuple[Statement, bytes]:
    keys = centre.keys
    draft = Statement(
        b"", found.device, found.epoch, found.shop, public, keys.root_fp, keys.keyset_version, centre.now_ms()
    )
    payload = strict_json.dumps(statement_members(draft))
    return replace(draft, payload=payload), seal(ENROLMENT, payload, keys.signer("enrol"))


def _open(session: Session, found: Slot, statement: Statement) -> None:
    session.run(
        "INSERT INTO device VALUES (?, ?, 0, 0, '') ON CONFLICT (id) DO UPDATE SET shop = excluded.shop",
        found.device, found.shop,
    )  # fmt: skip
    older = "UPDATE chain SET state = 'superseded' WHERE device = ? AND state IN ('active', 'suspended')"
    session.run(older, found.device)
    session.run(
        """INSERT INTO chain (device, epoch, pub, statement, state, hwm, hash, server_ms, durable, shop)
           VALUES (?, ?, ?, ?, 'active', 0, ?, 0, 0, ?)""",
        found.device, found.epoch, statement.public, statement.payload, genesis(statement.payload), found.shop,
    )  # fmt: skip
    session.run("INSERT INTO projection VALUES (?, ?, 0, 0)", found.device, found.epoch)
    publishing.greet(session, found.device, found.shop)
