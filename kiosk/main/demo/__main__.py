"""Runs `tests.scenarios.demo` with a keystore of its own, so that the person's is neither needed nor touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

WITH_KEYSTORE = Path(__file__).parents[3] / "tests" / "with_keystore.sh"

if __name__ == "__main__":
    command = [str(WITH_KEYSTORE), sys.executable, "-m", "tests.scenarios.demo", *sys.argv[1:]]
    os.execv(command[0], command)  # noqa: S606 - ours
