"""Our own figures beside their floors, measured in one run on this machine: `make bench`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib import import_module

from tests.bench.figures import Figure
from tests.harness.centre_process import ROOT

PARTS = {
    "record": "record",
    "start": "start",
    "bytes": "wire_bytes",
    "search": "search",
    "store": "store",
    "offline": "offline",
}
NAMES = {"drain": "offline", "lag": "offline", "unsent": "offline"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="record,start,drain,bytes,search,store,lag,unsent: some of these")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: to see that it runs")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not asked.inside:  # the start is measured with the system's keystore: one of its own
        os.execv(ROOT / "tests/with_keystore.sh", ["with_keystore.sh", sys.executable, "-m", "tests.bench", "--inside",
                                                   *sys.argv[1:]])  # fmt: skip
    only = [name for name in asked.only.split(",") if name]
    wanted = list(dict.fromkeys(NAMES.get(name, name) for name in only or PARTS))
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.platform()}, Python {platform.python_version()}, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    figures: list[Figure] = []
    for name in wanted:
        run: Callable[..., list[Figure]] = import_module(f"tests.bench.{PARTS[name]}").run
        began = time.monotonic()
        some = [figure for figure in run(quick=asked.quick) if not only or figure.part in only]
        print(f"{name} ({time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f})",
              *(figure.line() for figure in some), sep="\n  ", flush=True)  # fmt: skip
        figures += some
    missed = sum(not figure.met for figure in figures)
    print(f"{len(figures)} figures, {missed} missed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
