"""One opening of the till on this day: a date that is closed by mistake has two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Shift:
    """One opening of the till, as the screens told of it: what lay in the drawer, what was sold and what moved.

    `before_pt` is what the openings before it took. `totals` and `closed` are the page of the day and the comparison.
    """

    opening_pt: int
    before_pt: int = 0
    sold: list[dict[str, Any]] = field(default_factory=list)
    moved_pt: Counter[str] = field(default_factory=Counter)
    short_pt: int = 0
    totals: list[list[str]] = field(default_factory=list)
    closed: dict[str, Any] = field(default_factory=dict)
    sides: dict[str, dict[str, int]] = field(default_factory=dict)
    """Filled in by `tests.scenarios.day.check`."""

    @property
    def taken_pt(self) -> int:
        return sum(said["due_pt"] for said in self.sold)

    @property
    def expected_pt(self) -> int:
        """What should lie in the drawer."""
        moved = self.moved_pt
        out = moved["cash_out"] + moved["deposit"] + moved["void"] + moved["refund"]
        return self.opening_pt + self.taken_pt + moved["cash_in"] - out
