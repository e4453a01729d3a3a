"""What a backup says of itself, and which backups stay.

A backup is a folder: the encrypted database, and ``backup.json`` written last. The pictures of all backups of one place
lie beside them, once each; whose keys are in the databases only. Backups are told apart by where the journal stood,
never by the clock alone, which may have said 2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from protocol.clock import DAY_MS, business_date
from protocol.wire.backup_manifest import Manifest

DAILY: Final = 7
WEEKLY: Final = 4
LONGEST_MS: Final = 35 * DAY_MS
"""A copy names citizens: it may not outlive what the daily and weekly ones need, however seldom one is made."""
LEAST: Final = 2
"""So many stay whatever their age, for the clock that made them old may be wrong."""


def to_go(copies: Iterable[Manifest], newest: Manifest) -> list[Manifest]:
    """Which of a device's copies are not needed any more, now that `newest` stands verified.

    Seven days and four weeks stay, each by its last copy. What still names a citizen whom `newest` has forgotten goes
    whatever its age; so does what is older than LONGEST_MS, but for the LEAST newest.
    """
    mine = sorted((one for one in copies if one.device == newest.device), key=lambda one: one.order, reverse=True)
    days = _last_of_each(mine, lambda one: business_date(one.made_ms))
    stay = {id(one) for one in [*days[:DAILY], *_last_of_each(mine, _week)[:WEEKLY]]}
    return [
        one
        for place, one in enumerate(mine)
        if one.name != newest.name
        and (
            (one.epoch, one.seq) < newest.erased
            or id(one) not in stay
            or (place >= LEAST and newest.made_ms - one.made_ms > LONGEST_MS)
        )
    ]


def _last_of_each(copies: Sequence[Manifest], part: Any) -> list[Manifest]:
    """The newest of each part of time, the newest part first."""
    found: dict[object, Manifest] = {}
    for one in copies:
        found.setdefault(part(one), one)
    return list(found.values())


def _week(one: Manifest) -> object:
    """By its Saturday, with which the week begins."""
    day = business_date(one.made_ms)
    return day - timedelta(days=(day.weekday() + 2) % 7)
