"""What the program has in memory when an operator's PIN is answered: the real one, with its window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.bench import start
from tests.harness.centre_process import ROOT
from tests.harness.shop import PIN

WATCHED: Final = """
import sys
from tests.bench import start_probe
say = start_probe.say
def answered(name):
    if name == "ANSWERED":
        print("LOADED", *sorted({"sqlalchemy", "sqlmodel", "pydantic", "alembic", "schema"} & {*sys.modules}))
    say(name)
start_probe.say = answered
start_probe.main()
"""


@pytest.mark.keystore
def test_the_makers_of_its_statements_are_not_loaded(tmp_path: Path) -> None:
    start._enrolled(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path), PIN], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    said = [line.split() for line in ran.stdout.splitlines()]
    assert ["LOADED"] in said, ran.stderr
    assert said[-1][0] == "ANSWERED"
