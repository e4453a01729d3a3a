"""The centre stops a release by itself where it does harm: nobody is awake when the first shops open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from central import audit
from central.centre import Centre
from central.fleet import counters
from central.fleet.counters import Counter
from central.releases import rollout
from kiosk.clock import DAY_MS
from kiosk.updating.rings import place

FEWEST: Final = 3
SHARE: Final = 0.02
CRASHES: Final = 3
"""In a day, of the version itself."""
ACK_POINTS: Final = 5
ACK_FEWEST: Final = 20
"""Counters on either side before shares are compared."""


@dataclass(frozen=True, slots=True)
class Harm:
    """Why a version is halted: `bad` of `ring` counters went back or crash; or acknowledgements, in percent."""

    version: str
    bad: int
    ring: int
    acked: int | None = None
    others: int | None = None

    @property
    def why(self) -> str:
        if self.acked is None:
            return f"{self.bad} of {self.ring} reverted or crashing"
        return f"acknowledged within a day: {self.acked} % updated, {self.others} % others"


def judge(fleet: list[Counter], version: str, percent: int, now_ms: int) -> Harm | None:
    """What a version that is let out to `percent` does to the counters it reaches."""
    active = [one for one in fleet if one.works]
    ring = [one for one in active if place(one.device) < percent * 100]
    bad = sum(_is_bad(one, version) for one in ring)
    if bad >= FEWEST and bad >= SHARE * len(ring):
        return Harm(version, bad, len(ring))
    updated = [one for one in active if one.version == version and now_ms - one.version_ms > DAY_MS]
    others = [one for one in active if one.version and one.version != version]
    if min(len(updated), len(others)) < ACK_FEWEST:
        return None
    acked, elsewhere = (_acked(some, now_ms) for some in (updated, others))
    return Harm(version, bad, len(ring), round(acked), round(elsewhere)) if acked < elsewhere - ACK_POINTS else None


def _is_bad(one: Counter, version: str) -> bool:
    crashing = one.version == version and (one.health.get("crashes_24h") or 0) >= CRASHES
    return crashing or one.health.get("reverted") == version


def _acked(some: list[Counter], now_ms: int) -> float:
    return 100 * sum(now_ms - one.acked_ms < DAY_MS for one in some) / len(some)


def watch(centre: Centre) -> list[Harm]:
    """Halt what does harm. Returns what was halted."""
    if centre.updates is None:
        return []
    out = {
        version: one
        for version, one in rollout.reading(centre).rollout().items()
        if not one["halted"] and one["percent"]
    }
    if not out:
        return []
    now_ms = centre.now_ms()
    with centre.store.reading() as session:
        fleet = counters.counters(centre, session)
    found = [judge(fleet, version, one["percent"], now_ms) for version, one in out.items()]
    harms = [harm for harm in found if harm is not None]
    for harm in harms:
        with centre.store.writing() as session:
            rollout.halt(centre, session, harm.version, audit.CENTRE, harm.why)
    return harms
