"""When what happens: places in the day as shares of its citizens, so that a short day has everything a long one has."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from protocol.catalogue.catalogue import bundled_services
from protocol.values.money import format_pt
from protocol.values.national_id import check_digit_ok
from tests.harness.generated_sales import FOUR, Citizens

SHARES: Final = (
    (0.06, "crash"), (0.15, "sit_1"), (0.20, "half"), (0.28, "weather"), (0.35, "paper_out"), (0.42, "lock"),
    (0.45, "vanish"), (0.50, "cash_in"), (0.55, "mute"), (0.58, "noon"), (0.60, "x_report"), (0.62, "sit_2"),
    (0.65, "void"), (0.70, "cash_out"), (0.75, "refund"), (0.80, "deposit"), (0.85, "paper_out"), (0.92, "sit_0"),
)  # fmt: skip
"""Each comes before the citizen at that place; of several at one place the order is this one."""
LEAST: Final = 12


@dataclass(frozen=True, slots=True)
class Visitor:
    """A citizen: the number of the service as typed, answers, pounds handed over ("": exactly, "+50": 50 more)."""

    service: str
    number: str
    values: dict[str, Any]
    pounds: str


class Plan:
    """`before[n]` are the events before citizen n (from 1); the same seed gives the same day."""

    def __init__(self, seed: int, count: int) -> None:
        assert count >= LEAST, "a shorter day has no room for all that happens"
        self._chance = random.Random(seed)
        self._citizens = Citizens(seed, FOUR)
        self._numbers = {str(one["id"]): str(one["number"]) for one in bundled_services()}
        self.before: dict[int, list[str]] = defaultdict(list)
        for share, event in SHARES:
            self.before[max(2, round(share * count) + 1)].append(event)

    def visitor(self) -> Visitor:
        citizen = self._citizens.next()
        values = {**citizen.values, "national_id": self._valid(str(citizen.values["national_id"]))}
        pounds = "" if self._chance.random() < 0.5 else self._chance.choice(("+50", "+150.50", "5000"))
        return Visitor(citizen.service_id, self._numbers[citizen.service_id], values, pounds)

    def weather(self) -> tuple[float, bool]:
        """The share of requests that fare badly, and whether the line is down altogether."""
        return self._chance.choice(((0.0, False), (0.25, False), (0.5, False), (0.0, True)))

    def moment(self) -> str:
        """Where the power is cut."""
        return self._chance.choice(("commit.before", "commit.after"))

    @staticmethod
    def _valid(number: str) -> str:
        """The same birthday and place; the last five digits of somebody whose check digit is right."""
        serial = int(number[9:13])
        while True:
            for digit in "0123456789":
                found = f"{number[:9]}{serial:04d}{digit}"
                if check_digit_ok(found):
                    return found
            serial = (serial + 1) % 10_000


def pounds(pt: int) -> str:
    return format_pt(pt, grouping=False)
