"""The journal's writer: builds, signs and commits entries in order, from whatever thread."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from kiosk.model.store_changes import Change, JournalAppend, PutDocument
from kiosk.ports.store import Mirror, Store
from kiosk.ports.world import World
from protocol.errors import Refused
from protocol.journal import first_paper as original
from protocol.journal import kj01, personal
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Chain, Record, Stamp
from protocol.keys import Signer
from protocol.strict_json import BadJson
from protocol.values.money import MAX_PT

SALT_LEN = 16
BATCH: Final = 500
BATCH_BYTES: Final = 1 << 22
_TYPED: Final = {"long string": "text_long", "number": "money_range"}
"""Why a body cannot be read, and what to tell whoever typed it."""
Changes = Callable[[Sequence[Record]], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Writing:
    """One entry to come; `personal` are the members of its frame, if it has one."""

    body: Body | Unknown
    personal: dict[str, Any] | None = None
    money_pt: int | None = None


def bodies_after(store: Store, seq: int, of: EntryType) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and body of each entry of that type behind `seq`, in their order."""
    while items := store.journal.unsent(seq, BATCH, BATCH_BYTES):
        for item in items:
            seq = item.record.seq
            if item.record.fields.entry_type == of:
                yield seq, kj01.read_body(item.record.body)


class JournalWriter:
    """Appends to the journal of the current epoch. Thread-safe: one commit at a time, in the order of arrival."""

    def __init__(self, store: Store, signer: Signer, world: World, mirror: Mirror) -> None:
        self._store = store
        self._signer = signer
        self._clock = world.clock
        self._randomness = world.randomness
        self.mirror = mirror
        self._milestones = world.milestones
        self._lock = threading.RLock()
        self._chain: Chain | None = None
        self._doubted = 0
        self._anchor: bytes | None = None
        self._originals: hmac.HMAC | None = None
        self.on_written: Callable[[], None] = lambda: None
        """Told after each commit that appended entries: there is something to send."""
        self.on_documents: Callable[[], None] = lambda: None
        """Told within the turn that committed a document: whoever writes next must not judge by the one before it."""

    def turn(self) -> AbstractContextManager[bool]:
        """While this is held nobody else writes, so what was checked inside still holds at the commit inside."""
        return self._lock

    def write(self, writings: Sequence[Writing], changes: Changes | Sequence[Change] = ()) -> list[Record]:
        """Commit `writings` and `changes` together; durable on return.

        `changes` may be a function of the signed records, for rows that carry a number or a hash. Raises what
        `Store.commit` raises, and Unavailable("mirror_late") where there is money in them; nothing is written then.
        """
        money = sum(writing.money_pt is not None for writing in writings)
        with self._lock:
            if money:
                self.mirror.allow(money)
            chain = self._stand()
            entries, following = self._sign(chain, writings)
            records = [entry.record for entry in entries]
            wanted = changes(records) if callable(changes) else changes
            self._milestones.pass_("commit.before")
            try:
                self._store.commit(entries, wanted, chain if entries else None)
            except BaseException:
                self._chain = self._anchor = None  # what the store holds now is for the store to say
                self._doubted += money
                self._announce_documents(wanted)  # for it may have been written all the same
                raise
            self._milestones.pass_("commit.after")
            self._chain = following
            self._announce_documents(wanted)
            if records:
                self.mirror.remember(following, money)  # in the turn: notes never come in another order than entries
        if records:
            self.on_written()
        return records

    def append(
        self, body: Body, changes: Callable[[Record], Sequence[Change]] | Sequence[Change] = (),
        personal: dict[str, Any] | None = None, money_pt: int | None = None,
    ) -> Record:  # fmt: skip
        """One entry and its changes, as `write`."""
        wanted = (lambda records: changes(records[0])) if callable(changes) else changes
        (record,) = self.write([Writing(body, personal, money_pt)], wanted)
        return record

    def original(self, visit: str) -> str:
        """The digits that only the first paper of that visit carries."""
        if self._originals is None:
            self._originals = original.key_of(self._signer)
        return original.digits_of(self._originals, visit)

    def anchor_on(self, ack_hash: bytes) -> None:
        """Later entries carry the hash of this acknowledgement."""
        with self._lock:
            self._anchor = ack_hash

    def _announce_documents(self, changes: Sequence[Change]) -> None:
        if any(isinstance(change, PutDocument) for change in changes):
            self.on_documents()

    def _stand(self) -> Chain:
        if self._chain is None:
            self._chain = self._store.journal.tail().chain
            if self._doubted:
                self.mirror.remember(self._chain, self._doubted)
                self._doubted = 0
        if self._anchor is None:
            acknowledged = self._store.journal.last_ack()
            self._anchor = acknowledged[0].hash if acknowledged else kj01.NO_ANCHOR
        return self._chain

    def _sign(self, chain: Chain, writings: Sequence[Writing]) -> tuple[list[JournalAppend], Chain]:
        """The entries, and where the journal stands with them."""
        entries: list[JournalAppend] = []
        for writing in writings:
            members, frame = writing.body.members(), None
            if writing.personal is not None:
                frame = personal.write_frame(self._randomness.take(SALT_LEN), writing.personal)
                members["personal"] = personal.reference(frame)
            body = kj01.write_body(self._randomness.take(SALT_LEN), members)
            _refuse_unreadable(body, frame)
            record = kj01.write(chain, writing.body.entry_type, body, self._signer, self._stamp())
            entries.append(JournalAppend(record, frame, writing.money_pt))
            chain = chain.after(record)
        return entries, chain

    def _stamp(self) -> Stamp:
        clock, wall_ms = self._clock, self._clock.wall_ms()
        if not 0 <= wall_ms <= kj01.LATEST_MS:
            raise Refused("clock_impossible")
        return Stamp(wall_ms, clock.mono_ms(), clock.boot_id, self._anchor or kj01.NO_ANCHOR)


def _refuse_unreadable(body: bytes, frame: bytes | None) -> None:
    """Nothing is signed which its reader would refuse: the centre could take no entry behind it, ever.

    Raises Refused: text_long, money_range. Whatever else no reader takes is a fault of ours: BadJson, JournalFault.
    """
    try:
        kj01.refuse_unreadable(body)
        if frame is not None:
            kj01.refuse_unreadable(frame)
    except BadJson as fault:
        if fault.reason in _TYPED:
            raise Refused(_TYPED[fault.reason], limit_pt=MAX_PT) from fault
        raise
    if len(body) > kj01.MAX_BODY or (frame is not None and len(frame) > personal.MAX_FRAME):
        raise Refused("text_long")
