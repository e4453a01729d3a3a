"""How far a release is let out: devices stand in a fixed order of their own; it reaches the first n percent of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

ROLLOUT: Final = "x-manfaz-rollout"
"""The member of the signed timestamp that says of each version how far it is let out (docs/adr/0020)."""
PILOT: Final = "0"
"""The ring before all others: shops that the centre has named in their signed settings, whatever their place."""
RINGS: Final = (1, 10, 50, 100)
"""Percent of all devices that are reached, each ring with those before it."""


def place(device: bytes) -> int:
    """0 to 9,999: where a device (its 16 bytes) stands in the order, the same for every release."""
    return int.from_bytes(hashlib.sha256(b"manfaz/ring\n" + device).digest()[:8], "big") % 10_000


def ring_of(device: bytes) -> str:
    """The first ring that holds the device, as its percent: ``"1"``, ``"10"``, ``"50"`` or ``"100"``."""
    return str(next(percent for percent in RINGS if place(device) < percent * 100))


def reaches(said: Mapping[str, Any], ring: str) -> bool:
    """Whether a version of which the centre says that (docs/adr/0020, 0024) has been let out as far as `ring`.

    Pilots have to be named: a percent of 0 is also what a version has that was never let out.
    """
    percent = int(said.get("percent", 0))
    if said.get("halted", True):
        return False
    return percent > 0 or said.get("pilots") is True if ring == PILOT else int(ring) <= percent
