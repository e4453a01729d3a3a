"""The shortest day that has everything a long one has; `make day` takes a hundred and fifty citizens and measures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness.centre_process import ROOT
from tests.harness.untraced import untraced


@pytest.mark.slow
@pytest.mark.keystore
@pytest.mark.timeout(400)
def test_after_a_day_with_jams_cuts_and_crashes_every_side_says_the_same_to_the_piastre() -> None:
    command = [sys.executable, "-m", "tests.scenarios.day", "--citizens", "12"]
    done = subprocess.run(
        command, cwd=ROOT, env=untraced(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
