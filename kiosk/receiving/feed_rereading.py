"""After an upgrade the feed is read once more, for the kinds of items that the release before did not know.

It had passed over them and moved its cursor on: without this a citizen whose erasure had come to an older release would
never be forgotten. What it did know is passed over now, for most of that may be applied once only.

Facts: `feed_kinds` are the kinds known here; `feed_again` is ``<epoch> <cursor to reach> <kind> …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kiosk.model.facts import EpochFact, words
from kiosk.model.store_changes import Change, PutCursor
from kiosk.ports.store import Store
from protocol.wire.feed_items import FEED_ITEMS

KNOWN: Final = words("feed_kinds")
AGAIN: Final = EpochFact("feed_again")
KINDS: Final = frozenset(FEED_ITEMS)


def begin(store: Store) -> list[Change]:
    """What to write at a start, before the line is up; nothing where the same kinds were known before."""
    kept, kinds = KNOWN.kept(store), tuple(sorted(KINDS))
    if kept == kinds:
        return []
    new = frozenset() if kept is None else KINDS.difference(kept)
    until, waiting = _reading(store)
    until = max(until, store.cursor())
    noted = KNOWN.put(kinds)
    if not new or until == 0:
        return [noted]
    return [noted, PutCursor(0), AGAIN.put(store.journal.tail().chain.epoch, until, *sorted(new | waiting))]


def wanted(store: Store, items: list[Any], following: int) -> list[Any]:
    """What of a page that ends at the cursor `following` is to be applied: all of one that holds anything new."""
    until, kinds = _reading(store)
    return items if following > until else [item for item in items if _kind(item) in kinds]


def _kind(item: object) -> object:
    return item.get("kind") if isinstance(item, Mapping) else None


def _reading(store: Store) -> tuple[int, frozenset[str]]:
    """How far the feed is to be read again, and for which kinds. A new epoch reads it from its beginning anyway."""
    until, *kinds = (AGAIN.kept(store, store.journal.tail().chain.epoch) or "0").split()
    return int(until), frozenset(kinds)
