"""The centre stops a release by itself where it does harm: nobody is awake when the first shops open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.fleet import overview
from central.fleet.overview import DeviceRow
from central.releases import rollout
from protocol.clock import DAY_MS, HOUR_MS
from protocol.rings import reaches

SHARE: Final = 0.02
FEWEST: Final = ((20, 3), (5, 2), (1, 1))
"""How many of a ring that large have to go wrong. One of four counters is more than three of sixty."""
CRASHES: Final = 3
"""In a day, of the version itself."""
ACK_POINTS: Final = 5
ACK_MANY: Final = 20
"""Counters on either side before shares are compared so finely."""
FEW_POINTS: Final = 50
FEW_LEAST: Final = 2
"""Below that: so many are mute, and by so much more than the others. One counter without a line proves nothing."""
MUTE_MS: Final = 8 * HOUR_MS
"""Of its opening hours: a shop that was closed is not mute."""


@dataclass(frozen=True, slots=True)
class Harm:
    """Why the centre halts a version: `bad` of the `ring` counters went back or crash; or fewer acknowledge within a
    day, `acked` percent of those updated against `others` of the rest.
    """

    version: str
    bad: int
    ring: int
    acked: int | None = None
    others: int | None = None

    @property
    def numbers(self) -> dict[str, int]:
        shares = {} if self.acked is None or self.others is None else {"acked": self.acked, "others": self.others}
        return {"bad": self.bad, "ring": self.ring, **shares}

    @property
    def why(self) -> str:
        if self.acked is None:
            return f"{self.bad} of {self.ring} reverted or crashing"
        return f"acknowledged within a day: {self.acked} % updated, {self.others} % others"


def judge(fleet: list[DeviceRow], version: str, said: dict[str, Any], now_ms: int) -> Harm | None:
    """What a version, let out as `said`, does to the counters it reaches."""
    active = [one for one in fleet if one.works]
    ring = [one for one in active if reaches(said, one.ring)]
    bad = sum(_is_bad(one, version) for one in ring)
    least = next((need for size, need in FEWEST if len(ring) >= size), 1)
    if bad >= least and bad >= SHARE * len(ring):
        return Harm(version, bad, len(ring))
    updated = [one for one in active if one.version == version and now_ms - one.version_ms > DAY_MS]
    # Those that have yet to be updated. Whoever is left on an old version often is because it has no line.
    others = [one for one in active if rollout.newer(version, one.version)]
    compare = _finely if min(len(updated), len(others)) >= ACK_MANY else _roughly
    shares = compare(updated, others, now_ms)
    return Harm(version, bad, len(ring), *(round(share) for share in shares)) if shares else None


def _finely(updated: list[DeviceRow], others: list[DeviceRow], now_ms: int) -> tuple[float, float] | None:
    acked, elsewhere = (_share(some, lambda one: now_ms - one.acked_ms < DAY_MS) for some in (updated, others))
    return (acked, elsewhere) if acked < elsewhere - ACK_POINTS else None


def _roughly(updated: list[DeviceRow], others: list[DeviceRow], now_ms: int) -> tuple[float, float] | None:
    """A few counters: what would be chance among many is seen only where most of them have fallen mute."""

    def heard(one: DeviceRow) -> bool:
        return now_ms - one.acked_ms < DAY_MS or one.opening.open_ms(one.acked_ms, now_ms) < MUTE_MS

    if sum(not heard(one) for one in updated) < FEW_LEAST or not others:
        return None
    acked, elsewhere = (_share(some, heard) for some in (updated, others))
    return (acked, elsewhere) if acked <= elsewhere - FEW_POINTS else None


def _is_bad(one: DeviceRow, version: str) -> bool:
    crashing = one.version == version and (one.health.get("crashes_24h") or 0) >= CRASHES
    return crashing or one.health.get("reverted") == version


def _share(some: list[DeviceRow], of: Callable[[DeviceRow], bool]) -> float:
    return 100 * sum(map(of, some)) / len(some)


def watch(centre: Centre) -> list[Harm]:
    """Halt what does harm. Returns what was halted."""
    if centre.updates is None:
        return []
    out = {
        version: one
        for version, one in rollout.reading(centre).rollout().items()
        if not one["halted"] and (one["percent"] or one.get("pilots"))
    }
    if not out:
        return []
    now_ms = centre.now_ms()
    with centre.store.reading() as session:
        fleet = overview.device_rows(centre, session)
    found = [judge(fleet, version, one, now_ms) for version, one in out.items()]
    harms = [harm for harm in found if harm is not None]
    for harm in harms:
        with centre.store.writing() as session:
            rollout.halt(centre, session, harm.version, audit.CENTRE, harm.why, **harm.numbers)
    return harms
