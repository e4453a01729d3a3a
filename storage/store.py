"""The store: one writer, many readers, and the contract of `kiosk.ports.Store`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from kiosk import ports
from kiosk.journal import Chain
from storage import commit
from storage.reads import Reads
from storage.writer import Writer


class SqlStore(Reads):
    """Everything that lasts, in one encrypted database. Made by `storage.open.open_store`."""

    def __init__(self, writer: Writer, readers: Engine) -> None:
        super().__init__(readers)
        self._writer = writer

    def commit(
        self, entries: Sequence[ports.Entry], changes: Sequence[ports.Change], after: Chain | None = None
    ) -> None:
        with self._writer.transaction() as connection:
            commit.apply(connection, entries, changes, after)

    def put_enrolment(self, enrolment: ports.Enrolment) -> None:
        with self._writer.transaction() as connection:
            commit.put_enrolment(connection, enrolment)

    def close(self) -> None:
        self._writer.close()
        self._readers.dispose()


if TYPE_CHECKING:

    def _keeps_the_contract(store: SqlStore) -> ports.Store:
        return store
