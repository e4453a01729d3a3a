"""Work that travels by stick: what is unsent goes out as signed requests, and what the centre said to them comes in.

Believed is exactly what is believed on the line, by the same `InboundHandler`, and only in answer to the newest
bundle: the fact `stick` holds its nonces until the answer has been read. Everything is verified before anything is
changed; a cut in the middle is made good by reading the same answer again. Pictures do not travel.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.model.facts import FLOOR_MS, ORDER, QUARANTINE, refuse_stopped, whole
from kiosk.ports.store import Store
from kiosk.ports.world import StickAnswer, World
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Corrupt, Refused
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.keys import Signer
from protocol.strict_json import BadJson, count
from protocol.wire import wire
from protocol.wire.enrolment import read_statement
from protocol.wire.feed_items import page_members
from protocol.wire.stick_file import (
    IN_SUFFIX,
    MOST_REQUESTS,
    OUT_SUFFIX,
    STICK,
    StickRequest,
    StickResponse,
    name_of,
    read_answer,
    write_bundle,
)
from sync.centre_client import Question, RunningProgram, feed_after, heartbeat
from sync.journal_upload import PLAIN_BYTES, next_batch

FACT: Final = whole("stick")
_SMALL: Final = 2
"""Requests beside those with records: heartbeat and feed."""


@dataclass(frozen=True, slots=True)
class StickBundle:
    """A file to be carried under `name`; `entries` are in it. It counts once `StickExchange.written` has been told."""

    name: str
    file: bytes = field(repr=False)
    entries: int
    note: bytes = field(repr=False)


@dataclass(eq=False, repr=False)
class StickExchange:
    """Writes bundles and reads answers for one device; any thread, one at a time."""

    _store: Store
    _signer: Signer
    _inbound: InboundHandler
    _in_force: DocumentsInForce
    _world: World
    _program: RunningProgram

    @property
    def answer_name(self) -> str:
        return name_of(self._in_force.statement().device, IN_SUFFIX)

    # ---- out

    def out(self) -> StickBundle:
        """All that is unsent, of this epoch and of earlier ones, a heartbeat and the wish for news."""
        me, facts = self._in_force.statement(), self._store.facts()
        held = QUARANTINE.of(facts, me.epoch) is not None
        requests: list[StickRequest] = []
        asked: list[list[object]] = []
        entries = 0
        if not held and ORDER.of(facts, me.epoch) is None:
            for one, number in self._records():
                entries += number
                self._add(one, requests, asked)
        wall_ms = self._world.clock.wall_ms()
        self._add(heartbeat(self._store, self._in_force, self._program, wall_ms), requests, asked)
        if not held:
            self._add(feed_after(self._store.cursor()), requests, asked)
        note = json.dumps({"epoch": me.epoch, "asked": asked}).encode()
        return StickBundle(name_of(me.device, OUT_SUFFIX), write_bundle(requests), entries, note)

    def written(self, bundle: StickBundle) -> None:
        """It lies on the stick, whole: from now on its answer is awaited, and no earlier one's."""
        self._store.commit([], [FACT.put(bundle.note)])

    def _records(self) -> list[tuple[Question, int]]:
        me = self._in_force.statement()
        chains = [(read_statement(left.statement).epoch, left.hwm) for left in self._inbound.earlier.waiting()]
        found: list[tuple[Question, int]] = []
        for epoch, hwm in [*chains, (me.epoch, self._store.journal.tail().hwm)]:
            at = hwm
            while len(found) < MOST_REQUESTS - _SMALL:
                batch = next_batch(self._store, self._in_force, epoch, at, PLAIN_BYTES)
                if batch is None:
                    break
                found.append((batch.question, batch.last - at))
                at = batch.last
        return found

    def _add(self, one: Question, requests: list[StickRequest], asked: list[list[object]]) -> None:
        me = self._in_force.statement()
        nonce = wire.nonce_text(self._world.randomness.take(16))
        request = one.signable(STICK, nonce)
        now_ms = max(self._world.clock.wall_ms(), FLOOR_MS.kept(self._store) or 0)
        headers = wire.sign(request, self._signer, me.device_text, me.epoch, now_ms // 1000, nonce)
        low = {name.lower(): value for name, value in headers.items()}
        requests.append(StickRequest(request.method, one.path, one.query, low, one.body))
        asked.append([nonce, one.path, one.epoch or me.epoch])

    # ---- in

    def bring(self, data: bytes) -> StickAnswer:
        """Believe an answer. Raises Refused: stick_torn, stick_changed, other_file (another counter's, or not the
        newest's); and what the centre says no to: line_suspended, line_quarantined, …
        """
        answers = self._matched(read_answer(data))
        try:
            pages = [(one, self._page(one)) for one in answers if one.path == wire.PATH_FEED and one.signed(200)]
            acks = self._acks([one for one in answers if one.path == wire.PATH_JOURNAL])
            self._verify(answers)
        except (Forged, BadJson, KeyError, TypeError, AttributeError) as error:
            raise Refused("stick_changed") from error
        sent = self._acknowledge(acks)
        for one in answers:
            if 400 <= one.raw.status < 500 and one.raw.type == wire.DSSE:
                self._inbound.verdict(one.raw.body, one.raw.nonce, one.epoch)
            elif one.path == wire.PATH_HEARTBEAT and one.signed(200):
                self._inbound.lease(one.raw.body, one.raw.nonce, by_stick=True)
        for one, members in pages:
            self._apply(one, members)
        self._store.commit([], [FACT.forget()])
        epoch = self._in_force.statement().epoch
        refuse_stopped(self._store.facts(), epoch)
        return StickAnswer(sent, self._waiting())

    def _waiting(self) -> int:
        tail = self._store.journal.tail()
        return tail.count - tail.acked_count + sum(left.count for left in self._inbound.earlier.waiting())

    def _matched(self, answers: Sequence[StickResponse]) -> list[_Answer]:
        """Each answer with what it was asked. Raises Refused("other_file")."""
        kept = json.loads(FACT.kept(self._store) or b"{}")
        asked = {nonce: (path, epoch) for nonce, path, epoch in kept.get("asked", [])}
        mine = kept.get("epoch") == self._in_force.statement().epoch and bool(asked)
        if not mine or not {one.nonce for one in answers} == set(asked):
            raise Refused("other_file")
        return [_Answer(one, *asked[one.nonce]) for one in answers]

    def _page(self, one: _Answer) -> dict[str, Any]:
        """A page's members; keys that the root has signed in it are taken, as on the line."""
        members = page_members(self._inbound.open_page(one.raw.body))
        self._inbound.refuse_strange(members, one.raw.nonce)
        count(members["after"])
        return members

    def _acks(self, answers: Sequence[_Answer]) -> dict[int, tuple[Ack, bytes]]:
        """The newest acknowledgement of each epoch: it speaks for those before it."""
        newest: dict[int, tuple[Ack, bytes]] = {}
        for one in answers:
            if one.raw.type != wire.ACK or one.raw.status not in (200, 409):
                continue
            ack = acknowledgement.read(one.raw.body, self._in_force.keyset().ack)
            if ack is None or ack.device != self._in_force.statement().device or ack.epoch != one.epoch:
                raise Forged("acknowledgement")
            held = newest.get(ack.epoch)
            if held is None or (ack.server_ms, ack.hwm) >= (held[0].server_ms, held[0].hwm):
                newest[ack.epoch] = ack, one.raw.body
        return newest

    def _verify(self, answers: Sequence[_Answer]) -> None:
        """What says no, and the lease: signed, for me, and to what I asked. An unsigned no says nothing."""
        for one in answers:
            if 400 <= one.raw.status < 500 and one.raw.type == wire.DSSE:
                self._inbound.mine(one.raw.body, trust.VERDICT, one.raw.nonce, one.epoch)
            elif one.path == wire.PATH_HEARTBEAT and one.signed(200):
                self._inbound.open_lease(one.raw.body, one.raw.nonce)

    def _acknowledge(self, acks: dict[int, tuple[Ack, bytes]]) -> int:
        """How many entries count as sent now that did not."""
        epoch, sent = self._in_force.statement().epoch, 0
        left = {read_statement(one.statement).epoch: one for one in self._inbound.earlier.waiting()}
        for of, (ack, packed) in acks.items():
            kept = self._store.journal.last_ack(of)
            if kept is not None and kept[0].server_ms >= ack.server_ms:
                continue  # the line has been there meanwhile, or this answer was read half before
            before = kept[0].hwm if kept else 0
            if of == epoch:
                self._inbound.acknowledged(packed)
            elif of in left:
                self._inbound.earlier.acknowledged(packed, left[of])
            now = self._store.journal.last_ack(of)
            sent += max(0, (now[0].hwm if now else 0) - before)
        return sent

    def _apply(self, one: _Answer, members: dict[str, Any]) -> None:
        if members["after"] < self._store.cursor():
            return  # the line has brought it, or an earlier reading of this answer
        try:
            self._inbound.page(one.raw.body, one.raw.nonce)
        except Corrupt:
            if members["after"] >= self._store.cursor():
                raise  # else the line was quicker just now


@dataclass(frozen=True, slots=True)
class _Answer:
    raw: StickResponse
    path: str
    epoch: int

    def signed(self, status: int) -> bool:
        return self.raw.status == status and self.raw.type == wire.DSSE
