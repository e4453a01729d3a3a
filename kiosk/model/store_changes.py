"""What can be written in one commit: journal entries to append, and the changes that go with them, all or nothing.

`Store.commit` (`kiosk.ports.store`) takes them; `storage/db/commit.py` and the tests' store carry each of them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from kiosk.model.evidence_file import Evidence, State
    from kiosk.model.service_request import Day, Decision, Draft, Movement, PrintJob, PrintState, Request
    from protocol.journal.acknowledgement import Ack
    from protocol.journal.business_day import DayKey
    from protocol.journal.kj01 import Record


@dataclass(frozen=True, slots=True)
class JournalAppend:
    """A signed record to append, its personal frame, and its weight on the money limits (None: not money)."""

    record: Record
    frame: bytes | None = None
    money_pt: int | None = None


@dataclass(frozen=True, slots=True)
class OfEntry:
    """Something about the entry `seq` of that epoch."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class SetPaper:
    """Move a print job from one of `before` to `after`; a job that has moved on meanwhile stays."""

    job_id: str
    before: tuple[PrintState, ...]
    after: PrintState


@dataclass(frozen=True, slots=True)
class CloseDay:
    """That day, which is open, ends; the rest is kept with it as `service_request.Day` says."""

    day: DayKey
    closed_ms: int
    closed_seq: int = 0
    expected_pt: int = 0
    counted_pt: int = 0
    grand_total_pt: int = 0


@dataclass(frozen=True, slots=True)
class DropDraft:
    """A half-typed form goes."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class DropOldDrafts:
    """Every form, whoever left it, that was last typed in before that time."""

    before_ms: int


@dataclass(frozen=True, slots=True)
class PutDocument:
    """A signed document in force: settings, operators, catalogue, keyset. Old versions of catalogues are kept."""

    kind: str
    version: int
    envelope: bytes


@dataclass(frozen=True, slots=True)
class PutPin:
    """A local PIN verifier (PHC text) of an operator, and the activation it used up (hash hex)."""

    operator: str
    verifier: str
    activation: str


@dataclass(frozen=True, slots=True)
class PutAttempts:
    """Failed tries at a PIN (``operator id``) or a code (``operator id/hash``), written before the verification."""

    operator: str
    failed: int
    last_wall_ms: int
    last_mono_ms: int
    boot_id: bytes


@dataclass(frozen=True, slots=True)
class PutAck:
    """The high-water mark moves: the acknowledgement as judged, and its 140 bytes."""

    ack: Ack
    wire: bytes


@dataclass(frozen=True, slots=True)
class PutCursor:
    """How far the feed has been read."""

    after: int


@dataclass(frozen=True, slots=True)
class SeenDecision(OfEntry):
    """Somebody at the counter has dealt with a rejected request; it leaves the tray."""


@dataclass(frozen=True, slots=True)
class PutElsewhere(OfEntry):
    """Another till of the shop (`till`) pays that request back: *held*, then *refunded*; *free* takes it back."""

    state: Literal["held", "refunded", "free"]
    till: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class DecisionReady(OfEntry):
    """What the centre approved can be collected since `at_ms`: its citizen is to be told, once."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CitizenInformed(OfEntry):
    """The citizen has been told what the centre decided; a later decision is to be told again."""


@dataclass(frozen=True, slots=True)
class OutputArrived(OfEntry):
    """What was made for the citizen lies at the shop. Raises Refused("already_arrived") for a second time."""

    at_ms: int
    operator: str


@dataclass(frozen=True, slots=True)
class HandedOver(OfEntry):
    """Somebody has come for it. Raises Refused("not_to_hand") where nothing lies here."""

    at_ms: int
    operator: str
    to: str


@dataclass(frozen=True, slots=True)
class Erase(OfEntry):
    """Destroy what names the citizen of a request: its frame, its row's name and numbers, what its papers say of them.

    The record, its amounts, its decision and its receipt's number stay.
    """


@dataclass(frozen=True, slots=True)
class NameEntry(OfEntry):
    """An entry that is no request has a frame that names a citizen: so that it is found when he asks to be erased."""

    national_id: str


@dataclass(frozen=True, slots=True)
class DropLoosePapers:
    """Every paper that proves no entry and was made before that time: an answer of an authority may name somebody."""

    before_ms: int


@dataclass(frozen=True, slots=True)
class DropEvidence:
    """All evidence of a request or draft, or the one in that file. Its key goes, and with it what the file holds."""

    request: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class SetEvidence(OfEntry):
    """What the centre has said of evidence with that hash of that entry."""

    sha256: bytes
    state: State


@dataclass(frozen=True, slots=True)
class UnstoreEvidence:
    """The centre was put back from a copy that may lack what it had said to hold, durable or not: all is sent again."""


@dataclass(frozen=True, slots=True)
class PutFact:
    """A small named value that must survive (lease, durable_hwm, order in force, clock floor, favourites…)."""

    name: str
    value: bytes


Change: TypeAlias = """(
    Request | PrintJob | Movement | Draft | Day | Decision | Evidence
    | SetPaper | CloseDay | DropDraft | DropOldDrafts | PutDocument | PutPin | PutAttempts | PutAck | PutCursor
    | SeenDecision | DecisionReady | PutElsewhere | CitizenInformed | OutputArrived | HandedOver | Erase | NameEntry
    | DropLoosePapers | PutFact | DropEvidence | SetEvidence | UnstoreEvidence
)"""
"""What is made of a row is the row itself: a request, whose id is unique for ever, which is what makes one press one
record; a paper for the queue; money that moved, where a request is reversed once; a form that is kept; the day that
opens; the centre's decision; a picture. Raises Refused: already_recorded, already_reversed, refund_held, refund_done
(another till of the shop pays it back), day_exists.
"""
