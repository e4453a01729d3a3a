"""Run by the Python of an installed program: how long from the command to the first picture of the window.

painted.py APP BEGAN_NS: `BEGAN_NS` by the monotonic clock of the caller. Prints milliseconds and ends at once.
"""

from __future__ import annotations

import os
import sys
import time
from tempfile import mkdtemp

sys.path.insert(0, sys.argv[1])

from PySide6.QtGui import QPaintEvent

import kiosk.main.startup
from kiosk.main.cli import parser
from protocol.override import override
from ui.main.window import Window

BEGAN_NS = int(sys.argv[2])


class Watched(Window):
    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print(f"PAINTED {(time.monotonic_ns() - BEGAN_NS) // 1_000_000}", flush=True)
        os._exit(0)


kiosk.main.startup.Window = Watched  # type: ignore[attr-defined]
kiosk.main.startup.run(parser().parse_args(["--data", mkdtemp(), "--language", "ar"]))
