"""The services in front: this shop's own most used. They move once a day, never under somebody's fingers."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kiosk.ports.requests import RequestReader
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.services import PublicService
from protocol.clock import read_day

FRONT: Final = 8
SINCE_DAYS: Final = 90
"""A season: long enough to be a habit, short enough to forget last year's rush."""


class Favourites:
    """Which services stand in front today."""

    def __init__(self, requests: RequestReader) -> None:
        self._requests = requests
        self._on = ""
        self._used: list[str] = []

    def of(self, catalogue: Catalogue, today: str) -> list[PublicService]:
        """Eight that are still offered, the most used first; what is not used yet fills up in the catalogue's order."""
        if self._on != today:
            since = read_day(today) - timedelta(days=SINCE_DAYS)
            self._used, self._on = self._requests.used(since.isoformat()), today
        ids = dict.fromkeys([*self._used, *catalogue.services])
        return [catalogue.services[one] for one in ids if one in catalogue.services][:FRONT]
