"""Shops that take what is new before all others: their signed settings name them, whatever their place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from central.store.device_models import Shop
from central.store.interface import Session
from protocol.documents.settings import named_ring
from protocol.rings import PILOT

OWN: Final = ""
"""The ring that the device's own place gives it."""


def pilots(session: Session) -> list[str]:
    """The pilots as they stand now."""
    return [shop.id for shop in session.under(Shop) if is_pilot(shop)]


def is_pilot(shop: Shop | None) -> bool:
    return shop is not None and ring_named(json.loads(shop.members)) == PILOT


def ring_named(members: Mapping[str, Any]) -> str:
    """The ring that a shop's settings name; empty where they name none."""
    updates = members.get("updates")
    return named_ring(updates) if isinstance(updates, dict) else OWN
