"""Addresses of a centre, as people type them and as signatures name them."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}


def authority_of(address: str) -> str:
    """What whoever is given this address signs for: its host, with the port where it is not the scheme's own.

    Raises ValueError for a port that is no number.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    named = f"[{host}]" if ":" in host else host
    return named if port in (None, _PORTS.get(parts.scheme)) else f"{named}:{port}"
