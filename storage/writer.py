"""The one connection that writes: a lock, a transaction, and a fresh start after the disk has failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kiosk.errors import Unavailable
from storage.faults import border, is_io


class Writer:
    """`transaction()` gives the driver's connection inside BEGIN IMMEDIATE … COMMIT, to one thread at a time."""

    def __init__(
        self, connect: Callable[[], Any], verify: Callable[[Any], None], make_room: Callable[[], None]
    ) -> None:
        """`verify` is run on each new connection before it is used; it raises when the journal cannot be right.

        `make_room` is called when the disk was found full.
        """
        self._connect = connect
        self._verify = verify
        self._make_room = make_room
        self._lock = threading.Lock()
        self._connection: Any = None
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Durable when the block has ended; nothing is written when it raises. Raises Unavailable, Corrupt."""
        with self._lock:
            try:
                with border():
                    connection = self._ready()
                    connection.execute("BEGIN IMMEDIATE")
                    try:
                        yield connection
                        connection.execute("COMMIT")
                    except BaseException:
                        self._undo(connection)
                        raise
            except Unavailable as error:
                if error.code == "disk_full":
                    self._make_room()
                if is_io(error):
                    self._drop()  # after a failed sync the cache may lie: open again, verify again
                raise

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds pages as they were; where a reader is in it, the next time.

        No sale waits behind it for that reader.
        """
        with self._lock, border():
            connection = self._ready()
            (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {patience}")

    @contextmanager
    def looking(self) -> Iterator[Any]:
        """The same connection, to look only: nobody writes meanwhile, and its pages are decrypted already.

        A reader's connection decrypts anew what the last sale has written, and that is what the next one asks for.
        """
        with self._lock, border():
            yield self._ready()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._drop()

    def _ready(self) -> Any:
        if self._closed:
            raise Unavailable("store_failed", reason="closed")
        if self._connection is None:
            connection = self._connect()
            try:
                self._verify(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _undo(self, connection: Any) -> None:
        if connection.in_transaction:  # SQLite ends it by itself when the disk is full or fails
            connection.execute("ROLLBACK")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
