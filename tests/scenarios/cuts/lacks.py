"""`python -m tests.scenarios.cuts.lacks [--points 25] [--only NAME] [--jobs 2]`: full and failing disks at so many
operations.

Each point is hurt twice: the disk full from there on, and that one operation failing (ENOSPC, EIO, EACCES in turn).
Exit code 1 when after any of them anything was wrong; each is a line. The last line tells what the small disks were:
mounted, or preloaded where nothing may be mounted.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

from tests.harness.small_disk import WAY, run_with_small_disks, small_disk
from tests.scenarios.cuts.apart import apart
from tests.scenarios.cuts.lack import HOWS, LackBench
from tests.scenarios.cuts.lacking import SCENARIOS

MODULE: Final = "tests.scenarios.cuts.lacks"


def main() -> int:
    asked = _asked()
    if WAY not in os.environ:
        return run_with_small_disks([sys.executable, "-m", MODULE, *sys.argv[1:]], os.environ)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lacks-") as room:
        readers = [_worker(asked, job, Path(room) / str(job)) for job in range(asked.jobs)]
        told = [line for reader in readers for line in reader()]
    counts = [line.split()[1:] for line in told if line.startswith("done ")]
    wrong = [line for line in told if not line.startswith("done ")]
    for name in dict.fromkeys(name for name, _, _ in counts):
        points, hurt = (sum(int(one[at]) for one in counts if one[0] == name) for at in (1, 2))
        print(f"step {name}: {points} points, {hurt} full or failing disks")
    done = sum(int(one[2]) for one in counts)
    spent = f"{time.monotonic() - begun:.0f} s"
    print(*wrong, f"{done} full or failing disks ({os.environ[WAY]}) in {spent}, {len(wrong)} violations", sep="\n")
    return 1 if wrong or not done else 0


def _asked() -> argparse.Namespace:
    top = argparse.ArgumentParser(MODULE, description=__doc__)
    top.add_argument("--points", type=int, default=0, help="in all; 0: every one")
    top.add_argument("--only", default="", help="part of a step's name")
    top.add_argument("--seed", type=int, default=0)
    top.add_argument("--jobs", type=int, default=2)
    return top.parse_args()


def _worker(asked: argparse.Namespace, job: int, room: Path) -> Callable[[], list[str]]:
    """Hurt this job's share in a process of its own; call what comes back for its lines."""

    def hurt(told: TextIO) -> None:
        for line in _hurt_all(asked, job, room):
            print(line, file=told, flush=True)

    return apart(room, hurt)


def _hurt_all(asked: argparse.Namespace, job: int, room: Path) -> Iterator[str]:
    wanted = [scenario for scenario in SCENARIOS if asked.only in scenario.name]
    each = -(-asked.points // (len(wanted) * asked.jobs)) if asked.points else None
    for scenario in wanted:
        with small_disk(room / f"disk-{scenario.name}") as disk:
            bench = LackBench(scenario, room / scenario.name, disk)
            points = list(enumerate(bench.survey()))
            random.Random(f"{asked.seed} {scenario.name}").shuffle(points)
            mine = points[job :: asked.jobs][:each]
            hurt = 0
            for number, at in mine:
                for how in ("full", HOWS[1 + number % (len(HOWS) - 1)]):
                    wrong = bench.hurt_at(at, how)
                    hurt += wrong is not None
                    yield from wrong or ()
            yield f"done {scenario.name} {len(mine)} {hurt}"


if __name__ == "__main__":
    sys.exit(main())
