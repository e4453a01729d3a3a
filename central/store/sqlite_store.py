"""The embedded store: one SQLCipher file, one writer, readers beside it. For a pilot, a demo, a small office."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from central.store.interface import Session, Store
from central.store.migration import migrate
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.override import override
from protocol.program.os_errors import translating
from starter.files import SECRET, plain, taking_name

BUSY_MS: Final = 5_000
_PRAGMAS: Final = (
    "journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "secure_delete = ON",
    "trusted_schema = OFF", "temp_store = MEMORY", "journal_size_limit = 16777216",
)  # fmt: skip
_REASONS: Final = {3: "EACCES", 5: "EBUSY", 6: "EBUSY", 8: "EACCES", 10: "EIO", 13: "ENOSPC", 14: "CANTOPEN"}
"""SQLite's primary result codes (https://sqlite.org/rescode.html) under the names that the system's reasons have."""


def _make_private(path: Path) -> None:
    """A database begins as an empty file that only its owner reads; its log takes the same rights."""
    with suppress(OSError):  # it is there, or SQLite says why it cannot be
        path.touch(mode=0o600, exist_ok=False)


class SqliteStore(Store):
    """A store in the file at `path`, encrypted under the 32-byte `key`. Made and migrated when opened.

    Raises Corrupt ``database_key`` when the key does not open the file, ``database_damaged``;
    Refused ``newer_database``; Unavailable ``database_stuck`` when the file cannot be reached, stays locked, or the
    disk is full.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._writer_lock = threading.Lock()
        # Always the same connection: SQLite forgets what it has read and decrypted where another one has written.
        self._writer = self._made("BEGIN IMMEDIATE")
        super().__init__(self._made("BEGIN"))
        with self._closing_unless_made(), self._transaction(self._writer) as connection:
            migrate(connection)

    def _made(self, begin: str) -> Engine:
        engine = create_engine(
            "sqlite://", module=dbapi2, creator=self._connect, poolclass=QueuePool, pool_size=0, pool_use_lifo=True,
            hide_parameters=True,
        )  # fmt: skip
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _connect(self) -> Any:
        try:
            _make_private(self._path)
            connection = dbapi2.connect(str(self._path), isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA cipher_log_level = NONE")
        except dbapi2.OperationalError as error:
            raise Unavailable("database_stuck", reason=_reason(error)) from error
        try:
            connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi2.OperationalError as error:
            connection.close()
            raise Unavailable("database_stuck", reason=_reason(error)) from error
        except dbapi2.DatabaseError as error:
            # The first read is where a wrong key and a file that is none of ours show.
            connection.close()
            raise Corrupt("database_key", path=str(self._path)) from error
        return connection

    @override
    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._writer_lock, self._transaction(self._writer) as connection:
            yield Session(connection)

    @override
    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._transaction(self._engine) as connection:
            yield Session(connection)

    @override
    def _as_our_error(self, error: BaseException) -> KioskError | None:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, dbapi2.OperationalError):
            return Unavailable("database_stuck", reason=_reason(cause))
        # Its subclasses speak of a statement of ours, not of the file: those are bugs, and stay what they are.
        return Corrupt("database_damaged", reason=str(cause)) if type(cause) is dbapi2.DatabaseError else None

    def copy_to(self, path: Path) -> None:
        """A copy of the whole database under the same key, while it is in use; read back before this returns.

        Raises Unavailable ``centre_backup_failed``, ``file_away``, ``disk_no_room``; Corrupt ``database_damaged``.
        """
        with translating(path), taking_name(plain(path), SECRET) as part:
            self._copy(part, path)
            copy = SqliteStore(part, self._key)
            try:
                with copy.reading() as session:
                    faults = session.all("PRAGMA cipher_integrity_check") + session.all("PRAGMA quick_check")
            finally:
                copy.close()
            if faults != [("ok",)]:
                raise Corrupt("database_damaged", reason=str(path))

    def _copy(self, part: Path, path: Path) -> None:
        with closing(self._connect()) as connection:
            try:
                connection.execute("VACUUM INTO ?", (str(part),))
            except dbapi2.OperationalError as error:
                raise Unavailable("centre_backup_failed", path=str(path), reason=_reason(error)) from error
            except dbapi2.DatabaseError as error:
                raise Corrupt("database_damaged", reason=str(error)) from error

    def checkpoint(self) -> bool:
        """Empty the write-ahead log, so that what was erased lies in no file. False while somebody still reads it."""
        with self._writer_lock, closing(self._connect()) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    @override
    def close(self) -> None:
        with self._writer_lock:
            self._writer.dispose()
            super().close()


def _reason(error: dbapi2.Error) -> str:
    """Why the file cannot be used; of what has no text SQLite's own words."""
    return _REASONS.get(int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF) or str(error)
