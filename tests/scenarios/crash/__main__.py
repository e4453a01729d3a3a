"""Kill the counter N times, a sixth of them in each phase, and compare what is left: `make crash KILLS=300`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from protocol.journal.mirror_lag import MOST
from tests.harness.centre_process import ROOT
from tests.scenarios.crash.check import violations
from tests.scenarios.crash.driver import MOMENTS, Driver

SALES_A_KILL = 3.4
TRIES = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.inside:  # a keystore of its own: the kiosk's secrets lie in the system's, as in the shop
        again = [
            sys.executable,
            "-m",
            "tests.scenarios.crash",
            "--inside",
            "--kills",
            str(asked.kills),
            "--seed",
            str(asked.seed),
        ]
        os.execv(ROOT / "tests/with_keystore.sh", ["with_keystore.sh", *again])
    folder = Path(mkdtemp(prefix="manfaz-crash-"))
    wrong = run(folder, asked.kills, asked.seed)
    if wrong:
        print(f"{len(wrong)} VIOLATIONS; the evidence is in {folder} (seed {asked.seed})", *wrong[:40], sep="\n  ")
        return 1
    shutil.rmtree(folder)
    return 0


def run(folder: Path, kills: int, seed: int) -> list[str]:
    began = time.monotonic()
    with Driver(folder, seed) as driver:
        driver.enrol()
        missed = 0
        for n in range(kills):
            phase = list(MOMENTS)[n % len(MOMENTS)]
            missed += sum(
                1 for _ in range(TRIES) if driver.kills[phase] <= n // len(MOMENTS) and not driver.kill(phase)
            )
            if n % 30 == 29:
                print(f"  {n + 1} kills, {len(driver.confirmed)} sales, {time.monotonic() - began:.0f} s", flush=True)
        state = driver.drain(int(kills * SALES_A_KILL))
        wrong = list(violations(driver, state))
        wrong += [f"no kill in phase {phase}" for phase in MOMENTS if kills >= len(MOMENTS) and not driver.kills[phase]]
        tell(driver, state, missed, time.monotonic() - began)
    return wrong


def tell(driver: Driver, state: dict[str, Any], missed: int, seconds: float) -> None:
    print("killed (SIGKILL) in")
    for phase, count in driver.kills.items():
        print(f"  {phase:22} {count:4}")
    print("  at " + ", ".join(f"{name} {count}" for name, count in sorted(driver.moments.items())))
    print(f"  {missed} lives did not reach their moment and ended in good order")
    held = driver.keystore
    print("keystore               " + ", ".join(f"{fault} {count}" for fault, count in sorted(held.lives.items())))
    print(f"  sales refused {sum(held.refused.values())}, at most {held.most} were beyond the mirror (allowed: {MOST})")
    print(f"sales confirmed          {len(driver.confirmed)} (asked again after a death {driver.doubted}, "
          f"pressed twice {driver.repeated})")  # fmt: skip
    print(f"papers out whole         {len(driver.roll.papers())}; uncertain: {driver.uncertain[True]} had come out, "
          f"{driver.uncertain[False]} had not")  # fmt: skip
    print(f"requests on the line     {len(driver.proxy.requests)}, of them spoilt {driver.storm.struck}")
    print(f"entries at the centre    {state['hwm']}, {state['count']} sales, {state['sum_pt'] / 100:,.2f} pounds")
    print(f"seconds                  {seconds:.0f}")


if __name__ == "__main__":
    sys.exit(main())
