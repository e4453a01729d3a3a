"""Which limits of its settings a shop has reached. The counter asks at each sale, the centre before it publishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.clock import HOUR_MS
from protocol.documents.settings import LimitSettings

LEASE_WARN_H: Final = 72
"""The counter warns so long before its lease ends; a short lease, in its last third."""
LEASE_GRACE_MS: Final = 60_000
"""A sale that was in its press when the lease ended is finished; no other can begin, for the screen locks meanwhile."""


class Level(IntEnum):
    """The effect of a limit: WARN shows it, SUPERVISOR requires one, STOP refuses the sale."""

    WARN = 1
    SUPERVISOR = 2
    STOP = 3


@dataclass(frozen=True, slots=True)
class LimitFinding:
    """One limit that has been reached; `code` names its text ``limit.<code>``, with `now` and `limit` in it."""

    code: str
    level: Level
    now: int
    limit: int


@dataclass(frozen=True, slots=True)
class Held:
    """The unsent requests of a counter (count, sum in piastres, age of the oldest in hours), the rest of its lease, and
    the hours since it last read the whole feed. None: it has no lease, or has never read the feed.
    """

    unsent: int
    unsent_pt: int
    age_h: int
    lease_left_ms: int | None
    catalogue_h: int | None


def reached(held: Held, limits: LimitSettings) -> list[LimitFinding]:
    """Every limit that `held` reaches, in no order."""
    money_soft = limits.money_hard_pt * limits.money_soft_percent // 100
    found = [
        _over("unsent", held.unsent, stop=limits.unsent_hard + 1, soft=limits.unsent_soft + 1),
        _over("money", held.unsent_pt, stop=limits.money_hard_pt + 1, soft=money_soft + 1),
        _over("age", held.age_h, stop=limits.age_hard_h, soft=limits.age_soft_h, warn=limits.age_warn_h),
    ]
    if held.lease_left_ms is not None:
        found.append(_lease(held.lease_left_ms, limits))
    if held.catalogue_h is not None:
        found.append(_over("catalogue", held.catalogue_h, stop=limits.catalogue_hard_h, warn=limits.catalogue_warn_h))
    return [one for one in found if one is not None]


def stopping(found: Iterable[LimitFinding], *, supervisor: bool) -> LimitFinding | None:
    """The first finding that stops a sale; None where the sale may go on."""
    for finding in found:
        if finding.level is Level.STOP or (finding.level is Level.SUPERVISOR and not supervisor):
            return finding
    return None


def hours(ms: int) -> int:
    """Whole hours in `ms`, at least 0."""
    return max(0, ms) // HOUR_MS


def _lease(left_ms: int, limits: LimitSettings) -> LimitFinding | None:
    """`now` is how many hours it has been over, or, in time before, how many are left."""
    if left_ms < -LEASE_GRACE_MS:
        return LimitFinding("lease", Level.STOP, hours(-left_ms), 0)
    soon = left_ms < min(LEASE_WARN_H, limits.lease_h // 3) * HOUR_MS
    return LimitFinding("lease_soon", Level.WARN, hours(left_ms), 0) if soon else None


_NEVER: Final = 2**62


def _over(code: str, now: int, *, stop: int, soft: int = _NEVER, warn: int = _NEVER) -> LimitFinding | None:
    for level, limit in ((Level.STOP, stop), (Level.SUPERVISOR, soft), (Level.WARN, warn)):
        if now >= limit:
            return LimitFinding(code, level, now, limit)
    return None
