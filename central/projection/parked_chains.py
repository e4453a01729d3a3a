"""A chain whose next entry cannot be projected stands there alone: named, told of, tried again, set aside by a person.

Whatever a device has signed delays its own outcomes and nobody else's. Its journal is kept whole either way: what is
set aside has no effect at the centre, and stays in the journal and in the audit.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from central import audit
from central.centre import Centre
from central.requests import review
from central.requests.review import Decision
from central.store import kept_entries
from central.store.interface import Session
from central.store.kept_entries import Key
from protocol.errors import KioskError, Refused
from protocol.journal import bodies
from protocol.journal.kj01 import EntryType
from protocol.journal.money_entries import RequestEntry

AGAIN_MS: Final = 10 * 60_000
SET_ASIDE: Final = "set_aside"
_FIELDS: Final = """SELECT k.device, k.epoch, p.done + 1, k.why, k.at_ms FROM projection p
    JOIN parked k ON k.device = p.device AND k.epoch = p.epoch"""
"""Rows are locked in this order, which is a worker's, too."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A chain that stands before its entry `seq`; `why` is a code or the kind of an error, never what it quotes."""

    device: bytes
    epoch: int
    seq: int
    why: str
    since_ms: int

    @property
    def name(self) -> str:
        return str(uuid.UUID(bytes=self.device))


def park(centre: Centre, device: bytes, epoch: int, done: int, error: Exception) -> None:
    """Leave that chain behind its entry `done` for a while, unless another worker has taken it further."""
    why = error.code if isinstance(error, KioskError) else type(error).__name__
    now = centre.now_ms()
    with centre.store.writing() as session:
        session.run(
            f"""INSERT INTO parked SELECT device, epoch, ?, ?, ? FROM projection
               WHERE device = ? AND epoch = ? AND done = ?{session.locking} ON CONFLICT (device, epoch)
               DO UPDATE SET why = excluded.why, again_ms = excluded.again_ms""",  # noqa: S608 - fixed texts
            why, now, now + AGAIN_MS, device, epoch, done,
        )  # fmt: skip


def retry_now(session: Session, device: bytes) -> None:
    """It may be tried again at once: what held it up may be over."""
    session.run("UPDATE parked SET again_ms = 0 WHERE device = ?", device)


def leave(session: Session, device: bytes, epoch: int) -> None:
    """It has moved on."""
    session.run("DELETE FROM parked WHERE device = ? AND epoch = ?", device, epoch)


def parked(session: Session) -> list[Parked]:
    return [Parked(*row) for row in session.all(f"{_FIELDS} ORDER BY k.at_ms, k.device, k.epoch")]


def set_aside(centre: Centre, session: Session, device: bytes, because: str, staff: str) -> Parked:
    """Let the chain of `device` go on behind the entry that it stands before. Raises Refused ``not_parked``.

    A request among them comes back to its counter as rejected: its citizen must not wait for ever.
    """
    row = session.one(f"{_FIELDS} WHERE k.device = ? ORDER BY k.epoch LIMIT 1{session.locking}", device)
    if row is None:
        raise Refused("not_parked", device=str(uuid.UUID(bytes=device)))
    found = Parked(*row)
    key = found.device, found.epoch, found.seq
    session.run("UPDATE projection SET done = ? WHERE device = ? AND epoch = ?", found.seq, device, found.epoch)
    leave(session, device, found.epoch)
    _reject(centre, session, key, staff)
    detail = {"epoch": found.epoch, "seq": found.seq, "why": found.why, "because": because}
    audit.append(session, centre.now_ms(), staff, "entry.set_aside", found.name, **detail)
    return found


def _reject(centre: Centre, session: Session, key: Key, staff: str) -> None:
    found = kept_entries.of(session, *key)
    if found.entry_type == EntryType.REQUEST:
        ruling = Decision(key[2], _id(found.body), "rejected", SET_ASIDE, *review.reasons(SET_ASIDE))
        review.publish_decisions(session, key[0], key[1], [ruling], centre.now_ms(), staff)


def _id(body: bytes) -> str:
    try:
        return RequestEntry.read(bodies.read(body)).id
    except bodies.BadJson:
        return ""
