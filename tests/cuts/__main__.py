"""`python -m tests.cuts [--cuts 500] [--only NAME] [--seed N] [--jobs 2]`: so many cuts, spread over all steps.

Exit code 1 when after any of them anything was wrong; each is a line.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from tests.cuts.frame import Bench, Cut, Scenario
from tests.cuts.scenarios import SCENARIOS


def main() -> int:
    asked = _asked()
    begun = time.monotonic()
    wanted = [scenario for scenario in SCENARIOS if asked.only in scenario.name]
    share = [wanted[job :: asked.jobs] for job in range(asked.jobs)]
    with tempfile.TemporaryDirectory(prefix="cuts-") as room:
        os.environ["XDG_RUNTIME_DIR"] = room
        readers = [_worker(mine, asked, Path(room) / str(job)) for job, mine in enumerate(share) if mine]
        told = [line for reader in readers for line in reader()]
    done = sum(int(line.split()[1]) for line in told if line.startswith("done "))
    wrong = [line for line in told if not line.startswith(("done ", "step "))]
    print(*[line for line in told if line.startswith("step ")], *wrong, sep="\n")
    print(f"{done} cuts in {time.monotonic() - begun:.0f} s, {len(wrong)} violations")
    return 1 if wrong or not done else 0


def _asked() -> argparse.Namespace:
    top = argparse.ArgumentParser("tests.cuts", description=__doc__)
    top.add_argument("--cuts", type=int, default=500)
    top.add_argument("--only", default="", help="part of a step's name")
    top.add_argument("--seed", type=int, default=0)
    top.add_argument("--jobs", type=int, default=2)
    return top.parse_args()


def _worker(mine: list[Scenario], asked: argparse.Namespace, room: Path) -> Callable[[], list[str]]:
    """Cut these steps in a process of its own; call what comes back for its lines."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)

        def lines() -> list[str]:
            with os.fdopen(read, encoding="utf-8") as told:
                found = told.read().splitlines()
            return found + (["a worker ended badly"] if os.waitpid(child, 0)[1] else [])

        return lines
    os.close(read)
    os.environ["XDG_RUNTIME_DIR"] = str(room)
    code = 1
    try:
        with os.fdopen(write, "w", encoding="utf-8") as told:
            for scenario in mine:
                quota = -(-asked.cuts // len([one for one in SCENARIOS if asked.only in one.name]))
                _cut_all(scenario, quota, random.Random(f"{asked.seed} {scenario.name}"), room / scenario.name, told)
        code = 0
    finally:
        os._exit(code)


def _cut_all(scenario: Scenario, quota: int, chance: random.Random, room: Path, told: TextIO) -> None:
    room.mkdir(parents=True)
    begun = time.monotonic()
    bench = Bench(scenario, room)
    points = bench.survey()
    done = 0
    for at in _spread(points, quota, chance):
        wrong = bench.cut(at)
        done += wrong is not None
        for line in wrong or ():
            print(line, file=told, flush=True)
    seconds = time.monotonic() - begun
    print(f"step {scenario.name}: {done} cuts of {len(points)} operations in {seconds:.0f} s", file=told)
    print(f"done {done}", file=told, flush=True)


def _spread(points: list[Cut], quota: int, chance: random.Random) -> list[Cut]:
    """All of them, or so many by chance; more than there are begin anew."""
    chosen = list(points)
    chance.shuffle(chosen)
    return sorted(chosen[:quota])


if __name__ == "__main__":
    sys.exit(main())
