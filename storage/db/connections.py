"""The connections of one store: each is believed only as long as it works and its files are those that were opened.

SQLCipher keeps an error for the life of its connection; SQLite in silence opens a file that may not be written to just
now for reading only; and both write on into a file that has lost its name. So a connection is dropped at its first
fault, with all others, and opened anew; and the names are looked at before each question.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlcipher3 import dbapi2

from protocol.errors import Unavailable
from storage.db.file_identity import NOWHERE, FileIdentity, Stand
from storage.faults import is_passing

T = TypeVar("T")
Connect = Callable[[], Any]


class Source:
    """What the connections of one store share. Without `names` nobody looks whether a file still has its own."""

    def __init__(self, names: FileIdentity | None = None) -> None:
        self.names = names
        self.readers: list[Reader] = []
        self._round = 0

    def state(self) -> tuple[int, Stand]:
        """Another one than when a connection was opened: it is not to be believed any more. Raises OSError."""
        return self._round, NOWHERE if self.names is None else self.names.stand()

    def refuse_away(self) -> None:
        """Raises Unavailable("store_failed") where another file has the name of the database, or none has."""
        if self.names is not None and not self.names.here():
            raise Unavailable("store_failed", reason="away")

    def opened(self, stand: Stand) -> bool:
        """Whether a connection that has just been opened is open on what is ours."""
        return self.names is None or self.names.opened(stand)

    def distrust(self) -> None:
        """Drop each connection that is idle; one that is not is dropped before its next question."""
        self._round += 1
        for one in self.readers:
            if one.busy.acquire(blocking=False):
                one.handle.drop()
                one.busy.release()

    def close(self) -> None:
        """After all connections."""
        if self.names is not None:
            self.names.close()


class Handle:
    """One connection, for one question at a time."""

    def __init__(self, source: Source, connect: Connect, before: Callable[[], None]) -> None:
        """`before` is called before it is opened anew, while what was open still is."""
        self._source = source
        self._connect = connect
        self._before = before
        self._connection: Any = None
        self._state: tuple[int, Stand] = (-1, NOWHERE)

    def ask(self, question: Callable[[Any], T]) -> T:
        """What it answers; where the connection fails, what a fresh one does. Raises dbapi2.Error, KioskError."""
        try:
            return self._ask(question)
        except dbapi2.Error as error:
            if is_passing(error):
                raise
        return self._ask(question)

    def ready(self) -> Any:
        """The connection. Raises as `ask`."""
        if self._connection is None or self._state != self._source.state():
            self._before()
            self._source.refuse_away()
            connection = self._connect()
            state = self._source.state()
            if not self._source.opened(state[1]):  # it went just now: what was open stays so, to be rescued from
                connection.close()
                raise Unavailable("store_failed", reason="away")
            self.drop()
            self._connection, self._state = connection, state
        return self._connection

    def strayed(self) -> Any:
        """The connection, where it is open on a file that has another name by now, or none. Raises OSError."""
        return None if self._state[1] == self._source.state()[1] else self._connection

    def fail(self) -> None:
        """Believe it no more, nor any other: each that stays open holds on to what the fault has left."""
        self.drop()
        self._source.distrust()

    def drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(dbapi2.Error):  # nothing that it says is believed any more
                connection.close()

    def _ask(self, question: Callable[[Any], T]) -> T:
        try:
            return question(self.ready())
        except dbapi2.Error as error:
            if not is_passing(error):
                self.fail()
            raise


@dataclass(frozen=True, slots=True)
class Reader:
    """One thread's connection; `thread` gives None once that is over and forgotten."""

    handle: Handle
    busy: threading.Lock
    thread: Callable[[], object]


class Readers:
    """One connection for each thread that asks, kept as long as the thread, or until `close`."""

    def __init__(self, source: Source, connect: Connect, before: Callable[[], None] = lambda: None) -> None:
        self.connect = connect
        self._source = source
        self._before = before
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, sql: str, arguments: Sequence[object]) -> list[Any]:
        """The rows, read on this thread's connection."""
        mine: Reader | None = getattr(self._mine, "reader", None)
        if mine is None:
            mine = self._mine.reader = self._new()
        with mine.busy:
            found: list[Any] = mine.handle.ask(lambda connection: connection.execute(sql, arguments).fetchall())
        return found

    def close(self) -> None:
        """Close every thread's, each between two questions; whoever asks later is told that it is closed."""
        with self._lock:
            self._closed = True
            self._drop(self._source.readers)

    def _open(self) -> Any:
        if self._closed:  # the folder may be another's by now
            raise Unavailable("store_failed", reason="closed")
        return self.connect()

    def _new(self) -> Reader:
        """Drops those of threads that are over: sending packs each batch on a thread of its own."""
        mine = Reader(
            Handle(self._source, self._open, self._before), threading.Lock(), weakref.ref(threading.current_thread())
        )
        with self._lock:
            before = self._source.readers
            self._source.readers = [*(one for one in before if one.thread() is not None), mine]
            self._drop([one for one in before if one.thread() is None])
        return mine

    def _drop(self, readers: list[Reader]) -> None:
        for one in readers:
            with one.busy:
                one.handle.drop()
