"""The real program, started, watched from inside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench import start
from tests.harness.centre_process import ROOT
from tests.harness.shop import PIN


def watched_start(watcher: str, folder: Path) -> list[list[str]]:
    """What `watcher`, which calls `start_probe.main`, prints until a PIN is answered: the words of each line."""
    start._enrolled(folder)
    ran = subprocess.run(
        [sys.executable, "-c", watcher, str(folder), PIN], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    said = [line.split() for line in ran.stdout.splitlines()]
    assert "ANSWERED" in [words[0] for words in said], ran.stderr
    return said
