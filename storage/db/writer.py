"""The one connection that writes: a lock, a transaction, and a fresh start after whatever has failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TypeVar

from sqlcipher3 import dbapi2

from protocol.errors import Corrupt, Unavailable
from storage.db.connections import Connect, Handle, Source
from storage.faults import border, is_passing, translate

T = TypeVar("T")


class Writer:
    """The store's one writer. `transaction()` gives the driver's connection inside BEGIN IMMEDIATE … COMMIT, to one
    thread at a time.
    """

    def __init__(
        self, source: Source, connect: Connect, verify: Callable[[Any], None], make_room: Callable[[], None],
        rescue: Callable[[Any], None],
    ) -> None:  # fmt: skip
        """`verify` is run on each new connection before it is used; it raises when the journal cannot be right.

        `make_room` is called when the disk was found full. `rescue` gives what a connection is open on its name again.
        """
        self._source = source
        self._connect = connect
        self._verify = verify
        self._make_room = make_room
        self._rescue = rescue
        self._handle = Handle(source, self._open, self._mend)
        self._lock = threading.RLock()
        self._in_doubt = False  # a commit failed that the log may hold all the same
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Durable under its name when the block has ended; nothing is written when it raises. Raises Unavailable,
        Corrupt.
        """
        with self._lock:
            try:
                with border():
                    connection = self._handle.ask(_begin)
                    try:
                        yield connection
                        self._commit(connection)
                    except BaseException as error:
                        self._undo(connection, error)
                        raise
            except Unavailable as error:
                if error.code == "disk_full":
                    self._make_room()
                raise

    def read(self, question: Callable[[Any], T]) -> T:
        """What the same connection answers: nobody writes meanwhile, and its pages are decrypted already.

        A reader's connection decrypts anew what the last sale has written, and that is what the next one asks for.
        """
        with self._lock, border():
            return self._handle.ask(question)

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds pages as they were; where a reader is in it, the next time.

        No sale waits behind it for that reader.
        """
        self.read(_empty_log)

    def settle(self) -> None:
        """Before anybody else opens a connection: what is in doubt is decided, what has lost its name has it again."""
        with self._lock, border():
            if self._in_doubt or self._handle.strayed():
                self._handle.ready()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._handle.drop()

    def _commit(self, connection: Any) -> None:
        try:
            connection.execute("COMMIT")
        except dbapi2.Error as error:
            self._in_doubt = not is_passing(error)
            raise
        if self._handle.strayed():
            self._handle.ready()

    def _undo(self, connection: Any, error: BaseException) -> None:
        """Raises what is to be told instead of an error of SQLite."""
        if not isinstance(error, dbapi2.Error) or is_passing(error):
            if connection.in_transaction:  # SQLite ends it by itself when the disk is full
                connection.execute("ROLLBACK")
            return
        self._handle.fail()
        self._tell(error)

    def _tell(self, error: dbapi2.Error) -> NoReturn:
        """Of damage a fresh connection alone can speak; and it ends the doubt, if it can, before anything is told."""
        with suppress(Unavailable), border():
            self._handle.ready()
        told = translate(error)
        raise Unavailable("store_failed", reason="io") if isinstance(told, Corrupt) else told

    def _mend(self) -> None:
        connection = self._handle.strayed()
        if connection is not None:
            with border():
                self._rescue(connection)
            self._source.distrust()

    def _open(self) -> Any:
        if self._closed:
            raise Unavailable("store_failed", reason="closed")
        connection = self._connect()
        try:
            self._verify(connection)
            _write_nothing(connection, "COMMIT" if self._in_doubt else "ROLLBACK")
        except BaseException:
            connection.close()
            raise
        self._in_doubt = False
        return connection


def _begin(connection: Any) -> Any:
    connection.execute("BEGIN IMMEDIATE")
    return connection


def _write_nothing(connection: Any, end: str) -> None:
    """Raises dbapi2.Error where nothing can be written; BEGIN alone is silent on a file that is read-only.

    Committed, it lies over the frames of a commit whose sync failed: else a power cut could bring those back.
    """
    _begin(connection)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute(end)


def _empty_log(connection: Any) -> None:
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
