"""Bodies of the other types (docs/protocol.md, Types): the counter's own affairs, papers, a citizen's rights.

`read` is the reader of every type: whoever imports this module knows all classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from protocol.journal import money_entries, staff_entries
from protocol.journal.entry_body import Body, Inline, Name, Unknown, read
from protocol.journal.kj01 import EntryType
from protocol.journal.people import Agreement, Author, Personal


@dataclass(frozen=True, slots=True)
class RequestName:
    """The request that an entry is about: epoch, number and hash of its own entry."""

    epoch: int
    seq: int
    id: Name


@dataclass(frozen=True, slots=True)
class EntryName:
    """An entry by its epoch and number."""

    epoch: int
    seq: int


class EpochOpening(Body, of=EntryType.EPOCH_OPEN):
    """An epoch begins under this version of the program."""

    kind: Literal["epoch_open"] = "epoch_open"
    app: str


class ClockConfirmed(Body, of=EntryType.CLOCK_JUMP):
    """A person has said that the computer's clock is right."""

    author: Inline[Author]
    from_ms: int
    to_ms: int


class DocumentApplied(Body, of=EntryType.DOCUMENT_APPLIED):
    """`kind` is that of the document."""

    kind: Name
    version: int
    sha256: str


class CitizenExport(Body, of=EntryType.EXPORT):
    """A copy of a citizen's data was given; `sha256` of that file."""

    kind: Literal["citizen"] = "citizen"
    author: Inline[Author]
    agreement: Inline[Agreement]
    requests: tuple[RequestName, ...]
    sha256: str


class ErasureAsked(Body, of=EntryType.ERASURE):
    """A citizen wants them erased: his requests, and refusals that name him (`papers`)."""

    kind: Literal["asked"] = "asked"
    author: Inline[Author]
    agreement: Inline[Agreement]
    requests: tuple[RequestName, ...]
    papers: tuple[EntryName, ...] = ()


class Erased(Body, of=EntryType.ERASURE):
    """What named the citizen of that entry is gone here; `id` is empty for a refusal."""

    kind: Literal["erasure"] = "erasure"
    epoch: int
    seq: int
    id: Name


class Restored(Body, of=EntryType.RECOVERY):
    """A store was put back from a backup; what it lacks of that epoch is named."""

    kind: Literal["restored"] = "restored"
    epoch: int
    seq: int
    last: int


class CopyPrinted(Body, of=EntryType.COPY_PRINTED):
    """A paper was printed once more."""

    author: Inline[Author]
    of: int
    copy: int
    agreement: Inline[Agreement]


class LimitExtension(Body, of=EntryType.LIMIT_EXTENSION):
    """Somebody agreed that the counter goes on beyond a limit until that time."""

    author: Inline[Author]
    agreement: Inline[Agreement]
    until_ms: int


class PracticeEntry(Body, of=EntryType.PRACTICE):
    """Practice began or ended."""

    kind: Literal["start", "stop"]
    author: Inline[Author]


class AdviceEntry(Body, of=EntryType.REFUSAL):
    """A citizen was refused or advised, and nothing was sold."""

    author: Inline[Author]
    kind: Literal["refusal", "guidance"]
    service: Name
    service_version: int
    catalogue: int
    personal: Personal | None = None


class FollowUpEntry(Body, of=EntryType.FOLLOW_UP):
    """`status` where the citizen was told, `taker` where it was handed over, `why` where it was escalated."""

    author: Inline[Author]
    kind: Literal["told", "arrived", "handed", "escalated"]
    status: str = ""
    taker: str = ""
    why: str = ""
    epoch: int
    seq: int
    id: Name


class Leaving(Body, of=EntryType.LEAVING):
    """The counter moves to another shop or leaves for good."""

    kind: Literal["move", "retire"]
    unsent: int
    at: int


__all__ = ["Unknown", "money_entries", "read", "staff_entries"]
