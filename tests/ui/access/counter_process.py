"""The real window on the fake counter, as a process of its own on a display; "ready" where a task begins."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer

from tests.harness.stage import theatre
from tests.ui.keys.tasks import TASKS
from tests.ui.keys.typist import Typist
from ui.main.application import make_application
from ui.widgets.theme import ScreenLook


def main() -> int:
    application = make_application([])
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    awake = QTimer()  # Python hears a signal only when it runs
    awake.start(200)
    awake.timeout.connect(lambda: None)
    with theatre(ScreenLook()):
        language, name = sys.argv[1:]
        typist = Typist("ar" if language == "ar" else "en")
        next(task for task in TASKS if task.name == name).before(typist)
        print("ready", flush=True)
        return application.exec()


if __name__ == "__main__":
    sys.exit(main())
