"""When the centre last proved that it opens a backup of this shop (`backup prove`), as the feed tells it.

Fact `backup_proved`: the centre's time, decimal. Once a year is asked for; a new counter is given its first one.
"""

from __future__ import annotations

from typing import Final

from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from kiosk.receiving.feed_documents import PageReading
from protocol.clock import DAY_MS
from protocol.wire.enrolment import read_statement
from protocol.wire.feed_items import ProvedItem

FACT: Final = "backup_proved"
YEAR_DAYS: Final = 365


def apply(item: ProvedItem, page: PageReading) -> None:
    """The later of this and what is known: a new epoch reads the feed anew."""
    page.changes.append(PutFact(FACT, str(max(item.at_ms, _known_ms(page.store))).encode()))


def overdue_days(store: Store, now_ms: int) -> int | None:
    """For how many days none was proved, once that is more than a year."""
    kept = store.enrolment()
    if kept is None:
        return None
    days = (now_ms - max(_known_ms(store), read_statement(kept.statement).issued_ms)) // DAY_MS
    return days if days > YEAR_DAYS else None


def _known_ms(store: Store) -> int:
    return int(store.fact(FACT) or b"0")
