"""What the centre wants everybody at the counter to know: kept in one fact, the newest last, until it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.counter_context import CounterContext
from kiosk.model.facts import json_object, number
from kiosk.ports.facts import Facts
from kiosk.receiving.feed_documents import PageReading
from protocol.wire.feed_items import NoticeItem

FACT: Final = json_object("notices")
READ_MS: Final = number("notices_read")
KEPT: Final = 10
LONGEST: Final = 300
"""Few and short: a sale reads all facts of the store."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message of the centre, in both languages."""

    ar: str
    en: str
    at_ms: int


def apply(item: NoticeItem, page: PageReading) -> None:
    """One notice more."""
    row, rows = [item.text.ar[:LONGEST], item.text.en[:LONGEST], item.at_ms], _rows(page.fact(FACT.name))
    if row not in rows:  # a new epoch reads the feed from its beginning
        page.changes.append(FACT.put({"notices": [*rows, row][-KEPT:]}))


def kept(store: Facts) -> list[Notice]:
    """The newest first."""
    return [Notice(*row) for row in reversed(_rows(store.fact(FACT.name)))]


def unread(store: Facts) -> list[Notice]:
    """Those that came since somebody looked, the newest first."""
    read = READ_MS.kept(store) or 0
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
            self._journal.write([], [READ_MS.put(newest)])


def _rows(value: bytes | None) -> list[list[Any]]:
    return list((FACT.read(value) or {"notices": []})["notices"])
