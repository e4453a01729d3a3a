"""A chain whose next entry cannot be projected stands there alone: named, told of, tried again, set aside by a person.

Whatever a device has signed delays its own decisions and nobody else's. Its journal is kept whole either way: what is
set aside has no effect at the centre, and stays in the journal and in the audit.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices.registry import name_of
from central.requests import review
from central.requests.review import Decision
from central.store import device_models, kept_entries
from central.store.device_models import Entry, Projection
from central.store.interface import Row, Session
from central.store.kept_entries import Key
from protocol.errors import KioskError, Refused
from protocol.journal import bodies
from protocol.journal.entries import EntryType
from protocol.journal.money_entries import RequestEntry
from protocol.texts import both

AGAIN_MS: Final = 10 * 60_000
SET_ASIDE: Final = "set_aside"
_ROW = device_models.Parked
_STANDING: Final = (
    select(_ROW)
    .add_columns((col(Projection.done) + 1).label("seq"))
    .join(Projection, (col(Projection.device) == _ROW.device) & (col(Projection.epoch) == _ROW.epoch))
)
"""Chains, each before its entry `seq`; `why` is a code or the kind of an error, never what it quotes."""


def park(centre: Centre, device: bytes, epoch: int, done: int, error: Exception) -> None:
    """Leave that chain behind its entry `done` for a while, unless another worker has taken it further."""
    why = error.code if isinstance(error, KioskError) else type(error).__name__
    now = centre.now_ms()
    with centre.store.writing() as session:
        found = session.get(Projection, device, epoch, mine=True)
        if found is None or found.done != done:
            return
        if not session.add_new(_ROW, device=device, epoch=epoch, why=why, at_ms=now, again_ms=now + AGAIN_MS):
            session.change(_ROW, device, epoch, why=why, again_ms=now + AGAIN_MS)


def retry_now(session: Session, device: bytes) -> None:
    """It may be tried again at once: what held it up may be over."""
    session.change(_ROW, device, again_ms=0)


def leave(session: Session, device: bytes, epoch: int) -> None:
    """It has moved on."""
    session.remove(_ROW, device, epoch)


def parked(session: Session) -> list[Row]:
    return session.all(_STANDING.order_by(col(_ROW.at_ms), col(_ROW.device), col(_ROW.epoch)))


def set_aside(centre: Centre, session: Session, device: bytes, because: str, staff: str) -> Row:
    """Let the chain of `device` go on behind the entry that it stands before. Raises Refused ``not_parked``.

    A request among them comes back to its counter as rejected: its citizen must not wait for ever.
    """
    # Its projection is locked first, as a worker does.
    first = select(_ROW.epoch).where(_ROW.device == device).order_by(col(_ROW.epoch)).limit(1)
    epoch = session.one(first)
    if epoch is not None:
        session.get(Projection, device, epoch, mine=True)
    found = session.one(_STANDING.where(col(_ROW.device) == device, col(_ROW.epoch) == epoch))
    if found is None:
        raise Refused("not_parked", device=name_of(device))
    key = found.device, found.epoch, found.seq
    session.change(Projection, device, found.epoch, done=found.seq)
    leave(session, device, found.epoch)
    _reject(centre, session, key, staff)
    detail = {"epoch": found.epoch, "seq": found.seq, "why": found.why, "because": because}
    audit.append(session, centre.now_ms(), staff, "entry.set_aside", name_of(device), **detail)
    return found


def _reject(centre: Centre, session: Session, key: Key, staff: str) -> None:
    found = session.the(Entry, *key)
    if kept_entries.entry_type(found) == EntryType.REQUEST:
        decision = Decision(key[2], _id(found.body), "rejected", SET_ASIDE, both(f"central.decision.{SET_ASIDE}"))
        review.publish_decisions(session, key[0], key[1], [decision], centre.now_ms(), staff)


def _id(body: bytes) -> str:
    try:
        return RequestEntry.read(bodies.read(body)).id
    except bodies.BadJson:
        return ""
