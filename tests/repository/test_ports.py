"""Time, chance, threads, processes and disks come through the ports: those named in pyproject.toml, and no others."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUFF = [
    str(Path(sys.executable).with_name("ruff")),
    "check",
    "--no-cache",
    "--select",
    "TID251",
    "--output-format",
    "json",
]
EVERYWHERE = ("protocol", "kiosk", "ui", "sync", "storage", "central", "starter", "installer")


def found(*arguments: str, said: str = "") -> list[dict[str, Any]]:
    done = subprocess.run([*RUFF, *arguments], cwd=ROOT, input=said, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def exempt() -> list[str]:
    """Each pattern of its own, without braces."""
    read = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["per-file-ignores"]
    patterns: list[str] = []
    for pattern, codes in read.items():
        if "TID251" in codes and not pattern.startswith("tests"):
            before, brace, rest = pattern.partition("{")
            names, _, after = rest.partition("}")
            patterns += [f"{before}{name}{after}" for name in names.split(",")] if brace else [pattern]
    return patterns


def test_whoever_may_go_past_the_ports_does_so() -> None:
    users = {
        Path(row["filename"]).relative_to(ROOT).as_posix()
        for row in found("--config", "lint.per-file-ignores={}", *EVERYWHERE)
    }
    assert [pattern for pattern in exempt() if not any(fnmatch(user, pattern) for user in users)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import time; time.time()", "from time import monotonic; monotonic()", "import time; time.sleep(1)",
        "import random", "import secrets", "from os import urandom", "import uuid; uuid.uuid4()",
        "from threading import Thread",
        "import threading; threading.Timer(1, print)", "import subprocess", "import shutil; shutil.disk_usage('/')",
        "import datetime; datetime.datetime.now()", "from datetime import date; date.today()",
        "from protocol.program.loop import start_thread", "from kiosk.core.system_world import SystemClock",
    ],
)  # fmt: skip
def test_anybody_else_who_does_is_found(line: str) -> None:
    assert len(found("--stdin-filename", "kiosk/selling/planted.py", "-", said=f"{line}\n")) == 1
