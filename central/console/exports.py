"""One export of a person at a time: each reads thousands of rows, and holds a file in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from protocol.errors import Refused


class Exports:
    """Who is being given a file. In memory: each process counts for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = set[str]()

    @contextmanager
    def turn(self, account: str) -> Iterator[None]:
        """His turn. Raises Refused ``export_running``: another file of his is being made."""
        with self._lock:
            if account in self._busy:
                raise Refused("export_running")
            self._busy.add(account)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(account)
