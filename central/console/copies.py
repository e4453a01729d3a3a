"""What all visits look at and nobody waits for: all counters and the newest catalogue, each read now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
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
from protocol.override import override
from protocol.program.loop import Loop
from protocol.texts import Bilingual, Language

FRESH_MS: Final = 120_000
EVERY_MS: Final = 60_000
"""How often all counters are read behind the pages."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every counter and what is wrong, as they were at `at_ms`; the pages say when that was."""

    at_ms: int
    counters: tuple[DeviceRow, ...]
    alerts: tuple[Alert, ...]
    shops: tuple[ShopRow, ...]
    names: Mapping[str, Bilingual]


class FleetCopy:
    """Six thousand counters are too many to be read for each page: they are read behind them, by `FleetLoop`. Whoever
    comes where nothing fresh is there reads them.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._kept: Fleet | None = None
        self._changes = 0

    def now(self) -> Fleet:
        found = self._fresh()
        if found is None:
            with self._reading:  # after a restart the loop is at it already: its copy is as good
                found = self._fresh() or self._renewed()
        return found

    def _fresh(self) -> Fleet | None:
        with self._lock:
            kept = self._kept
        return kept if kept is not None and 0 <= self._centre.now_ms() - kept.at_ms < FRESH_MS else None

    def renew(self) -> None:
        """Nobody waits meanwhile: the pages show what was there before."""
        with self._reading:
            self._renewed()

    def _renewed(self) -> Fleet:
        before = self._changes
        found = self._read()
        with self._lock:
            if self._changes == before:  # else it may have been read before the change
                self._kept = found
        return found

    def forget(self) -> None:
        """Somebody has changed one of them: the next page must show it."""
        with self._lock:
            self._kept, self._changes = None, self._changes + 1

    def _read(self) -> Fleet:
        centre = self._centre
        with centre.store.reading() as session:
            counters = overview.device_rows(centre, session)
            found = alerts.alerts(centre, session, counters)
        now = centre.now_ms()
        names = {one.shop: one.names for one in counters}
        return Fleet(now, tuple(counters), tuple(found), shop_rows.rows(counters, found, now), names)

    def shop(self, language: Language, shop: str) -> str:
        """What it is called; its bare id where no counter of it is known."""
        named = self.now().names.get(shop)
        return named[language] if named else shop


class FleetLoop(Loop):
    """Keeps a copy fresh."""

    def __init__(self, copy: FleetCopy, mono_ms: Callable[[], int], complain: Callable[[Exception], None]) -> None:
        super().__init__("fleet", mono_ms, EVERY_MS)
        self._copy, self._complain = copy, complain

    @override
    def step(self) -> int:
        self._copy.renew()
        return self._after()

    @override
    def failed(self, error: Exception) -> int:
        """The database went away: whoever comes meanwhile is told by his own page."""
        self._complain(error)
        return self._after()


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
