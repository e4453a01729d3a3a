"""What the counter needs of the world. `storage`, `sync` and `ui` implement these; `kiosk/main/program.py` joins them.

The store has one way of writing: a *commit*, journal entries and changes together, all or nothing, durable
when it returns. Reading never blocks on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from protocol.errors import Unavailable
from protocol.loop import Starter, start_thread
from protocol.wire.enrolment import Enrolment

if TYPE_CHECKING:  # only words of signatures: the first picture need not wait for the journal
    from kiosk.model.citizen_receipt import Receipt
    from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
    from kiosk.model.paper_sheet import Content
    from kiosk.model.service_request import Day, DayTotals, Draft, Movement, PrintJob, PrintState, Query, Request
    from kiosk.model.store_changes import Change, JournalAppend
    from protocol.clock import Clock
    from protocol.journal.acknowledgement import Ack
    from protocol.journal.business_day import DayKey
    from protocol.journal.kj01 import Chain
    from protocol.journal.personal import Item


class Randomness(Protocol):
    """The only source of chance."""

    def take(self, count: int) -> bytes:
        """`count` unpredictable bytes."""

    def below(self, ceiling: float) -> float:
        """A number in [0, ceiling)."""


class Milestones(Protocol):
    """Named moments of a transaction's life, announced as they are passed; tests cut the power at them."""

    def pass_(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """What comes in from outside and has no memory."""

    clock: Clock
    randomness: Randomness
    milestones: Milestones
    start: Starter = start_thread


# ---- what is kept about the device ------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Moment:
    """What a sale is judged by, all of one moment: the open day if any, every fact, and the journal's tail."""

    day: Day | None
    facts: dict[str, bytes]
    tail: Tail


@dataclass(frozen=True, slots=True)
class Attempts:
    failed: int
    last_wall_ms: int
    last_mono_ms: int
    boot_id: bytes


@dataclass(frozen=True, slots=True)
class Pin:
    verifier: str
    activation: str


class Store(Protocol):
    """Everything that lasts. All methods may be called from any thread; none touches the network."""

    def commit(self, entries: Sequence[JournalAppend], changes: Sequence[Change], after: Chain | None = None) -> None:
        """Write all of it or nothing, durable on return.

        `after` is where the writer believes the journal stands; required with `entries`. Raises
        `Refused("already_recorded", seq=…)` when a request's id exists, `Corrupt("journal_moved")` when the
        journal does not stand at `after`, `Unavailable("disk_full")` or `Unavailable("store_failed")` otherwise.
        """

    def enrolment(self) -> Enrolment | None: ...
    def put_enrolment(self, enrolment: Enrolment) -> None:
        """Begin an epoch: the journal of the statement's (device, epoch) is empty after this."""

    def tail(self) -> Tail:
        """Raises Refused("not_enrolled")."""

    def left_behind(self) -> list[LeftBehind]:
        """Earlier epochs with unsent entries, the oldest first."""

    def moment(self) -> Moment:
        """Raises Refused("not_enrolled")."""

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

    def request(self, request_id: str) -> Request | None: ...
    def request_at(self, seq: int) -> Request | None: ...
    def frame(self, epoch: int, seq: int) -> bytes | None: ...
    def search(self, query: Query) -> list[Request]:
        """Newest first."""

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]: ...
    def totals(self, key: DayKey) -> DayTotals: ...
    def used(self, since: str) -> list[str]:
        """Ids of the services recorded here from that date on, the most used first."""

    def rejected(self) -> list[Request]:
        """The tray: rejected or sent back, and nobody has dealt with it."""

    def open_day(self) -> Day | None: ...
    def day(self, key: DayKey) -> Day | None: ...
    def openings(self, date: str) -> int:
        """How many times that date has been opened here."""

    def last_closed_day(self) -> Day | None:
        """The day whose close is the newest: the one of the largest grand total, whatever the clock said."""

    def days(self, limit: int = 400) -> list[Day]:
        """Newest first: more than a year of them."""

    def movements(self, key: DayKey) -> list[Movement]:
        """Money that moved that day without a sale, oldest first."""

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        """What has reversed that request here; `device` is the till that sold it, "" for this one."""

    def print_jobs(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        """Oldest first."""

    def print_job(self, job_id: str) -> PrintJob | None: ...
    def papers(self, epoch: int, seq: int) -> list[PrintJob]: ...
    def receipt(self, epoch: int, seq: int) -> Receipt | None: ...
    def drafts(self, operator: str) -> list[Draft]:
        """What this operator left half typed, the latest first."""

    def every_draft(self) -> list[Draft]:
        """What anybody left half typed, of each operator the latest first."""

    def named(self, national_id: str) -> list[tuple[int, int]]:
        """Epoch and number of the entries without a request that name this citizen, the oldest first."""

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        """The envelope in force (or that version)."""

    def pin(self, operator: str) -> Pin | None: ...
    def attempts(self, operator: str) -> Attempts | None: ...
    def evidence(self, request_id: str) -> list[Evidence]:
        """Of a draft or a request, in the order in which it was taken."""

    def evidence_in(self, state: State, limit: int) -> list[RecordedEvidence]:
        """Evidence in that state of entries that the centre has acknowledged, the oldest entry first."""

    def evidence_newest_held(self) -> RecordedEvidence | None:
        """Of what the centre has said to have, that of the newest entry."""

    def evidence_astray(self, before_ms: int) -> list[Evidence]:
        """Taken before that time for a draft that is no more and became no request."""

    def evidence_files(self) -> set[str]: ...
    def cursor(self) -> int: ...
    def fact(self, name: str) -> bytes | None: ...
    def facts(self) -> dict[str, bytes]:
        """All facts, of one moment."""

    def close(self) -> None: ...


class Keystore(Protocol):
    """The operating system's keystore, behind a probe that cannot hang. Values are 32-byte secrets."""

    def get(self, name: str) -> bytes | None:
        """Raises Unavailable: keystore_absent, keystore_locked, keystore_silent, keystore_failed."""

    def put(self, name: str, value: bytes) -> None: ...
    def delete(self, name: str) -> None: ...


class Mirror(Protocol):
    """The last (epoch, seq, hash), kept outside the database so that a restored one is noticed."""

    def note(self, chain: Chain, money: int = 0) -> None:
        """Remember soon; never blocks, never raises. `money` of the entries since the last note have money in them."""

    def run_now(self) -> None:
        """Remember at once what was noted; as `note`."""

    def guessed(self, guesses: int) -> None:
        """Somebody guesses at a PIN or a code, for the so-many-th time here; as `note`."""

    def allow(self, money: int) -> None:
        """Before so many more entries with money in them. Raises Unavailable("mirror_late")."""

    def settle(self) -> None:
        """Wait for some seconds until what was noted is remembered. Raises Unavailable("keystore_…")."""


class PrinterBroke(Unavailable):
    """It failed after the first byte: nobody but a person can say whether the paper came out."""


class Printer(Protocol):
    """Something that turns bytes into paper."""

    def status(self) -> None:
        """Returns when ready. Raises Unavailable("printer", reason=…): paper_out, offline, error, silent, none."""

    def send(self, data: bytes) -> None:
        """All bytes, then a good status. Raises PrinterBroke when it fails after the first byte, else Unavailable."""


class Renderer(Protocol):
    def __call__(self, content: Content, copy: int) -> bytes:
        """The bytes for the printer in use, whatever it takes: raster and cut, or pages."""
