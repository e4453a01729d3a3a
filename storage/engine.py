"""Connections to the encrypted database: the key first, then every PRAGMA, each read back.

One writer connection with a lock of its own and `BEGIN IMMEDIATE`; readers have a pool of theirs, so that
reading never waits for a sale (libraries.md, trap 5).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from kiosk.errors import Unavailable

OLDEST_SQLITE: Final = (3, 51, 3)  # before it, a rare race at a checkpoint could damage a WAL database
KEY_LEN: Final = 32
BUSY_MS: Final = 5000
READERS: Final = 4

# journal-and-sync.md §6.1, and recursive_triggers: without it REPLACE deletes a row and fires no trigger.
PRAGMAS: Final[tuple[tuple[str, str, object], ...]] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
    ("secure_delete", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("wal_autocheckpoint", "1000", 1000),
    ("journal_size_limit", "16777216", 16_777_216),
    ("temp_store", "MEMORY", 2),
    ("recursive_triggers", "ON", 1),
    ("cache_size", "-32768", -32768),  # KiB; a page not in it is read and decrypted again
)
MAC_PRAGMAS: Final[tuple[tuple[str, str, object], ...]] = (("fullfsync", "ON", 1), ("checkpoint_fullfsync", "ON", 1))


def check_sqlite() -> None:
    """Raises Unavailable("sqlite_old") when the SQLite inside sqlcipher3 is not fit to keep money."""
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise Unavailable("sqlite_old", found=dbapi2.sqlite_version, want=wanted)


def _prepare(connection: Any, key: bytes) -> None:
    """The first words on every connection."""
    connection.execute("PRAGMA cipher_log_level = NONE")  # else a wrong key is shouted on stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master")  # a wrong key is found here, not in a PRAGMA
    for name, value, expected in PRAGMAS + (MAC_PRAGMAS if sys.platform == "darwin" else ()):
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise Unavailable("store_pragma", name=name, found=found and found[0], want=expected)


def _engine(path: Path, key: bytes, **pool: Any) -> Engine:
    if len(key) != KEY_LEN:
        raise ValueError(len(key))
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=dbapi2,
        # Transactions are begun by us: the driver's own default begins them late and not before every statement.
        connect_args={"isolation_level": None, "check_same_thread": False},
        hide_parameters=True,  # an exception's text must not hold a citizen's name
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        _prepare(connection, key)

    return engine


def writer_engine(path: Path, key: bytes) -> Engine:
    """For the one writer, migrations and backups: every transaction takes the write lock at once."""
    engine = _engine(path, key, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reader_engine(path: Path, key: bytes) -> Engine:
    """For everybody who looks: several at once, none can write, each transaction sees one moment."""
    engine = _engine(path, key, poolclass=QueuePool, pool_size=READERS, max_overflow=READERS)

    @event.listens_for(engine, "connect")
    def _read_only(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def raw(engine: Engine) -> Any:
    """A driver's connection of its own, outside any pool; the caller closes it."""
    pooled = engine.raw_connection()
    driver = pooled.driver_connection
    pooled.detach()
    return driver


class OwnConnections:
    """One connection for each thread that asks, kept until `close`: a pool's hand-over costs more than an answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._all: list[tuple[Any, threading.Lock]] = []

    def ask(self, sql: str, arguments: Sequence[object]) -> list[Any]:
        """The rows, read on this thread's connection."""
        mine = getattr(self._mine, "connection", None)
        if mine is None:
            mine = self._mine.connection = self._open()
        connection, busy = mine
        with busy:
            found: list[Any] = connection.execute(sql, arguments).fetchall()
        return found

    def close(self) -> None:
        """Close every thread's, each between two questions; whoever asks later is told that it is closed."""
        with self._lock:
            for connection, busy in self._all:
                with busy:
                    connection.close()
            self._all.clear()

    def _open(self) -> tuple[Any, threading.Lock]:
        mine = raw(self._engine), threading.Lock()
        with self._lock:
            self._all.append(mine)
        return mine
