"""A day of a shop, and what must be true in the evening: `make day`. CITIZENS and SEED may be given."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from tests.harness.centre_process import ROOT
from tests.scenarios.day.check import wrongs
from tests.scenarios.day.house import House
from tests.scenarios.day.plan import Plan
from tests.scenarios.day.story import WARM, Story

GROWTH: Final = 0.10
P99_MS: Final = 50
MOST_MS: Final = 250


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.day", description=__doc__)
    parser.add_argument("--citizens", type=int, default=150)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument(
        "--measure", action="store_true", help="memory and the loop's lag must keep within their limits"
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.inside:  # a keystore of its own: the kiosk's secrets lie in the system's, as in the shop
        again = [sys.executable, "-m", "tests.scenarios.day", "--inside", *sys.argv[1:]]
        os.execv(ROOT / "tests/with_keystore.sh", ["with_keystore.sh", *again])
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    folder = Path(mkdtemp(prefix="manfaz-day-"))
    with House(folder, asked.seed) as house:
        story = Story(house, Plan(asked.seed, asked.citizens), asked.citizens)
        story.play()
        wrong = wrongs(story)
        tell(story)
    wrong += too_much(story) if asked.measure else []
    if wrong:
        print(f"{len(wrong)} WRONG; the evidence is in {folder} (seed {asked.seed})", *wrong[:40], sep="\n  ")
        return 1
    shutil.rmtree(folder)
    return 0


def growth(story: Story) -> float:
    """Of the memory between the first citizen it is watched from and the last; 0 in a day too short for that."""
    kib = list(story.memory_kib.values())
    return kib[-1] / kib[0] - 1 if len(kib) > 1 else 0.0


def too_much(story: Story) -> list[str]:
    found = []
    if growth(story) >= GROWTH:
        found.append(f"memory grew by {growth(story):.1%}")
    if story.lag["p99_ms"] > P99_MS or story.lag["max_ms"] > MOST_MS:
        found.append(f"the screen's loop was late by {story.lag['p99_ms']} ms (p99), {story.lag['max_ms']} ms (most)")
    return found


def tell(story: Story) -> None:
    """The day's figures as a table."""
    lag, kib = story.lag, story.memory_kib
    rows = [
        ("citizens served", f"{len(story.said)}, three people at one till"),
        ("what happened", ", ".join(f"{name} {count}" for name, count in sorted(story.happened.items()))),
        ("requests on the line", f"{len(story.house.proxy.requests)}, of them spoilt {story.house.line.struck}"),
        ("papers out whole", f"{story.papers[0]}; jammed {story.papers[1]}"),
        ("journal, here = centre", story.journal),
        ("memory", f"from citizen {WARM}: " + ", ".join(f"{n}: {k / 1024:.1f}" for n, k in kib.items())
         + f" MiB; {growth(story):+.1%}" if kib else "too short a day"),
        ("GUI loop lag", f"p99 {lag['p99_ms']} ms, most {lag['max_ms']} ms, {lag['ticks']} ticks"),
        *((f"  {ms} ms", where) for ms, where in lag["worst"]),
        ("seconds", ", ".join(f"{name} {value:.0f}" for name, value in story.seconds.items())),
    ]  # fmt: skip
    for name, value in rows:
        print(f"{name:24} {value}")
    for number, shift in enumerate(story.shifts, 1):
        print(f"{f'pounds, opening {number}':24} " + " ".join(f"{side:>12}" for side in shift.sides))
        for name in shift.sides["journal"]:
            shown = [f"{side[name] / 100:12,.2f}" if name in side else " " * 12 for side in shift.sides.values()]
            print(f"  {name:22} " + " ".join(shown))
        print(f"{'in the drawer':24} expected {shift.closed['expected_pt'] / 100:,.2f}, "
              f"counted {shift.closed['counted_pt'] / 100:,.2f}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
