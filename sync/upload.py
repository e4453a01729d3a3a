"""Sending what is unsent, a batch at a time: of the present epoch, and of earlier ones under the present key.

Sent at least once and numbered without gaps: the centre keeps each (device, epoch, seq) once, so it is effectively
once. Nothing here moves a high-water mark but an acknowledgement that `kiosk` has judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.backroom.inforce import InForce
from kiosk.feed.intake import STOPPING, Intake
from kiosk.ports import LeftBehind, Milestones, Store
from kiosk.signed import personal
from kiosk.signed.acknowledgement import Judgement
from kiosk.signed.enrolment import read_statement
from kiosk.signed.personal import Item
from sync import wire
from sync.answers import NoAnswer
from sync.client import Client, Question

FIRST_BATCH: Final = 200
PLAIN_BYTES: Final = 900_000


class Upload:
    """Keeps the size of the next batch: doubled when one arrives, halved by whoever finds the line too weak."""

    def __init__(self, client: Client, gate: Intake, store: Store, in_force: InForce, milestones: Milestones) -> None:
        self._client = client
        self._intake = gate
        self._store = store
        self._in_force = in_force
        self._milestones = milestones
        self._batch = FIRST_BATCH

    def halve(self) -> None:
        self._batch = max(1, self._batch // 2)

    def push(self) -> bool:
        """Send the next batch; whether there was one. Raises NoAnswer, Forged."""
        hwm = self._store.tail().hwm
        items = self._store.unsent(hwm, self._batch, PLAIN_BYTES)
        if not items:
            return False
        self._milestones.pass_("push.before")
        answer = self._client.ask(self._question(self._in_force.statement().epoch, hwm + 1, items))
        self._milestones.pass_("push.sent")
        self._milestones.pass_("ack.received")
        judgement = self._intake.acknowledged(answer.body)
        self._milestones.pass_("ack.stored")
        self._after(judgement)
        return True

    def push_earlier(self, left: LeftBehind) -> None:
        """Send the next batch of an earlier epoch. A signed no sets that epoch aside and counts as an answer."""
        epoch = read_statement(left.statement).epoch
        items = self._store.unsent(left.hwm, self._batch, PLAIN_BYTES, epoch)
        try:
            answer = self._client.ask(self._question(epoch, left.hwm + 1, items))
        except NoAnswer:
            if left not in self._intake.earlier.waiting():
                return
            raise
        self._after(self._intake.earlier.acknowledged(answer.body, left))

    def _after(self, judgement: Judgement) -> None:
        if judgement in STOPPING:
            return
        if judgement not in (Judgement.ADVANCE, Judgement.CENTRE_RESTORED):
            raise NoAnswer("server_down", judgement.value)  # nothing moved: asking again at once would never end
        self._batch = min(wire.MAX_RECORDS, self._batch * 2)

    def _question(self, epoch: int, first: int, items: Sequence[Item]) -> Question:
        return question(self._in_force, epoch, first, items)


def question(in_force: InForce, epoch: int, first: int, items: Sequence[Item]) -> Question:
    """The upload of `items`, numbered from `first`, of one of my epochs: sealed to the centre."""
    last = first + len(items) - 1
    parts: list[bytes] = []
    for seq, item in enumerate(items, first):
        parts.append(item.record.pack())
        if item.frame is not None:
            parts.append(personal.pack(seq, item.frame))
    head = wire.BundleHead(in_force.statement().device, epoch, first, last)
    bundle = wire.seal_bundle(head, b"".join(parts), in_force.keyset().seal_x25519)
    return Question(
        wire.PATH_JOURNAL, {200: wire.ACK, 409: wire.ACK}, content_type=wire.BUNDLE, body=bundle,
        idempotency=f"{epoch}-{first}-{last}", epoch=epoch,
    )  # fmt: skip
