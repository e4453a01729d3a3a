"""The centre's word on evidence, by the feed and by nothing else: it has it whole, or it has it for good.

What an upload's own answers say is never believed further than to go on with it: they are not signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.model.store_changes import SetEvidence
from kiosk.receiving.feed_documents import PageEffects
from protocol.documents.trust import Forged
from protocol.strict_json import count


def apply(item: Mapping[str, Any], arrived: PageEffects) -> None:
    """Add what a feed item says to what arrived. Evidence that is not here (any more) is passed over by the store.

    Raises Forged for a state that we do not know, KeyError, ValueError.
    """
    state = item["state"]
    if state not in ("stored", "durable"):
        raise Forged("evidence state")
    sha256 = bytes.fromhex(str(item["sha256"]))
    arrived.changes.append(SetEvidence(count(item["epoch"]), count(item["seq"]), sha256, state))
