"""Debian's promtool and prometheus, as setup.sh unpacks them, for tests of the alert rules."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

RULES: Final = Path(__file__).parents[3] / "central" / "fleet" / "alerts.yml"


def program(name: str) -> str:
    """The path of one of the two. They are part of the set-up: a run without them fails and skips nothing."""
    found = shutil.which(name, path=str(Path(sys.prefix, "bin"))) or shutil.which(name)
    assert found is not None, f"no {name} here: run setup.sh"
    return found
