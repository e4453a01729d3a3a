"""`python -m tests.scenarios.cuts [--cuts 500] [--only NAME] [--seed N] [--jobs 2]`: so many cuts, spread over all
steps.

Exit code 1 when after any of them anything was wrong; each is a line.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from tests.scenarios.cuts.apart import apart
from tests.scenarios.cuts.frame import Bench, Cut
from tests.scenarios.cuts.scenarios import SCENARIOS

Work = tuple[Bench, list[Cut], int]
"""A step, its operations, and how many of them are to be cut."""


def main() -> int:
    asked = _asked()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cuts-") as room:
        os.environ["XDG_RUNTIME_DIR"] = room
        wanted = [scenario for scenario in SCENARIOS if asked.only in scenario.name]
        benches = [Bench(scenario, Path(room) / scenario.name) for scenario in wanted]
        points = [bench.survey() for bench in benches]
        work = list(zip(benches, points, _allot([len(one) for one in points], asked.cuts), strict=True))
        readers = [
            _worker(mine, asked.seed, Path(room) / str(job)) for job, mine in enumerate(_share(work, asked.jobs))
        ]
        told = [line for reader in readers for line in reader()]
    done = sum(int(line.split()[1]) for line in told if line.startswith("done "))
    wrong = [line for line in told if not line.startswith(("done ", "step "))]
    print(*[line for line in told if line.startswith("step ")], *wrong, sep="\n")
    print(f"{done} cuts in {time.monotonic() - begun:.0f} s, {len(wrong)} violations")
    return 1 if wrong or not done else 0


def _allot(sizes: list[int], cuts: int) -> list[int]:
    """How many cuts each step gets: as even as may be, none more than it has operations until all have that many."""
    allotted = [0] * len(sizes)
    left, again = cuts, 1
    while left:
        open_ = [at for at, size in enumerate(sizes) if allotted[at] < size * again]
        if not open_:
            again += 1
            continue
        for at in open_[:left]:
            allotted[at] += 1
        left -= len(open_[:left])
    return allotted


def _share(work: list[Work], jobs: int) -> list[list[Work]]:
    """Each step to one worker, the largest first to whoever has least."""
    shares: list[list[Work]] = [[] for _ in range(jobs)]
    for one in sorted(work, key=lambda item: -item[2]):
        min(shares, key=lambda share: sum(item[2] for item in share)).append(one)
    return [share for share in shares if share]


def _asked() -> argparse.Namespace:
    top = argparse.ArgumentParser("tests.scenarios.cuts", description=__doc__)
    top.add_argument("--cuts", type=int, default=500)
    top.add_argument("--only", default="", help="part of a step's name")
    top.add_argument("--seed", type=int, default=0)
    top.add_argument("--jobs", type=int, default=2)
    return top.parse_args()


def _worker(mine: list[Work], seed: int, room: Path) -> Callable[[], list[str]]:
    """Cut these steps in a process of its own; call what comes back for its lines."""

    def cut(told: TextIO) -> None:
        for bench, points, share in mine:
            _cut_all(bench, _spread(points, random.Random(f"{seed} {bench.scenario.name}")), share, told)

    return apart(room, cut)


def _cut_all(bench: Bench, cuts: Iterator[Cut], share: int, told: TextIO) -> None:
    """A cut that the step does not come to (another moment, another order) is made up for by the next."""
    begun, done = time.monotonic(), 0
    for at in islice(cuts, 3 * share):
        if done == share:
            break
        wrong = bench.cut(at)
        done += wrong is not None
        for line in wrong or ():
            print(line, file=told, flush=True)
    seconds = time.monotonic() - begun
    print(f"step {bench.scenario.name}: {done} cuts in {seconds:.0f} s", file=told)
    print(f"done {done}", file=told, flush=True)


def _spread(points: list[Cut], chance: random.Random) -> Iterator[Cut]:
    """By chance; all of them before any comes a second time."""
    while points:
        yield from chance.sample(points, len(points))


if __name__ == "__main__":
    sys.exit(main())
