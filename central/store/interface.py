"""What the centre asks of a database. Two adapters keep it: `central.store.sqlite_store` and
`central.store.postgres_store`.

All SQL but the appending of records is written once, in the part that both databases understand: ``?`` for a
value, ``ON CONFLICT``, ``RETURNING``. What differs (connections, locks, types, the one hot statement) is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Row = tuple[Any, ...]
Value = bytes | int | str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One verified record on its way into the store; `body` is never looked into by SQL."""

    seq: int
    hash: bytes
    header: bytes
    signature: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """Records that follow the entry (`hwm`, `hash`) of one chain, without a gap, and their sealed personal frames.

    `personal` is (seq, sealed bytes) of the frames that came.
    """

    device: bytes
    epoch: int
    hwm: int
    hash: bytes
    kept: Sequence[Kept]
    personal: Sequence[tuple[int, bytes]]
    server_ms: int


class Session(Protocol):
    """One transaction. It is committed when its block ends, rolled back when the block raises."""

    def all(self, sql: str, *values: Value) -> list[Row]: ...

    def one(self, sql: str, *values: Value) -> Row | None: ...

    def run(self, sql: str, *values: Value) -> int:
        """Returns how many rows were touched."""

    def many(self, sql: str, values: Sequence[Sequence[Value]]) -> None:
        """The same statement for each tuple of `values`."""

    def append(self, batch: Append) -> bool:
        """Move the chain's high-water mark and store the records, or do nothing at all.

        False: the chain no longer stands where `batch` says, or no longer takes records.
        """

    @property
    def locking(self) -> str:
        """What to end a SELECT with so that its rows stay mine until the end (empty where the writer is alone)."""


class Store(Protocol):
    """A database. Both blocks may be entered by any thread; `reading` never waits for a writer."""

    def writing(self) -> AbstractContextManager[Session]: ...

    def reading(self) -> AbstractContextManager[Session]: ...

    def close(self) -> None: ...
