"""Asking on the readers' connections. No sale waits for any of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.db.connections import Readers
from storage.faults import border


class Rows:
    """What every reader of the store asks by."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def _all(self, sql: str, *arguments: object) -> Sequence[Any]:
        """On the thread's own connection."""
        with border():
            return self._readers.ask(sql, arguments)

    def _one(self, sql: str, *arguments: object) -> Any:
        return next(iter(self._all(sql, *arguments)), None)
