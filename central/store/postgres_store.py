"""The store of a real centre: PostgreSQL. A batch of records is one statement, and one round trip.

The records travel as one binary value with the places where each begins: no array of byte strings to build on
either side, no jsonb, no second copy. The row of the chain is locked and checked by the same statement.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from central.store import schema
from central.store.interface import Append, Row, Session, Value
from central.store.migration import closing_unless_made, migrate
from protocol.errors import Corrupt, Unavailable

CONNECTIONS: Final = 12
TURN_S: Final = 5.0
"""How long a thread waits for one of them."""
_PATIENCE: Final = {
    "connect_timeout": "5", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}  # fmt: skip
_OPTIONS: Final = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_AWAY: Final = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""A server that went away, or that takes no writing any more: another has become the primary."""
_BUSY: Final = (
    psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)  # fmt: skip
"""Nothing is wrong with the connection; another try may go through."""
_MIGRATION_LOCK: Final = 0x4D414E46415A
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


@cache
def _translated(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


def _places(sizes: list[int]) -> list[int]:
    return [0, *accumulate(sizes[:-1])] if sizes else []


class _Session:
    locking = " FOR UPDATE"

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._cursor = connection.cursor(binary=True)

    def all(self, sql: str, *values: Value) -> list[Row]:
        return self._cursor.execute(_translated(sql), values).fetchall()

    def one(self, sql: str, *values: Value) -> Row | None:
        return self._cursor.execute(_translated(sql), values).fetchone()

    def run(self, sql: str, *values: Value) -> int:
        # Without values psycopg would not look for `%%`, and a migration's text holds one.
        return self._cursor.execute(_translated(sql) if values else sql.encode(), values or None).rowcount

    def many(self, sql: str, values: Sequence[Sequence[Value]]) -> None:
        self._cursor.executemany(_translated(sql), values)

    def append(self, batch: Append) -> bool:
        last = batch.kept[-1]
        sizes = [256 + len(k.body) for k in batch.kept]
        frames = [len(sealed) for _, sealed in batch.personal]
        row = self._cursor.execute(
            _APPEND,
            {
                "last": last.seq, "last_hash": last.hash, "now": batch.server_ms, "device": batch.device,
                "epoch": batch.epoch, "hwm": batch.hwm, "hash": batch.hash,
                "blob": b"".join(part for k in batch.kept for part in (k.hash, k.header, k.signature, k.body)),
                "ats": _places(sizes), "sizes": [size - 256 for size in sizes],
                "frames": b"".join(sealed for _, sealed in batch.personal), "seqs": [seq for seq, _ in batch.personal],
                "frame_ats": _places(frames), "frame_sizes": frames,
            },
        ).fetchone()  # fmt: skip
        return row is not None and row[0] == 1


class PostgresStore:
    """A store in the database that `url` names; made up to date when opened. At most `connections` at once.

    Raises Unavailable ``database_away`` when it cannot be reached or takes no writing, ``database_busy``; Refused
    ``newer_database``; Corrupt ``database_gone`` where there are no tables, unless they may `begin`.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS, *, begin: bool = True) -> None:
        self._url = url
        self._turn = threading.BoundedSemaphore(connections)
        self._idle: list[psycopg.Connection[Row]] = []
        self._closed = False
        with closing_unless_made(self), self.writing() as session:
            for limit in ("statement_timeout", "lock_timeout"):  # it takes as long as it takes
                session.run(f"SET LOCAL {limit} = 0")
            session.one("SELECT pg_advisory_xact_lock(?)", _MIGRATION_LOCK)
            if not begin and session.one("SELECT to_regclass('meta')") == (None,):
                raise Corrupt("database_gone", path=conninfo_to_dict(url).get("dbname") or "")
            migrate(session, "postgres", schema.STEPS)

    def _connect(self) -> psycopg.Connection[Row]:
        """Our limits, where the address names none of its own."""
        said: dict[str, Any] = conninfo_to_dict(self._url)
        options = f"{_OPTIONS} {said.pop('options', '')}"
        return psycopg.connect(**{**_PATIENCE, **said, "options": options, "application_name": "manfaz-central"})

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if not self._turn.acquire(timeout=TURN_S):
            raise Unavailable("database_busy", reason="connections")
        connection: psycopg.Connection[Row] | None = None
        try:
            connection = self._take()
            with connection.transaction():
                yield _Session(connection)
        except _BUSY as error:
            raise Unavailable("database_busy", reason=type(error).__name__) from error
        except _AWAY as error:
            # What is wrong with this one is wrong with the idle ones: they are made anew, where the primary is then.
            self._close_idle()
            if connection is not None:
                connection.close()
            raise Unavailable("database_away", reason=type(error).__name__) from error
        finally:
            self._give_back(connection)
            self._turn.release()

    reading = writing

    def _take(self) -> psycopg.Connection[Row]:
        try:
            # One step, without a lock: two threads may find the same list not empty.
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: psycopg.Connection[Any] | None) -> None:
        if connection is None or connection.closed:
            return
        if self._closed or connection.broken:
            connection.close()
        else:
            self._idle.append(connection)

    def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        self._closed = True
        self._close_idle()
