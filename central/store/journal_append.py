"""The hot statement, written by hand for each database: a batch of records is stored while its chain moves on.

In PostgreSQL it is one statement, and one round trip: the records travel as one binary value with the places where
each begins, so that there is no array of byte strings to build on either side, and no second copy. The row of the
chain is locked and checked by the same statement. Built row by row by SQLAlchemy it took four times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite

from central.store.device_models import Entry, Personal


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


def append(connection: Connection, batch: Append) -> bool:
    """Whether the chain stood where `batch` says and took its records; else nothing was done."""
    return (_to_sqlite if connection.dialect.name == "sqlite" else _to_postgres)(connection, batch)


_MOVE: Final = """UPDATE chain SET hwm = ?, hash = ?, server_ms = ?
    WHERE device = ? AND epoch = ? AND hwm = ? AND hash = ? AND state NOT IN ('suspended', 'frozen')"""
_ENTRY: Final = str(insert(Entry).compile(dialect=sqlite.dialect()))
_PERSONAL: Final = str(insert(Personal).compile(dialect=sqlite.dialect()))


def _to_sqlite(connection: Connection, batch: Append) -> bool:
    last, key, now = batch.kept[-1], (batch.device, batch.epoch), batch.server_ms
    moved = connection.exec_driver_sql(_MOVE, (last.seq, last.hash, now, *key, batch.hwm, batch.hash))
    if not moved.rowcount:
        return False
    rows = [(*key, k.seq, k.hash, k.header, k.signature, k.body, now) for k in batch.kept]
    connection.exec_driver_sql(_ENTRY, rows)
    if batch.personal:
        connection.exec_driver_sql(_PERSONAL, [(*key, seq, sealed) for seq, sealed in batch.personal])
    return True


_APPEND: Final = """
WITH moved AS (
    UPDATE chain SET hwm = %(last)s, hash = %(last_hash)s, server_ms = %(now)s
    WHERE device = %(device)s AND epoch = %(epoch)s AND hwm = %(hwm)s AND hash = %(hash)s
      AND state NOT IN ('suspended', 'frozen')
    RETURNING 1
), kept AS (
    INSERT INTO entry (device, epoch, seq, hash, header, signature, body, received_ms)
    SELECT %(device)s, %(epoch)s, %(hwm)s + i, substr(%(blob)s, at + 1, 32), substr(%(blob)s, at + 33, 160),
           substr(%(blob)s, at + 193, 64), substr(%(blob)s, at + 257, size), %(now)s
    FROM moved, unnest(%(ats)s::int4[], %(sizes)s::int4[]) WITH ORDINALITY AS r (at, size, i)
), framed AS (
    INSERT INTO personal (device, epoch, seq, sealed)
    SELECT %(device)s, %(epoch)s, seq, substr(%(frames)s, at + 1, size)
    FROM moved, unnest(%(seqs)s::int8[], %(frame_ats)s::int4[], %(frame_sizes)s::int4[]) AS r (seq, at, size)
)
SELECT count(*) FROM moved"""


def _to_postgres(connection: Connection, batch: Append) -> bool:
    last = batch.kept[-1]
    sizes = [256 + len(k.body) for k in batch.kept]
    frames = [len(sealed) for _, sealed in batch.personal]
    moved = connection.exec_driver_sql(
        _APPEND,
        {
            "last": last.seq, "last_hash": last.hash, "now": batch.server_ms, "device": batch.device,
            "epoch": batch.epoch, "hwm": batch.hwm, "hash": batch.hash,
            "blob": b"".join(part for k in batch.kept for part in (k.hash, k.header, k.signature, k.body)),
            "ats": _places(sizes), "sizes": [size - 256 for size in sizes],
            "frames": b"".join(sealed for _, sealed in batch.personal), "seqs": [seq for seq, _ in batch.personal],
            "frame_ats": _places(frames), "frame_sizes": frames,
        },
    ).scalar_one()  # fmt: skip
    return bool(moved == 1)


def _places(sizes: list[int]) -> list[int]:
    return [0, *accumulate(sizes[:-1])] if sizes else []
