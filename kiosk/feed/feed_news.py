"""What the feed tells beside documents, outcomes and orders: to each kind its keeper, nothing of an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.backroom import prepaid
from kiosk.feed import asked, erasure, evidence_word, notices, proved, refund_word
from kiosk.feed.documents import Arrived
from kiosk.ports import Store


def apply(item: Mapping[str, Any], my_epoch: int, store: Store, arrived: Arrived) -> None:
    """Add the item to what arrived. Raises Forged, KeyError, TypeError for one that is not what its kind says."""
    kind = item["kind"]
    if kind == "erase":
        erasure.apply(item, store, arrived)
    elif kind == "evidence":
        evidence_word.apply(item, arrived)
    elif kind == refund_word.KIND:
        refund_word.apply(item, my_epoch, store, arrived)
    elif kind in asked.KINDS:
        asked.heard(item, my_epoch, store, arrived)
    elif kind == prepaid.FACT:
        arrived.changes.append(prepaid.told(item, my_epoch, store))
    elif kind == "notice":
        arrived.changes.append(notices.told(item, arrived.changes, store))
    elif kind == proved.KIND:
        arrived.changes.append(proved.told(item, store))


def counts_money(items: Iterable[Any]) -> bool:
    """Whether one is reckoned from the journal's sums: no refund may come between that and its commit."""
    return any(isinstance(item, dict) and item.get("kind") == prepaid.FACT for item in items)
