"""Twenty kills in the ordinary run; `make crash` makes it three hundred."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.harness.centre_process import ROOT
from tests.harness.untraced import untraced


@pytest.mark.slow
@pytest.mark.keystore
@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_when_the_kiosk_is_killed() -> None:
    command = [sys.executable, "-m", "tests.scenarios.crash", "--kills", "20"]
    done = subprocess.run(
        command, cwd=ROOT, env=untraced(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
