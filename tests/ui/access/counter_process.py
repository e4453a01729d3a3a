"""The real window on the fake counter, as a process of its own on a display: home, with a service already sold."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer

from tests.harness.stage import Stage, theatre
from ui.main.application import make_application
from ui.widgets.theme import ScreenLook


def main() -> int:
    application = make_application([])
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    awake = QTimer()  # Python hears a signal only when it runs
    awake.start(200)
    awake.timeout.connect(lambda: None)
    with theatre(ScreenLook()):
        stage = Stage("ar" if "--ar" in sys.argv else "en")
        stage.home().sold()
        return application.exec()


if __name__ == "__main__":
    sys.exit(main())
