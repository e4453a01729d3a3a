"""From the command to the first picture, to a PIN taken, to its answer; beside a bare PySide6 window."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from kiosk.core.events import Events
from kiosk.core.system_world import system_world
from kiosk.counter import Counter, Kept
from kiosk.evidence import picture_process
from protocol.keys import SeedSigner
from storage.keystore.system_keystore import SystemKeystore
from storage.opening import open_store
from tests.bench.figures import Figure, median
from tests.harness.centre_process import ROOT
from tests.harness.shop import CODE, DEVICE_SEED, OPERATOR, PIN, Shop

BARE: Final = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
app = QApplication(sys.argv)
class W(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("FIRST", time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)
        os._exit(0)
w = W()
QVBoxLayout(w).addWidget(QLabel("مرحبا"))
w.resize(1366, 728)
w.show()
app.exec()
"""
PROBE: Final = "import gc; gc.disable(); from tests.bench.start_probe import main; main()"
"""As `kiosk.__main__` does: the collector is off before anything is imported."""
PACE_MS: Final = 150
"""A person's, from key to key."""
STEPS: Final = (
    ("FIRST", "first picture of sign-in", 2.1, 2),
    ("KEYS", "PIN keys taken", 2.6, 2.3),
    ("ANSWERED", "PIN answered", 10.5, 9),
)


def run(*, quick: bool) -> list[Figure]:
    folder = Path(mkdtemp(prefix="manfaz-bench-"))
    floors: list[float] = []
    ours: dict[str, list[float]] = {name: [] for name, *_ in STEPS}
    paced: list[float] = []
    home: list[float] = []
    resident: list[float] = []
    try:
        _enrolled(closed := folder / "closed")
        for n in range(4 if quick else 12):
            floor = _start([sys.executable, "-c", BARE])["FIRST"]
            mine = _start([sys.executable, "-c", PROBE, str(closed), PIN])
            if n:  # the first is the disk's
                floors.append(floor)
                for name, taken in ours.items():
                    taken.append(mine[name])
        _enrolled(opened := folder / "open", day=True)
        for _ in range(1 if quick else 3):
            person = _start([sys.executable, "-c", PROBE, str(opened), PIN, str(PACE_MS)])
            paced.append(person["ANSWERED"] - person["KEYS"])
            home.append(person["HOME"] - person["RIGHT"])
            resident.append(person["RESIDENT"])
    finally:
        shutil.rmtree(folder)
    floor, paced_ms, mib = median(floors), median(paced), median(resident)
    return [
        Figure("start", f"start: {words}", median(ours[name]), floor, "ms", median(ours[name]) / floor, limit, aim)
        for name, words, limit, aim in STEPS
    ] + [
        Figure("start", "start: PIN answered after its last key, 150 ms a key", paced_ms, None, "ms", paced_ms, 300),
        Figure("start", "start: home shown after the PIN is right", median(home), None, "ms", median(home), 150),
        Figure("start", "start: home, resident", mib, None, "MiB", mib, 130, 115),
    ]


def _start(command: list[str]) -> dict[str, float]:
    """Milliseconds from the start of the process to what it prints; MiB of what is resident."""
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    pairs = (line.split() for line in done.stdout.splitlines())
    return {name: float(at) if name == "RESIDENT" else (float(at) - began) * 1000 for name, at in pairs}


def _enrolled(folder: Path, *, day: bool = False) -> None:
    """A shop whose operator has set her PIN; `day`: and opened the day."""
    world = system_world()
    opened = open_store(folder, SystemKeystore(), world)
    try:
        shop = Shop(opened.store)
        opened.secrets.put_signing_seed(1, DEVICE_SEED)
        kept = Kept(
            opened.store,
            opened.mirror,
            SeedSigner(DEVICE_SEED),
            opened.secrets.pin_pepper(),
            opened.pictures,
            picture_process.read,
        )
        counter = Counter(world, kept, Events(), lambda _: shop.line)
        counter.people.activate(OPERATOR, CODE, PIN)
        if day:
            counter.till.open_day(0)
    finally:
        opened.close()
