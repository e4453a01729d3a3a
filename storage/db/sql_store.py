"""The store: one writer, many readers, and the contract of `kiosk.ports.store.Store`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from typing import Any

from kiosk.model import store_changes
from kiosk.model.service_request import Request
from kiosk.ports.store import Moment
from protocol.errors import KioskError
from protocol.journal.kj01 import Chain
from protocol.wire.enrolment import Enrolment
from storage.db import commit, reading
from storage.db.connections import Readers, Source
from storage.db.reading import StoreReader
from storage.db.writer import Writer
from storage.disk.disk_space import DiskSpace
from storage.faults import border


class SqlStore(StoreReader):
    """Everything that lasts, in one encrypted database. Made by `storage.opening.open_store`."""

    def __init__(
        self, source: Source, writer: Writer, readers: Readers, space: DiskSpace, forget_copies: Callable[[], None]
    ) -> None:
        """`forget_copies` makes whatever lies beside the database forget whom this one forgets."""
        super().__init__(readers)
        self._source = source
        self._forget_copies = forget_copies
        self._writer = writer
        self._space = space
        self._forget = False

    def transaction(self) -> AbstractContextManager[Any]:
        """The driver's connection inside one transaction; for this package only."""
        return self._writer.transaction()

    @contextmanager
    def looking(self) -> Iterator[Any]:
        """A reader's driver connection, outside any transaction; for this package only."""
        with border():
            self._writer.settle()
            self._source.refuse_away()
            with closing(self._readers.connect()) as connection:
                yield connection

    def commit(
        self,
        entries: Sequence[store_changes.JournalAppend],
        changes: Sequence[store_changes.Change],
        after: Chain | None = None,
    ) -> None:
        kinds = {type(change) for change in changes}
        if Request in kinds:
            with border():
                self._space.refuse_when_short()  # no new receipts; acknowledgements, voids and the day's close go on
        with self.transaction() as connection:
            commit.apply(connection, entries, changes, after)
        self._forget |= not kinds.isdisjoint((store_changes.Erase, store_changes.DropEvidence))
        if self._forget:
            # All of it is durable by now: a log that could not be emptied is emptied after the next commit.
            with suppress(KioskError):
                self._writer.forget()
                self._forget = False
        if store_changes.Erase in kinds:
            with suppress(KioskError, OSError):  # one that is in the way waits for the next whole check
                self._forget_copies()

    def moment(self) -> Moment:
        return self._writer.read(reading.moment)

    def put_enrolment(self, enrolment: Enrolment) -> None:
        with self.transaction() as connection:
            commit.put_enrolment(connection, enrolment)

    def close(self) -> None:
        self._writer.close()
        self._readers.close()
        self._source.close()
