"""`manfaz` as it starts, watched from inside: ``main()`` with FOLDER and PIN as arguments.

Prints the monotonic time of the first picture, of the moment when the typed PIN has been taken, and of its answer.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

import kiosk.main.startup
from kiosk.main.cli import GRAMMAR, parser
from protocol.override import override
from ui.main.window import Window


def say(name: str) -> None:
    print(name, time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)


class Watch(QObject):
    """Types the PIN as soon as there is a picture, and looks what becomes of it."""

    def __init__(self, window: Window, pin: str) -> None:
        super().__init__(window)
        self._window = window
        self._pin = pin
        self._painted = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._first = window.page().objectName()

    def painted(self) -> None:
        if not self._painted:
            self._painted = True
            say("FIRST")
            QTimer.singleShot(0, self._type)

    def _type(self) -> None:
        self._window.page().first().setFocus()
        for key in [*self._pin, "\r"]:
            code = Qt.Key.Key_Return if key == "\r" else Qt.Key(ord(key))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key)
                QApplication.sendEvent(self._window.page().first(), event)
        say("KEYS")
        self._timer.start(1)

    def _look(self) -> None:
        if self._window.page().objectName() != self._first:
            say("ANSWERED")
            os._exit(0)


def main() -> None:
    folder, pin = sys.argv[1:]

    class Watched(Window):
        @override
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            if not hasattr(self, "watch"):
                self.watch = Watch(self, pin)
            self.watch.painted()

    kiosk.main.startup.Window = Watched  # type: ignore[attr-defined]
    asked = parser(GRAMMAR[:1]).parse_args(["--data", folder, "--centre", "http://127.0.0.1:9", "--no-wizard"])
    sys.exit(kiosk.main.startup.run(asked))


if __name__ == "__main__":
    main()
