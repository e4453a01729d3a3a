"""Everything that lasts.

The store has one way of writing: a *commit*, journal entries and changes together, all or nothing, durable
when it returns. Reading never blocks on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.model.citizen_receipt import Receipt
    from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
    from kiosk.model.service_request import Day, DayTotals, Draft, Movement, PrintJob, PrintState, Query, Request
    from kiosk.model.store_changes import Change, JournalAppend
    from protocol.journal.acknowledgement import Ack
    from protocol.journal.business_day import DayKey
    from protocol.journal.kj01 import Chain
    from protocol.journal.personal import Item
    from protocol.wire.enrolment import Enrolment


class Keystore(Protocol):
    """The operating system's keystore, behind a probe that cannot hang. Values are 32-byte secrets."""

    def get(self, name: str) -> bytes | None:
        """Raises Unavailable: keystore_absent, keystore_locked, keystore_silent, keystore_failed."""

    def put(self, name: str, value: bytes) -> None: ...
    def delete(self, name: str) -> None: ...


class Mirror(Protocol):
    """The last (epoch, seq, hash), kept outside the database so that a restored one is noticed."""

    def remember(self, chain: Chain, money: int = 0) -> None:
        """Remember soon; never blocks, never raises. `money` of the entries since the last note have money in them."""

    def run_now(self) -> None:
        """Remember at once what was noted; as `note`."""

    def guessed(self, guesses: int) -> None:
        """Somebody guesses at a PIN or a code, for the so-many-th time here; as `note`."""

    def allow(self, money: int) -> None:
        """Before so many more entries with money in them. Raises Unavailable("mirror_late")."""

    def settle(self) -> None:
        """Wait for some seconds until what was noted is remembered. Raises Unavailable("keystore_…")."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong tries of one person: how many, and when the last one was."""

    failed: int
    last_wall_ms: int
    last_mono_ms: int
    boot_id: bytes


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept: a salted verifier, never the digits."""

    verifier: str
    activation: str


class Facts(Protocol):
    """Small things kept by name."""

    def fact(self, name: str) -> bytes | None: ...
    def facts(self) -> dict[str, bytes]:
        """All facts, of one moment."""

    def cursor(self) -> int: ...


class Documents(Protocol):
    """The signed documents of the centre."""

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        """The envelope in force (or that version)."""


class Pins(Protocol):
    """How each operator shows who he is."""

    def pin(self, operator: str) -> Pin | None: ...
    def attempts(self, operator: str) -> Attempts | None: ...


class EvidenceReader(Protocol):
    """Pictures of citizens' papers: what is kept of each beside its file."""

    def of_request(self, request_id: str) -> list[Evidence]:
        """Of a draft or a request, in the order in which it was taken."""

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        """Evidence in that state of entries that the centre has acknowledged, the oldest entry first."""

    def newest_held(self) -> RecordedEvidence | None:
        """Of what the centre has said to have, that of the newest entry."""

    def astray(self, before_ms: int) -> list[Evidence]:
        """Taken before that time for a draft that is no more and became no request."""

    def files(self) -> set[str]: ...


class PrintJobReader(Protocol):
    """Papers to print, and printed."""

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        """Oldest first."""

    def job(self, job_id: str) -> PrintJob | None: ...
    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]: ...
    def receipt(self, epoch: int, seq: int) -> Receipt | None: ...


class DayReader(Protocol):
    """Days, opened and closed."""

    def open_day(self) -> Day | None: ...
    def day(self, key: DayKey) -> Day | None: ...
    def openings(self, date: str) -> int:
        """How many times that date has been opened here."""

    def last_closed(self) -> Day | None:
        """The day whose close is the newest: the one of the largest grand total, whatever the clock said."""

    def newest(self, limit: int = 400) -> list[Day]:
        """Newest first: more than a year of them."""

    def movements(self, key: DayKey) -> list[Movement]:
        """Money that moved that day without a sale, oldest first."""

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        """What has reversed that request here; `device` is the till that sold it, "" for this one."""


class RequestReader(Protocol):
    """Requests, each with what has become of it since."""

    def get(self, request_id: str) -> Request | None: ...
    def at(self, seq: int) -> Request | None: ...
    def search(self, query: Query) -> list[Request]:
        """Newest first."""

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]: ...
    def totals(self, key: DayKey) -> DayTotals: ...
    def used(self, since: str, before: str) -> list[str]:
        """Ids of the services recorded here from the one date on until before the other, the most used first."""

    def rejected_count(self) -> int:
        """How many came back and wait for somebody; `TRAY` lists the newest."""


class DraftReader(Protocol):
    """Forms left half typed."""

    def of_operator(self, operator: str) -> list[Draft]:
        """What this operator left half typed, the latest first."""

    def every(self) -> list[Draft]:
        """What anybody left half typed, of each operator the latest first."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the journal stands and what limits are computed from.

    `count` and `sum_pt` are cumulative over all money entries of the epoch; `acked_*` the same at the
    high-water mark; unsent = the difference. `oldest_unsent_ms` is the wall time of the first unsent money entry.
    """

    chain: Chain
    hwm: int
    count: int
    sum_pt: int
    acked_count: int
    acked_sum_pt: int
    oldest_unsent_ms: int | None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An earlier epoch with entries that no acknowledgement covers; `count` of those are money entries."""

    statement: bytes
    last_seq: int
    hwm: int
    count: int


class JournalReader(Protocol):
    """The journal of this device, epoch by epoch."""

    def tail(self) -> Tail:
        """Raises Refused("not_enrolled")."""

    def left_behind(self) -> list[LeftBehind]:
        """Earlier epochs with unsent entries, the oldest first."""

    def hash_at(self, seq: int, epoch: int | None = None) -> bytes | None:
        """The entry hash at `seq` of the current epoch (or that one); the genesis at 0."""

    def sum_at(self, seq: int) -> int:
        """The cumulative sum of money up to an entry of the current epoch; 0 where there is no such entry."""

    def last_ack(self, epoch: int | None = None) -> tuple[Ack, bytes] | None: ...
    def unsent(self, after: int, count: int, max_bytes: int, epoch: int | None = None) -> list[Item]:
        """The next records of the current epoch (or that one) with their frames, at most so many and so large.

        At least one, if there is one.
        """

    def export(self, epoch: int) -> Iterator[Item]: ...
    def statements(self) -> dict[int, bytes]:
        """The statement payload of every epoch this store has known."""

    def frame(self, epoch: int, seq: int) -> bytes | None: ...
    def named(self, national_id: str) -> list[tuple[int, int]]:
        """Epoch and number of the entries without a request that name this citizen, the oldest first."""


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
