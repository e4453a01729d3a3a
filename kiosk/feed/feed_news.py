"""What the feed tells beside documents, outcomes and orders: to each kind its handler, nothing of an unknown one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kiosk.backroom import prepaid
from kiosk.feed import asked, erasure, evidence_word, notices, proved, refund_word
from kiosk.feed.documents import Arrived
from kiosk.ports import Store

Handler = Callable[[Mapping[str, Any], int, Store, Arrived], None]
"""Adds an item, told in the present epoch, to what arrived. Raises Forged, KeyError, TypeError for a malformed one."""
HANDLERS: Final[dict[str, Handler]] = {
    "erase": lambda item, _epoch, store, arrived: erasure.apply(item, store, arrived),
    "evidence": lambda item, _epoch, _store, arrived: evidence_word.apply(item, arrived),
    "notice": lambda item, _epoch, store, arrived: arrived.changes.append(notices.told(item, arrived.changes, store)),
    refund_word.KIND: refund_word.apply,
    prepaid.FACT: lambda item, epoch, store, arrived: arrived.changes.append(prepaid.told(item, epoch, store)),
    proved.KIND: lambda item, _epoch, store, arrived: arrived.changes.append(proved.told(item, store)),
    **dict.fromkeys(asked.KINDS, asked.heard),
}


def apply(item: Mapping[str, Any], my_epoch: int, store: Store, arrived: Arrived) -> None:
    """Hand the item to the handler of its kind. Raises as `Handler`."""
    if handler := HANDLERS.get(item["kind"]):
        handler(item, my_epoch, store, arrived)


def counts_money(items: Iterable[Any]) -> bool:
    """Whether one is reckoned from the journal's sums: no refund may come between that and its commit."""
    return any(isinstance(item, dict) and item.get("kind") == prepaid.FACT for item in items)
