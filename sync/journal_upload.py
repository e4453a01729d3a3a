"""Sending what is unsent, a batch at a time: of the present epoch, and of earlier ones under the present key.

Sent at least once and numbered without gaps: the centre keeps each (device, epoch, seq) once, so it is effectively
once. Nothing here moves a high-water mark but an acknowledgement that `kiosk` has judged.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.ports.store import LeftBehind, Store, Tail
from kiosk.ports.world import World
from kiosk.receiving.inbound_handler import STOPPING
from protocol.errors import KioskError
from protocol.journal.acknowledgement import Judgement
from protocol.wire import wire
from protocol.wire.bundle import BundleHead, seal_bundle
from protocol.wire.enrolment import read_statement
from sync.centre_client import CentreClient, Question
from sync.line import NoAnswer

PLAIN_BYTES: Final = 900_000
FIRST_BYTES: Final = 300_000
LEAST_BYTES: Final = 1_000
BATCH_MS: Final = 20_000
"""A batch is what the line moves in about this time: what comes meanwhile, a lease, an answer, waits as long."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of one epoch, packed for the centre whose key is `seal`; `size` is their bytes before."""

    first: int
    last: int
    size: int
    seal: bytes
    question: Question


@dataclass(eq=False, repr=False)
class JournalUpload:
    """Keeps the size of the next batch, by the bytes a second of those before; whoever finds the line too weak halves
    it. While one is on its way, the next is packed.
    """

    _client: CentreClient
    _store: Store
    _world: World
    _ahead: Batch | None = field(init=False, default=None)
    _bytes: int = field(init=False, default=FIRST_BYTES)
    """Of records and frames, before they are packed."""

    def halve(self) -> None:
        self._bytes = max(LEAST_BYTES, self._bytes // 2)

    def push(self) -> bool:
        """Send the next batch; whether there was one. Raises NoAnswer, Forged."""
        tail = self._store.journal.tail()
        batch = self._take_ahead(tail) or self._batch(self._client.in_force.statement().epoch, tail.hwm)
        if batch is None:
            return False
        self._world.milestones.pass_("push.before")
        packing = self._world.start("pack", partial(self._pack_ahead, batch)) if batch.last < tail.chain.seq else None
        begun = self._world.clock.mono_ms()
        try:
            answer = self._client.ask(batch.question)
            took_ms = self._world.clock.mono_ms() - begun
        finally:
            if packing is not None:
                packing.join()
        self._world.milestones.pass_("push.sent")
        self._world.milestones.pass_("ack.received")
        judgement = self._client.inbound.acknowledged(answer.body)
        self._world.milestones.pass_("ack.stored")
        self._after(judgement, batch.size, took_ms)
        return True

    def _take_ahead(self, tail: Tail) -> Batch | None:
        """What was packed ahead, if it is still what goes up next and fills what the line takes by now."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or (ahead.first, ahead.seal) != (tail.hwm + 1, self._client.in_force.keyset().seal_x25519):
            return None
        whole = ahead.last == tail.chain.seq or ahead.last - ahead.first + 1 == wire.MAX_RECORDS
        return ahead if ahead.size <= self._bytes and (whole or 2 * ahead.size > self._bytes) else None

    def _pack_ahead(self, sent: Batch) -> None:
        with suppress(KioskError):  # whoever packs it again says what is wrong
            self._ahead = self._batch(self._client.in_force.statement().epoch, sent.last)

    def push_earlier(self, left: LeftBehind) -> None:
        """Send the next batch of an earlier epoch. A signed no sets that epoch aside and counts as an answer."""
        epoch, earlier = read_statement(left.statement).epoch, self._client.inbound.earlier
        batch = self._batch(epoch, left.hwm)
        if batch is None:
            return
        begun = self._world.clock.mono_ms()
        try:
            answer = self._client.ask(batch.question)
        except NoAnswer:
            if left not in earlier.waiting():
                return
            raise
        took_ms = self._world.clock.mono_ms() - begun
        self._after(earlier.acknowledged(answer.body, left), batch.size, took_ms)

    def _after(self, judgement: Judgement, size: int, took_ms: int) -> None:
        if judgement in STOPPING:
            return
        if judgement not in (Judgement.ADVANCE, Judgement.CENTRE_RESTORED):
            raise NoAnswer("server_down", judgement.value)  # nothing moved: asking again at once would never end
        # A small one says how far away the centre is, not how slow the line.
        moved = size * BATCH_MS // max(1, took_ms)
        if moved > self._bytes or 2 * size > self._bytes:
            self._bytes = min(PLAIN_BYTES, max(LEAST_BYTES, moved))

    def _batch(self, epoch: int, hwm: int) -> Batch | None:
        return next_batch(self._store, self._client.in_force, epoch, hwm, self._bytes)


def next_batch(store: Store, in_force: DocumentsInForce, epoch: int, hwm: int, most_bytes: int) -> Batch | None:
    """What goes up next of one of my epochs behind number `hwm`, sealed to the centre; None if there is nothing."""
    items = store.journal.unsent(hwm, wire.MAX_RECORDS, most_bytes, epoch)
    if not items:
        return None
    first, last, seal = hwm + 1, hwm + len(items), in_force.keyset().seal_x25519
    stream = b"".join(item.pack() for item in items)
    bundle = seal_bundle(BundleHead(in_force.statement().device, epoch, first, last), stream, seal)
    question = Question(
        wire.PATH_JOURNAL, {200: wire.ACK, 409: wire.ACK}, content_type=wire.BUNDLE, body=bundle,
        idempotency=f"{epoch}-{first}-{last}", epoch=epoch,
    )  # fmt: skip
    return Batch(first, last, len(stream), seal, question)
