"""Evidence at the counter: looked at, kept with its draft, shown again, dropped, and gone when its time is over.

A file is written before its row and removed after it; what a crash leaves between the two is noise that nobody can
open, and is swept when nobody is at the counter.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from kiosk.evidence import capture_devices
from kiosk.evidence.capture_devices import Device, Kind
from kiosk.model.evidence_file import (
    FULL,
    PAGES,
    CapturedFile,
    CaptureSpec,
    Evidence,
    PictureReader,
    Pictures,
    RecordedEvidence,
    wanted,
)
from kiosk.model.store_changes import Change, DropEvidence
from kiosk.staff.sign_in import AtCounter
from protocol.catalogue.services import EvidenceType
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.wire.statuses import FINAL

ASTRAY_MS: Final = DAY_MS
"""How long evidence of no draft is left alone: its draft may be on the way to the disk."""
DAYS: Final = 60
"""How long it is kept where the catalogue that would say so is no longer here."""
MANY: Final = 10_000
SAMPLE_PX: Final = 480
SAMPLE_KB: Final = 400


@dataclass(eq=False, repr=False)
class EvidenceBox(AtCounter):
    """Pictures and PDFs of citizens' papers, encrypted on this machine."""

    _pictures: Pictures
    _reader: PictureReader
    _turn: threading.Lock = field(init=False, default_factory=threading.Lock)

    def read(
        self, data: bytes, paper: EvidenceType, turns: int = 0, crop: tuple[int, int, int, int] = FULL
    ) -> CapturedFile:  # fmt: skip
        """What would be kept of this file. Seconds for a large one: never on the GUI's or the storage's thread.

        Raises Refused as `kiosk.model.evidence_file.PictureReader`.
        """
        return self._reader(data, wanted(paper, turns, crop))

    def sample(self, data: bytes) -> CapturedFile:
        """What would be kept of a trial's picture: the same way, for no citizen. Raises as `read`."""
        return self._reader(data, CaptureSpec(SAMPLE_PX, SAMPLE_KB))

    def device(self, kind: Kind) -> Device | None:
        """The camera or scanner that was chosen at this counter; None before anybody did."""
        return capture_devices.chosen(kind).kept(self._store)

    def choose(self, device: Device) -> None:
        """Take pictures with it from now on, after a restart too."""
        short = replace(device, name=device.name[: capture_devices.NAME_CHARS])
        self._write(capture_devices.chosen(device.kind).put(short))

    def keep(self, draft: str, paper: EvidenceType, taken: CapturedFile) -> Evidence:
        """Keep it, durable on return; the same content twice is kept once.

        Raises Refused("evidence_many"), Unavailable("disk_full").
        """
        self._people.working()
        sha256 = hashlib.sha256(taken.content).digest()
        mine = [one for one in self._store.evidence.of_request(draft) if one.kind == paper.id]
        known = next((one for one in mine if one.sha256 == sha256), None)
        if known is not None:
            return known
        if len(mine) >= PAGES:
            raise Refused("evidence_many", most=PAGES)
        with self._turn:
            file, key = self._pictures.keep(taken.content)
            made = Evidence(
                draft, paper.id, sha256, len(taken.content), taken.media, file, key, self._context.now_ms()
            )  # fmt: skip
            self._write(made)
        return made

    def share(self, evidence: Evidence, draft: str) -> Evidence:
        """The same file for another request of the visit: taken once, kept once, recorded with each."""
        made = replace(evidence, request=draft, state="")
        if all(
            one.sha256 != evidence.sha256 or one.kind != evidence.kind for one in self._store.evidence.of_request(draft)
        ):
            self._write(made)
        return made

    def taken(self, draft: str) -> list[Evidence]:
        """What is kept for a draft, or for the request it has become."""
        return self._store.evidence.of_request(draft)

    def content(self, evidence: Evidence) -> bytes:
        """The picture or PDF. Raises Corrupt("evidence_lost")."""
        return self._pictures.open(evidence)

    def drop(self, evidence: Evidence) -> None:
        """Take back what was kept for a draft. Raises Refused("evidence_recorded") once it is in the journal."""
        self._people.working()
        if self._store.requests.get(evidence.request) is not None:
            raise Refused("evidence_recorded")
        self._write(DropEvidence(evidence.request, evidence.file))
        self._sweep()

    def tidy(self) -> int:
        """Let go of what nobody owns and of what has had its time; how many rows went. When nobody is here."""
        over = [one.evidence for one in self._store.evidence.in_state("durable", MANY) if self._over(one)]
        over += self._store.evidence.astray(self._context.now_ms() - ASTRAY_MS)
        if over:
            self._write(*(DropEvidence(one.request, one.file) for one in over))
        self._sweep()
        return len(over)

    def _over(self, recorded: RecordedEvidence) -> bool:
        """Whether the retention time after the final decision is over; without one it never is."""
        request = self._store.requests.get(recorded.evidence.request)
        assert request is not None  # noqa: S101 - it was joined with its request
        reversed_by = self._store.days.reversal(recorded.epoch, recorded.seq)
        decision = request.decision
        ends = [decision.at_ms] if decision is not None and decision.status in FINAL else []
        ends += [reversed_by.at_ms] if reversed_by is not None else []
        if not ends:
            return False
        try:
            service = self._context.in_force.catalogue(request.catalogue).service(request.service_id)
            days = service.retention.evidence_days
        except Refused:
            days = DAYS
        return self._context.now_ms() >= max(ends) + days * DAY_MS

    def _sweep(self) -> None:
        with self._turn:
            self._pictures.sweep(self._store.evidence.files())

    def _write(self, *changes: Change) -> None:
        self._context.journal.write([], changes)
