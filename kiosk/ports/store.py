"""Everything that lasts.

The store has one way of writing: a *commit*, journal entries and changes together, all or nothing, durable
when it returns. Reading never blocks on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.ports.days import DayReader
from kiosk.ports.evidence import EvidenceReader
from kiosk.ports.facts import Documents, Facts, Pins
from kiosk.ports.journal import JournalReader, Tail
from kiosk.ports.print_jobs import PrintJobReader
from kiosk.ports.requests import DraftReader, RequestReader

if TYPE_CHECKING:
    from kiosk.model.service_request import Day
    from kiosk.model.store_changes import Change, JournalAppend
    from protocol.journal.kj01 import Chain
    from protocol.wire.enrolment import Enrolment


@dataclass(frozen=True, slots=True)
class Moment:
    """What a sale is judged by, all of one moment: the open day if any, every fact, and the journal's tail."""

    day: Day | None
    facts: dict[str, bytes]
    tail: Tail


class Store(Facts, Documents, Pins, Protocol):
    """Everything that lasts. All methods may be called from any thread; none touches the network."""

    @property
    def journal(self) -> JournalReader: ...
    @property
    def requests(self) -> RequestReader: ...
    @property
    def drafts(self) -> DraftReader: ...
    @property
    def days(self) -> DayReader: ...
    @property
    def print_jobs(self) -> PrintJobReader: ...
    @property
    def evidence(self) -> EvidenceReader: ...
    def commit(self, entries: Sequence[JournalAppend], changes: Sequence[Change], after: Chain | None = None) -> None:
        """Write all of it or nothing, durable on return.

        `after` is where the writer believes the journal stands; required with `entries`. Raises
        `Refused("already_recorded", seq=…)` when a request's id exists, `Corrupt("journal_moved")` when the
        journal does not stand at `after`, `Unavailable("disk_full")` or `Unavailable("store_failed")` otherwise.
        """

    def enrolment(self) -> Enrolment | None: ...
    def put_enrolment(self, enrolment: Enrolment) -> None:
        """Begin an epoch: the journal of the statement's (device, epoch) is empty after this."""

    def moment(self) -> Moment:
        """Raises Refused("not_enrolled")."""

    def close(self) -> None: ...
