"""When the centre last proved that it opens a backup of this shop (`backup prove`), as the feed tells it.

Once a year is asked for; a new counter is given its first one.
"""

from __future__ import annotations

from typing import Final

from kiosk.model.facts import BACKUP_PROVED_MS
from kiosk.ports.store import Store
from kiosk.receiving.feed_documents import PageReading
from protocol.clock import DAY_MS
from protocol.wire.enrolment import read_statement
from protocol.wire.feed_items import ProvedItem

YEAR_DAYS: Final = 365


def apply(item: ProvedItem, page: PageReading) -> None:
    """The later of this and what is known: a new epoch reads the feed anew."""
    page.changes.append(BACKUP_PROVED_MS.put(max(item.at_ms, BACKUP_PROVED_MS.kept(page.store) or 0)))


def overdue_days(store: Store, now_ms: int) -> int | None:
    """For how many days none was proved, once that is more than a year."""
    kept = store.enrolment()
    if kept is None:
        return None
    days = (now_ms - max(BACKUP_PROVED_MS.kept(store) or 0, read_statement(kept.statement).issued_ms)) // DAY_MS
    return days if days > YEAR_DAYS else None
