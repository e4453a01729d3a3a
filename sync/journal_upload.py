"""Sending what is unsent, a batch at a time: of the present epoch, and of earlier ones under the present key.

Sent at least once and numbered without gaps: the centre keeps each (device, epoch, seq) once, so it is effectively
once. Nothing here moves a high-water mark but an acknowledgement that `kiosk` has judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.ports.journal import LeftBehind
from kiosk.ports.store import Store
from kiosk.ports.world import Milestones
from kiosk.receiving.inbound_handler import STOPPING, InboundHandler
from protocol.clock import Clock
from protocol.journal.acknowledgement import Judgement
from protocol.journal.personal import Item
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


class Upload:
    """Keeps the size of the next batch, by the bytes a second of those before; whoever finds the line too weak halves
    it.
    """

    def __init__(
        self,
        client: CentreClient,
        inbound: InboundHandler,
        store: Store,
        in_force: DocumentsInForce,
        milestones: Milestones,
        clock: Clock,
    ) -> None:
        self._client = client
        self._intake = inbound
        self._store = store
        self._in_force = in_force
        self._milestones = milestones
        self._clock = clock
        self._bytes = FIRST_BYTES
        """Of records and frames, before they are packed."""

    def halve(self) -> None:
        self._bytes = max(LEAST_BYTES, self._bytes // 2)

    def push(self) -> bool:
        """Send the next batch; whether there was one. Raises NoAnswer, Forged."""
        hwm = self._store.journal.tail().hwm
        items = self._store.journal.unsent(hwm, wire.MAX_RECORDS, self._bytes)
        if not items:
            return False
        self._milestones.pass_("push.before")
        begun = self._clock.mono_ms()
        answer = self._client.ask(self._question(self._in_force.statement().epoch, hwm + 1, items))
        took_ms = self._clock.mono_ms() - begun
        self._milestones.pass_("push.sent")
        self._milestones.pass_("ack.received")
        judgement = self._intake.acknowledged(answer.body)
        self._milestones.pass_("ack.stored")
        self._after(judgement, items, took_ms)
        return True

    def push_earlier(self, left: LeftBehind) -> None:
        """Send the next batch of an earlier epoch. A signed no sets that epoch aside and counts as an answer."""
        epoch = read_statement(left.statement).epoch
        items, begun = self._store.journal.unsent(left.hwm, wire.MAX_RECORDS, self._bytes, epoch), self._clock.mono_ms()
        try:
            answer = self._client.ask(self._question(epoch, left.hwm + 1, items))
        except NoAnswer:
            if left not in self._intake.earlier.waiting():
                return
            raise
        took_ms = self._clock.mono_ms() - begun
        self._after(self._intake.earlier.acknowledged(answer.body, left), items, took_ms)

    def _after(self, judgement: Judgement, items: Sequence[Item], took_ms: int) -> None:
        if judgement in STOPPING:
            return
        if judgement not in (Judgement.ADVANCE, Judgement.CENTRE_RESTORED):
            raise NoAnswer("server_down", judgement.value)  # nothing moved: asking again at once would never end
        size = sum(len(item.pack()) for item in items)  # a small one says how far away the centre is, not how slow the line
        moved = size * BATCH_MS // max(1, took_ms)
        if moved > self._bytes or 2 * size > self._bytes:
            self._bytes = min(PLAIN_BYTES, max(LEAST_BYTES, moved))

    def _question(self, epoch: int, first: int, items: Sequence[Item]) -> Question:
        return question(self._in_force, epoch, first, items)


def question(in_force: DocumentsInForce, epoch: int, first: int, items: Sequence[Item]) -> Question:
    """The upload of `items`, numbered from `first`, of one of my epochs: sealed to the centre."""
    last = first + len(items) - 1
    head = BundleHead(in_force.statement().device, epoch, first, last)
    bundle = seal_bundle(head, b"".join(item.pack() for item in items), in_force.keyset().seal_x25519)
    return Question(
        wire.PATH_JOURNAL, {200: wire.ACK, 409: wire.ACK}, content_type=wire.BUNDLE, body=bundle,
        idempotency=f"{epoch}-{first}-{last}", epoch=epoch,
    )  # fmt: skip
