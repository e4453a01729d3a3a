"""The types of entries, and the bodies of most of them (docs/protocol.md, Types): the counter's own affairs, papers, a
citizen's rights. Those with money, and those of people at the counter, have modules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from protocol.journal.entry_body import Body, Inline, Name
from protocol.journal.people import Agreement, Author, Personal


class EntryType(IntEnum):
    """What an entry records: docs/protocol.md, Entries."""

    EPOCH_OPEN = 1
    REQUEST = 2
    DAY_CLOSE = 3
    VOID = 4
    LOGIN = 5
    CLOCK_JUMP = 6
    KEY_ROTATION = 7
    DOCUMENT_APPLIED = 8
    EXPORT = 9
    RECOVERY = 10
    DAY_OPEN = 11
    CASH = 12
    REFUND = 13
    CORRECTION = 14
    COPY_PRINTED = 15
    LIMIT_EXTENSION = 16
    ERASURE = 17
    PRACTICE = 18
    REFUSAL = 19
    FOLLOW_UP = 20
    LEAVING = 21


AFTER_LEAVING: Final = frozenset({EntryType.DOCUMENT_APPLIED, EntryType.ERASURE})
"""What the feed may still write behind a LEAVING: with nothing else there it stays the last word."""


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
    """A signed document is in force at the counter from here on. `kind` is that of the document."""

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
    """What a shop did about a request after its sale. `status` is set where the citizen was told, `taker` where it was
    handed over, `why` where it was escalated.
    """

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
