"""Reading the journal: where it stands, what is unsent, its records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from protocol.journal.acknowledgement import Ack
    from protocol.journal.kj01 import Chain
    from protocol.journal.personal import Item


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
