"""A figure beside its floor and its limit, and the few sums that all parts need."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `floor` in `unit`. `value` is what is held against `limit`: at most, or at least if `more`."""

    part: str
    what: str
    ours: float
    floor: float | None
    unit: str
    value: float
    limit: float
    aim: float | None = None
    more: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.more else self.value <= self.limit

    def line(self) -> str:
        sign = "≥" if self.more else "≤"
        floor = "" if self.floor is None else f"floor {_short(self.floor)}, ratio {self.value:.2f}, "
        aim = "" if self.aim is None else f" (aim {self.aim:g})"
        note = f"; {self.note}" if self.note else ""
        judged = "ok" if self.met else "MISSED"
        return (
            f"{judged:6} {self.what}: {_short(self.ours)} {self.unit} ({floor}limit {sign} {self.limit:g}{aim}{note})"
        )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def at(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
