"""What the centre wants everybody at the counter to know: kept in one fact, the newest last, until it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.counter_context import CounterContext
from kiosk.model.store_changes import Change, PutFact
from kiosk.ports import Store
from protocol.strict_json import count, dumps, loads_object

FACT: Final = "notices"
READ: Final = "notices_read"
KEPT: Final = 10
LONGEST: Final = 300
"""Few and short: a sale reads all facts of the store."""


@dataclass(frozen=True, slots=True)
class Notice:
    ar: str
    en: str
    at_ms: int


def told(item: Mapping[str, Any], before: Iterable[Change], store: Store) -> PutFact:
    """The fact with one more notice; `before` are the changes of the same page. Raises KeyError, TypeError."""
    text = item["text"]
    row = [str(text["ar"])[:LONGEST], str(text["en"])[:LONGEST], count(item["at_ms"])]
    newest = [change.value for change in before if isinstance(change, PutFact) and change.name == FACT]
    rows = _rows(newest[-1] if newest else store.fact(FACT))
    if row not in rows:  # a new epoch reads the feed from its beginning
        rows = [*rows, row][-KEPT:]
    return PutFact(FACT, dumps({"notices": rows}))


def kept(store: Store) -> list[Notice]:
    """The newest first."""
    return [Notice(*row) for row in reversed(_rows(store.fact(FACT)))]


def unread(store: Store) -> list[Notice]:
    """Those that came since somebody looked, the newest first."""
    read = int(store.fact(READ) or b"0")
    return [notice for notice in kept(store) if notice.at_ms > read]


class Notices:
    """What is on the board at this counter."""

    def __init__(self, context: CounterContext) -> None:
        self._store = context.store
        self._journal = context.journal

    def kept(self) -> list[Notice]:
        return kept(self._store)

    def unread(self) -> list[Notice]:
        return unread(self._store)

    def read(self) -> None:
        """Somebody has looked at all of them."""
        if self.unread():
            newest = max(notice.at_ms for notice in self.kept())
            self._journal.write([], [PutFact(READ, str(newest).encode())])


def _rows(value: bytes | None) -> list[list[Any]]:
    return [] if value is None else list(loads_object(value)["notices"])
