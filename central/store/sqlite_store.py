"""The embedded store: one SQLCipher file, one writer, readers beside it. For a pilot, a demo, a small office."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from central.store import schema
from central.store.interface import Append, Row, Session, Value
from central.store.migration import closing_unless_made, migrate
from protocol.errors import Corrupt, Unavailable
from protocol.program.os_errors import translating
from starter.files import SECRET, plain, taking_name

BUSY_MS: Final = 5_000
_PRAGMAS: Final = (
    "journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "secure_delete = ON",
    "trusted_schema = OFF", "temp_store = MEMORY", "journal_size_limit = 16777216",
)  # fmt: skip
_MOVE: Final = """UPDATE chain SET hwm = ?, hash = ?, server_ms = ?
    WHERE device = ? AND epoch = ? AND hwm = ? AND hash = ? AND state NOT IN ('suspended', 'frozen')"""

_REASONS: Final = {3: "EACCES", 5: "EBUSY", 6: "EBUSY", 8: "EACCES", 10: "EIO", 13: "ENOSPC", 14: "CANTOPEN"}
"""SQLite's primary result codes (https://sqlite.org/rescode.html) under the names that the system's reasons have."""


class _Session:
    locking = ""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self, sql: str, *values: Value) -> list[Row]:
        rows: list[Row] = self._connection.execute(sql, values).fetchall()
        return rows

    def one(self, sql: str, *values: Value) -> Row | None:
        # All rows are fetched: a statement half read would keep COMMIT from happening.
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def run(self, sql: str, *values: Value) -> int:
        return int(self._connection.execute(sql, values).rowcount)

    def many(self, sql: str, values: Sequence[Sequence[Value]]) -> None:
        self._connection.executemany(sql, values)

    def append(self, batch: Append) -> bool:
        last, key = batch.kept[-1], (batch.device, batch.epoch)
        if not self.run(_MOVE, last.seq, last.hash, batch.server_ms, *key, batch.hwm, batch.hash):
            return False
        self._connection.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(*key, k.seq, k.hash, k.header, k.signature, k.body, batch.server_ms) for k in batch.kept],
        )
        self._connection.executemany(
            "INSERT INTO personal VALUES (?, ?, ?, ?)", [(*key, seq, sealed) for seq, sealed in batch.personal]
        )
        return True


def _make_private(path: Path) -> None:
    """A database begins as an empty file that only its owner reads; its log takes the same rights."""
    with suppress(OSError):  # it is there, or SQLite says why it cannot be
        path.touch(mode=0o600, exist_ok=False)


class SqliteStore:
    """A store in the file at `path`, encrypted under the 32-byte `key`. Made and migrated when opened.

    Raises Corrupt ``database_key`` when the key does not open the file, ``database_damaged``;
    Refused ``newer_database``; Unavailable ``database_stuck`` when the file cannot be reached, stays locked, or the
    disk is full.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._writer_lock = threading.Lock()
        self._idle: list[Any] = []
        self._closed = False
        self._writer = self._connect()
        with closing_unless_made(self), self.writing() as session:
            migrate(session, "sqlite", schema.STEPS)

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

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._writer_lock, _transaction(self._writer, "BEGIN IMMEDIATE") as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        try:
            # One step, without a lock: two threads may find the same list not empty.
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            with _transaction(connection, "BEGIN") as session:
                yield session
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

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
        connection = self._connect()
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
        except dbapi2.OperationalError as error:
            raise Unavailable("centre_backup_failed", path=str(path), reason=_reason(error)) from error
        except dbapi2.DatabaseError as error:
            raise Corrupt("database_damaged", reason=str(error)) from error
        finally:
            connection.close()

    def checkpoint(self) -> bool:
        """Empty the write-ahead log, so that what was erased lies in no file. False while somebody still reads it."""
        with self._writer_lock:
            busy, _, _ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def close(self) -> None:
        self._closed = True
        with self._writer_lock:
            self._writer.close()
        while self._idle:
            self._idle.pop().close()


def _reason(error: dbapi2.Error) -> str:
    """Why the file cannot be used; of what has no text SQLite's own words."""
    return _REASONS.get(int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF) or str(error)


@contextmanager
def _transaction(connection: Any, begin: str) -> Iterator[Session]:
    try:
        connection.execute(begin)
        yield _Session(connection)
        connection.execute("COMMIT")
    except BaseException as error:
        # Everything, a thread told to end included: what is half done must not stay open for the next one to commit.
        _roll_back(connection)
        if isinstance(error, dbapi2.OperationalError):
            raise Unavailable("database_stuck", reason=_reason(error)) from error
        # Its subclasses speak of a statement of ours, not of the file: those are bugs, and stay what they are.
        if type(error) is dbapi2.DatabaseError:
            raise Corrupt("database_damaged", reason=str(error)) from error
        raise


def _roll_back(connection: Any) -> None:
    """SQLite has done it by itself after some errors; if it cannot, the error before it is the one to tell."""
    if connection.in_transaction:
        with suppress(dbapi2.Error):
            connection.execute("ROLLBACK")
