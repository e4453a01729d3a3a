"""A page of the feed: what the centre sends down, in its order, behind a cursor."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from protocol.documents.trust import Forged
from protocol.errors import Corrupt

MOST_CURSOR: Final = 10**15 - 1
"""The last one that can be asked after; a page that leads beyond it would be the last of its feed."""


def page_members(payload: bytes) -> dict[str, Any]:
    """A verified page. Envelopes lie in it whole, longer than any string may be; each item is held to the rules."""
    try:
        members = json.loads(payload)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        raise Forged("not a page")
    return members


def root_signed(envelope: bytes) -> list[Any]:
    """The keyset items in a page whose own signature says nothing to us. Each must still convince by the root's.

    A counter that slept through two rotations knows none of the keys that sign pages now.
    """
    try:
        items = page_members(base64.b64decode(json.loads(envelope)["payload"]))["items"]
        return [item for item in items if item["kind"] == "keyset"]
    except (Corrupt, LookupError, TypeError, ValueError):
        return []
