"""The last days of a counter as they are drawn: when something of it arrived, and where nothing did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from protocol.clock import CAIRO, DAY_MS, HOUR_MS, moment

DAYS: Final = 7
WIDTH: Final = 980
MARGIN: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time, from `x` over `width`."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Silence(Bar):
    """Nothing arrived for so long."""

    ms: int


@dataclass(frozen=True, slots=True)
class Midnight:
    """The line before a day, and the day's number."""

    x: float
    day: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of a counter's last days: `hours` in which something arrived, `silences`, and where `days` begin."""

    hours: list[Bar]
    silences: list[Silence]
    days: list[Midnight]


def timeline(arrivals: Iterable[int], now_ms: int, *, mirrored: bool, since_ms: int = 0) -> Timeline:
    """Time runs as the language does: mirrored, it begins at the right. Before `since_ms` nobody could be silent."""
    begin = now_ms - DAYS * DAY_MS
    times = sorted({one for one in arrivals if begin <= one <= now_ms})

    def place(ms: int) -> float:
        share = (ms - begin) / (now_ms - begin)
        return round(MARGIN + (1 - share if mirrored else share) * (WIDTH - 2 * MARGIN), 1)

    def bar(since: int, until: int) -> tuple[float, float]:
        ends = sorted((place(since), place(until)))
        return ends[0], round(ends[1] - ends[0], 1)

    hours = sorted({one - one % HOUR_MS for one in times})
    edges = [max(begin, since_ms), *(one for one in times if one > since_ms), now_ms]
    silences = [Silence(*bar(a, b), b - a) for a, b in pairwise(edges) if b - a > DAY_MS]
    shown = [Bar(*bar(max(one, begin), min(one + HOUR_MS, now_ms))) for one in hours]
    return Timeline(shown, silences, [Midnight(place(ms), day) for ms, day in _midnights(begin, now_ms)])


def _midnights(begin: int, now_ms: int) -> list[tuple[int, str]]:
    hours = ((ms, moment(ms).astimezone(CAIRO)) for ms in range(begin - begin % HOUR_MS, now_ms + 1, HOUR_MS))
    return [(ms, str(at.day)) for ms, at in hours if ms >= begin and at.hour == 0]
