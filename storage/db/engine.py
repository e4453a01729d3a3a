"""Connections to the encrypted database: the key first, then every PRAGMA, each read back.

One writer connection with a lock of its own and `BEGIN IMMEDIATE`; each thread that looks has its own, so that
reading never waits for a sale. They are the driver's: SQLAlchemy, which takes as long to import
as the whole start may last, is brought in by migrations alone (docs/adr/0007).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlcipher3 import dbapi2

from protocol.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine

OLDEST_SQLITE: Final = (3, 51, 3)  # before it, a rare race at a checkpoint could damage a WAL database
KEY_LEN: Final = 32
BUSY_MS: Final = 5000

# recursive_triggers: without it REPLACE deletes a row and fires no trigger.
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


def _unlock(connection: Any, key: bytes) -> None:
    """The first words on every connection."""
    connection.execute("PRAGMA cipher_log_level = NONE")  # else a wrong key is shouted on stderr
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master")  # a wrong key is found here, not in a PRAGMA


def _prepare(connection: Any, key: bytes) -> None:
    _unlock(connection, key)
    for name, value, expected in PRAGMAS + (MAC_PRAGMAS if sys.platform == "darwin" else ()):
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise Unavailable("store_pragma", name=name, found=found and found[0], want=expected)


def prepare_reader(connection: Any, key: bytes) -> None:
    """The first words on a connection to a file opened for reading only: nothing that would change it."""
    _unlock(connection, key)
    for name, value in (("query_only", "ON"), ("busy_timeout", BUSY_MS), ("mmap_size", 0), ("temp_store", "MEMORY")):
        connection.execute(f"PRAGMA {name} = {value}").fetchall()


class Database:
    """One encrypted file and its key; every connection to it comes from here. The caller closes what it gets."""

    def __init__(self, path: Path, key: bytes) -> None:
        if len(key) != KEY_LEN:
            raise ValueError(len(key))
        self.path = path
        self._key = key

    def writer(self, mode: str = "rwc") -> Any:
        """The driver's connection, in no transaction: they are begun by us, IMMEDIATE, before every statement."""
        return self._connect(mode, _prepare)

    def existing(self) -> Any:
        """A `writer` of a file that must be there: a new one would be taken for the store."""
        return self.writer("rw")

    def reader(self) -> Any:
        """A connection that cannot write."""
        connection = self.existing()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def onlooker(self) -> Any:
        """A connection to a file that is at work elsewhere: nothing is made, nothing is checkpointed when it closes."""
        return self._connect("ro", prepare_reader)

    def _connect(self, mode: str, prepare: Callable[[Any, bytes], None]) -> Any:
        address = f"file:{quote(self.path.absolute().as_posix())}?mode={mode}"
        # The driver's own default begins transactions late, and not before every statement.
        connection = dbapi2.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            prepare(connection, self._key)
        except BaseException:
            connection.close()
            raise
        return connection

    def engine(self) -> Engine:
        """For migrations: each connection is a `writer`, and each transaction takes the write lock at once."""
        from sqlalchemy import create_engine, event  # noqa: PLC0415 - see the head of this module
        from sqlalchemy.pool import NullPool  # noqa: PLC0415

        # An exception's text must not hold a citizen's name.
        engine = create_engine("sqlite://", creator=self.writer, poolclass=NullPool, hide_parameters=True)

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine
