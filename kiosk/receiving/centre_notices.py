"""What the centre wants everybody at the counter to know: kept in one fact, the newest last, until it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.core.journal_writer import JournalWriter
from kiosk.model.facts import HoldsFacts, number, records
from kiosk.receiving.feed_documents import PageReading
from protocol.texts import Bilingual
from protocol.wire.feed_items import NoticeItem

KEPT: Final = 10
LONGEST: Final = 300
"""Few and short: a sale reads all facts of the store."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message of the centre."""

    text: Bilingual
    at_ms: int


FACT: Final = records("notices", Notice)
READ_MS: Final = number("notices_read")


def apply(item: NoticeItem, page: PageReading) -> None:
    """One notice more."""
    text = Bilingual(item.text.ar[:LONGEST], item.text.en[:LONGEST])
    notice, known = Notice(text, item.at_ms), page.fact(FACT) or ()
    if notice not in known:  # a new epoch reads the feed from its beginning
        page.changes.append(FACT.put([*known, notice][-KEPT:]))


class Notices:
    """What is on the board at this counter, the newest first."""

    def __init__(self, store: HoldsFacts, journal: JournalWriter) -> None:
        self._store = store
        self._journal = journal

    def kept(self) -> list[Notice]:
        return [*reversed(FACT.kept(self._store) or ())]

    def unread(self) -> list[Notice]:
        """Those that came since somebody looked."""
        read = READ_MS.kept(self._store) or 0
        return [notice for notice in self.kept() if notice.at_ms > read]

    def read(self) -> None:
        """Somebody has looked at all of them."""
        if self.unread():
            newest = max(notice.at_ms for notice in self.kept())
            self._journal.write([], [READ_MS.put(newest)])
