"""Shops that take every release first, by name: in their signed settings, where the counter believes it (ADR 24)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.documents import publishing
from central.store.interface import Session
from protocol.documents.settings import named_ring
from protocol.errors import Refused
from protocol.rings import PILOT

OWN: Final = ""
"""The ring that the device's own place gives it."""


def shops(session: Session) -> list[str]:
    """The pilots as they stand now."""
    rows = session.all("SELECT id, members FROM shop ORDER BY id")
    return [shop for shop, members in rows if named(json.loads(members)) == PILOT]


def named(members: Mapping[str, Any]) -> str:
    """The ring that a shop's settings name; empty where they name none."""
    updates = members.get("updates")
    return named_ring(updates) if isinstance(updates, dict) else OWN


def add(centre: Centre, session: Session, shop: str, staff: str) -> int:
    """Make a shop one of them. Returns the version of its new settings.

    Raises Refused ``no_shop``, ``pilot_already``.
    """
    if shop in shops(session):
        raise Refused("pilot_already", shop=shop)
    version = publishing.publish_settings(centre, session, shop, {"updates": {"ring": PILOT}})
    audit.append(session, centre.now_ms(), staff, "release.pilot_added", shop, version=version)
    return version


def remove(centre: Centre, session: Session, shop: str, staff: str) -> int:
    """Back to its own place. What it runs it keeps. Raises Refused ``no_shop``, ``pilot_not``."""
    if shop not in shops(session):
        raise Refused("pilot_not", shop=shop)
    version = publishing.publish_settings(centre, session, shop, {"updates": {"ring": OWN}})
    audit.append(session, centre.now_ms(), staff, "release.pilot_removed", shop, version=version)
    return version
