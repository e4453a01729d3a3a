"""Pictures and PDFs of a citizen's papers: what is asked of one, what is wrong with it, and what is kept of it.

Nothing here decodes a picture. What came from a camera, a scanner or somebody's telephone is believed in nothing but
its size until `kiosk.evidence.picture_reader` has read it, in a process of its own that may crash without taking a
form with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from protocol.errors import Refused
from protocol.journal.money_entries import EvidenceItem

if TYPE_CHECKING:  # the store knows of evidence at every start, of services only later
    from protocol.catalogue.services import EvidenceType

Media = Literal["image/jpeg", "application/pdf"]
State = Literal["", "stored", "durable"]
Doubt = Literal["dark", "blurred"]
"""What a person may still accept: a stamp on black paper is dark, a worn one is blurred."""

MAX_FILE: Final = 64 << 20
"""Bytes of one file that are looked at: a telephone's largest photo, and a limit to what is taken into memory."""
LONGEST_PX: Final = 2_400
"""The longer side of what is kept, where the service does not ask for more: a page of A4 at 200 dots an inch."""
FULL: Final = (0, 0, 1000, 1000)
PAGES: Final = 10
"""Files of one paper: a contract has several pages."""


@dataclass(frozen=True, slots=True)
class CaptureSpec:
    """What is to be made of a file: `turns` quarter turns clockwise, then the part `crop` (left, top, right, bottom in
    thousandths of the turned picture), its longer side at least `min_px`, in at most `max_kb` × 1,000 bytes.
    """

    min_px: int
    max_kb: int
    turns: int = 0
    crop: tuple[int, int, int, int] = FULL


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """What was made of it, ready to be kept; `width` and `height` in pixels, for a PDF 0.

    A picture is always a JPEG that we wrote ourselves: no EXIF, no place, no second file behind the first.
    """

    content: bytes
    media: Media
    width: int
    height: int
    doubts: tuple[Doubt, ...] = ()


class PictureReader(Protocol):
    """Whatever decodes a file where it can do no harm."""

    def __call__(self, data: bytes, wanted: CaptureSpec) -> CapturedFile:
        """Raises Refused: evidence_empty, evidence_large, evidence_kind, evidence_heic, evidence_unreadable,
        evidence_hostile, evidence_unconfined, evidence_pixels, evidence_small, evidence_heavy, evidence_pdf_active,
        evidence_pdf_locked, evidence_pdf_mixed, evidence_pdf_odd.
        """


@dataclass(frozen=True, slots=True)
class Evidence:
    """One paper of a request, kept on this machine until the centre has it for good.

    `request` is the id of the draft it was taken for, which is the id of the request that comes of it; `kind` the id
    of the service's `EvidenceType`. `file` names the encrypted file and `key` opens it: without this row it is noise.
    `state` is what the centre has said, signed: nothing yet, *stored*, or *durable* (it survives the centre's disk).
    """

    request: str
    kind: str
    sha256: bytes
    length: int
    media: Media
    file: str
    key: bytes
    taken_ms: int
    state: State = ""

    def item(self) -> EvidenceItem:
        """As an entry says it."""
        return EvidenceItem(self.kind, self.sha256.hex(), self.length, self.media)


class Pictures(Protocol):
    """Where contents are kept, encrypted; a sale never waits for it."""

    def keep(self, content: bytes) -> tuple[str, bytes]:
        """The name of a new file that holds `content`, durable on return, and its key. Raises Unavailable."""

    def sealed(self, name: str) -> bytes:
        """The file as it lies there, as it is sent. Raises Corrupt("evidence_lost")."""

    def open(self, kept: Evidence) -> bytes:
        """The content. Raises Corrupt("evidence_lost")."""

    def sweep(self, kept: Collection[str]) -> int:
        """Remove every file that is not named; how many went."""


@dataclass(frozen=True, slots=True)
class RecordedEvidence:
    """Evidence of a request that is in the journal, at that entry."""

    evidence: Evidence
    epoch: int
    seq: int


def wanted(paper: EvidenceType, turns: int = 0, crop: tuple[int, int, int, int] = FULL) -> CaptureSpec:
    return CaptureSpec(paper.min_px, paper.max_kb, turns % 4, crop)


def refuse_size(data: bytes) -> None:
    """Before anything else: how much of it there is."""
    if not data:
        raise Refused("evidence_empty")
    if len(data) > MAX_FILE:
        raise Refused("evidence_large", mb=len(data) >> 20, most_mb=MAX_FILE >> 20)


def captured(papers: Sequence[EvidenceType]) -> list[EvidenceType]:
    """Those of which a picture is taken; the others are looked at."""
    return [paper for paper in papers if paper.how == "capture"]


def refuse_unsound(
    papers: Sequence[EvidenceType], items: Sequence[EvidenceItem], held: Callable[[], Sequence[Evidence]]
) -> None:
    """Whether a request may name this evidence: all of it is kept for it, and nothing it needs is missing.

    `held` is asked only when a file is named. Raises Refused: evidence_gone, evidence_missing.
    """
    named = [item for item in items if item.sha256 is not None]
    if named:
        there = [evidence.item() for evidence in held()]
        if any(item not in there for item in named):
            raise Refused("evidence_gone")
    kinds = {item.id for item in named}
    for paper in captured(papers):
        if paper.required and paper.id not in kinds:
            raise Refused("evidence_missing", paper=paper.label)


def missing(papers: Sequence[EvidenceType], taken: Sequence[Evidence]) -> list[EvidenceType]:
    """What cannot be done without and is not there yet."""
    there = {evidence.kind for evidence in taken}
    return [paper for paper in captured(papers) if paper.required and paper.id not in there]
