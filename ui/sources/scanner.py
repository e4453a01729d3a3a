"""A flatbed scanner on Linux, through SANE's own program: the page comes as PNG on its output, and touches no disk."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from kiosk.errors import Unavailable
from ui.sources.source import Fetch

PROGRAM: Final = "scanimage"
DOTS_PER_INCH: Final = 200
TIMEOUT_S: Final = 120.0


class ScannerSource:
    word = "evidence.scanner"

    def there(self) -> bool:
        return shutil.which(PROGRAM) is not None

    def ask(self, _parent: QWidget, then: Callable[[Fetch], None]) -> None:
        then(scan)


def scan(timeout_s: float = TIMEOUT_S) -> bytes:
    """One page from the first scanner there is. Raises Unavailable("scanner")."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unavailable("scanner")
    command = [program, "--format=png", f"--resolution={DOTS_PER_INCH}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable("scanner") from error
    if done.returncode != 0 or not done.stdout:
        raise Unavailable("scanner")
    return done.stdout
