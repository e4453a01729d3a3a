"""What all visits look at and nobody waits for: all counters and the newest catalogue, each read once a minute."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from central.centre import Centre
from central.console import shop_rows
from central.console.shop_rows import ShopRow
from central.documents import publishing
from central.fleet import alerts, overview
from central.fleet.alerts import Alert
from central.fleet.overview import DeviceRow
from protocol.catalogue.catalogue import Catalogue
from protocol.texts import Language

FRESH_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every counter and what is wrong, as they were at `at_ms`; the pages say when that was."""

    at_ms: int
    counters: tuple[DeviceRow, ...]
    alerts: tuple[Alert, ...]
    shops: tuple[ShopRow, ...]


class FleetCopy:
    """Six thousand counters are too many to be read for each page: whoever comes first after a minute reads them."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._kept: Fleet | None = None

    def now(self) -> Fleet:
        centre = self._centre
        with self._lock:
            if self._kept is None or not 0 <= centre.now_ms() - self._kept.at_ms < FRESH_MS:
                with centre.store.reading() as session:
                    counters = overview.device_rows(centre, session)
                    found = alerts.alerts(centre, session, counters)
                now = centre.now_ms()
                self._kept = Fleet(now, tuple(counters), tuple(found), shop_rows.rows(counters, found, now))
            return self._kept

    def forget(self) -> None:
        """Somebody has changed one of them: the next page must show it."""
        with self._lock:
            self._kept = None


class CatalogueCopy:
    """What services and authorities are called today."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._kept: tuple[int, Catalogue | None] | None = None

    def now(self) -> Catalogue | None:
        with self._lock:
            now = self._centre.now_ms()
            if self._kept is None or not 0 <= now - self._kept[0] < FRESH_MS:
                self._kept = now, publishing.newest_catalogue(self._centre)
            return self._kept[1]

    def forget(self) -> None:
        """Another one is in force."""
        with self._lock:
            self._kept = None

    def service(self, language: Language, name: str) -> str:
        """Its title; its bare name where the newest catalogue has it no more."""
        known = self.now()
        service = known.services.get(name) if known else None
        return service.title[language] if service else name

    def authority(self, language: Language, name: str) -> str:
        return self.authorities(language).get(name, name)

    def authorities(self, language: Language) -> dict[str, str]:
        """All of them by their id."""
        known = self.now()
        services = known.services.values() if known else ()
        return {one.competent_authority.id: one.competent_authority.name[language] for one in services}
