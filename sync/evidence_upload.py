"""Files of evidence on their way up, behind their entries: one exchange at a time, so that no sale is kept waiting.

tus 1.0 (creation, HEAD, PATCH with an offset). Every request is signed; the answers are not, so none of them decides
anything but where to go on: a file is *stored* when the feed says so (`kiosk.receiving.centre_word`). What goes
wrong with a file sets that file aside for a while, twice as long each time, and is no trouble of the line.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.evidence_file import Pictures, RecordedEvidence
from kiosk.ports.store import Store
from kiosk.ports.world import Milestones
from protocol.clock import DAY_MS, Clock
from protocol.errors import Corrupt
from protocol.wire import wire
from protocol.wire.evidence_file import EvidenceHead, evidence_name, seal_key
from sync.centre_client import Answer, CentreClient, Question
from sync.line import NoAnswer

log = logging.getLogger(__name__)
FIRST_PIECE: Final = 32 * 1024
SMALLEST_PIECE: Final = 4 * 1024
SLOW_MS: Final = 4_000
"""A piece that took longer is halved: an entry that comes meanwhile waits for it."""
ASIDE_MS: Final = 60_000
AGAIN_MS: Final = 600_000
"""Sent whole, and no word of it in the feed yet."""
MOST: Final = 500
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass
class _Current:
    """The file in hand; `offset` is None until the centre has said where it stands."""

    recorded: RecordedEvidence
    sealed: bytes
    offset: int | None = None
    wrong: int = 0

    @property
    def key(self) -> str:
        return _key(self.recorded)

    @property
    def name(self) -> str:
        return evidence_name(self.recorded.epoch, self.recorded.seq, self.recorded.evidence.sha256)


@dataclass
class _Aside:
    """Files not to be tried before a time (monotonic ms), and how often each was put here."""

    due: dict[str, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def put(self, key: str, now: int, first_ms: int = ASIDE_MS) -> None:
        n = self.times[key] = self.times.get(key, 0) + 1
        self.due[key] = now + min(DAY_MS, first_ms << min(n - 1, 12))


@dataclass(eq=False, repr=False)
class EvidenceUpload:
    """The upload of evidence files, one exchange in a step. Used by the thread of sync alone."""

    _client: CentreClient
    _store: Store
    _pictures: Pictures
    _clock: Clock
    _milestones: Milestones
    _current: _Current | None = field(init=False, default=None)
    _aside: _Aside = field(init=False, default_factory=_Aside)
    _piece: int = field(init=False, default=FIRST_PIECE)
    _stored: list[RecordedEvidence] = field(init=False, default_factory=list)
    _look_ms: int = field(init=False, default=0)
    _resting_ms: int = field(init=False, default=0)
    """After a failure no other file is tried either: five hundred would fail one after the other."""

    def due_ms(self) -> int | None:
        """The monotonic time at which there is something to do; None when nothing waits."""
        if self._current is not None:
            return self._clock.mono_ms()
        due = min((self._aside.due.get(_key(recorded), 0) for recorded in self._waiting()), default=None)
        return None if due is None else max(due, self._resting_ms)

    def step(self) -> int | None:
        """One exchange; when the next one is due, as `due_ms`. Raises NoAnswer where the line itself is in trouble."""
        current = self._current or self._next()
        if current is None:
            return self.due_ms()
        try:
            if self._current is None:
                self._begin(current)
            elif current.offset is None:
                self._ask(current)
            else:
                self._send(current, current.offset)
        except NoAnswer as error:
            self._piece = max(SMALLEST_PIECE, self._piece // 2)
            self._set_aside(current)
            self._resting_ms = self._clock.mono_ms() + ASIDE_MS
            if error.trouble not in ("server_down", "too_large") or error.retry_after_s is not None:
                raise
        return self.due_ms()

    # ---- the exchanges ---------------------------------------------------------------------------------------

    def _begin(self, current: _Current) -> None:
        evidence, in_force = current.recorded.evidence, self._client.in_force
        head = EvidenceHead(in_force.statement().device, current.recorded.epoch, current.recorded.seq, evidence.sha256)
        sealed = base64.b64encode(seal_key(head, evidence.key, in_force.keyset().seal_x25519)).decode()
        size = str(len(current.sealed))
        self._client.ask(Question(
            wire.PATH_EVIDENCE, {201: ""}, content_type=wire.TUS_PIECE, idempotency=f"{current.name}-{size}",
            headers={"Tus-Resumable": wire.TUS, "Upload-Length": size, "Upload-Metadata": f"key {sealed}"},
        ))  # fmt: skip
        self._milestones.pass_("evidence.begun")
        self._current = current

    def _ask(self, current: _Current) -> None:
        path = f"{wire.PATH_EVIDENCE}/{current.name}"
        answer = self._client.ask(Question(path, {200: ""}, method="HEAD", headers={"Tus-Resumable": wire.TUS}))
        self._stands(current, _offset(answer))

    def _send(self, current: _Current, offset: int) -> None:
        piece, begun = current.sealed[offset : offset + self._piece], self._clock.mono_ms()
        checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        answer = self._client.ask(Question(
            f"{wire.PATH_EVIDENCE}/{current.name}", {204: "", 409: wire.JSON, 460: wire.JSON}, method="PATCH",
            content_type=wire.TUS_PIECE, body=piece, idempotency=f"{current.name}-{offset}",
            headers={
                "Tus-Resumable": wire.TUS, "Upload-Offset": str(offset), "Upload-Checksum": f"sha256 {checksum}",
            },
        ))  # fmt: skip
        self._milestones.pass_("evidence.sent")
        if answer.status != 204:
            self._elsewhere(current)
            return
        slow = self._clock.mono_ms() - begun > SLOW_MS
        self._piece = max(SMALLEST_PIECE, self._piece // 2) if slow else min(wire.MAX_PIECE, self._piece * 2)
        stands = _offset(answer)
        if stands is not None and stands <= offset:
            self._elsewhere(current)  # the piece was taken and nothing has come of it: not again and again at once
        else:
            self._stands(current, stands)

    def _elsewhere(self, current: _Current) -> None:
        """It does not stand where we thought, or other bytes arrived: ask where it stands, but not for ever."""
        current.offset, current.wrong = None, current.wrong + 1
        if current.wrong > 2:
            self._set_aside(current)

    def _stands(self, current: _Current, offset: int | None) -> None:
        if offset is None or offset > len(current.sealed):
            self._set_aside(current)  # not an answer of tus: a portal's, perhaps
        elif offset == len(current.sealed):
            self._current = None
            again = DAY_MS if current.recorded.evidence.state else AGAIN_MS
            self._aside.put(current.key, self._clock.mono_ms(), again)
        else:
            current.offset = offset

    # ---- which file ------------------------------------------------------------------------------------------

    def _waiting(self) -> list[RecordedEvidence]:
        """What the centre has not said to be stored; once a day also what it has not said to be durable."""
        now = self._clock.mono_ms()
        if now >= self._look_ms:  # a centre that makes no backups leaves many of them, and this is asked at every step
            self._look_ms, self._stored = now + AGAIN_MS, self._store.evidence.in_state("stored", MOST)
            for recorded in self._stored:
                self._aside.due.setdefault(_key(recorded), now + DAY_MS)
        return [*self._store.evidence.in_state("", MOST), *self._stored]

    def _next(self) -> _Current | None:
        now = self._clock.mono_ms()
        for recorded in self._waiting():
            if self._aside.due.get(_key(recorded), 0) > now:
                continue
            try:
                self._pictures.open(recorded.evidence)  # what would not open there is not sent
                return _Current(recorded, self._pictures.sealed(recorded.evidence.file))
            except Corrupt:
                log.warning("evidence: a file of entry %s is lost or damaged", recorded.seq)
                self._aside.put(_key(recorded), now)
        return None

    def _set_aside(self, current: _Current) -> None:
        self._current = None
        self._aside.put(current.key, self._clock.mono_ms())


def _key(recorded: RecordedEvidence) -> str:
    """A file in the state it is in: what was once stored and is no longer is a new matter."""
    return f"{recorded.evidence.file} {recorded.evidence.state}"


def _offset(answer: Answer) -> int | None:
    found = answer.headers.get("upload-offset", "")
    return int(found) if _NUMBER.fullmatch(found) else None
