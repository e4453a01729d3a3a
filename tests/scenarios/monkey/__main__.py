"""Press anything at any moment: ``python -m tests.scenarios.monkey --seeds 50``; one life again: ``--first SEED
--seeds 1``.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from tests.scenarios.monkey.run import Monkey


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.monkey", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400)
    asked = parser.parse_args()
    wrong = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        monkey = Monkey(seed, timed=True)
        monkey.live(asked.steps)
        wrong += len(monkey.found)
        print(f"seed {seed}: {len(monkey.trail)} steps, {monkey.sold} requests", *monkey.found, sep="\n  ", flush=True)
    print(f"{wrong} WRONG" if wrong else "nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
