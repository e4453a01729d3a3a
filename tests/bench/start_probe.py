"""`manfaz` as it starts, watched from inside: ``main()`` with FOLDER, PIN and milliseconds a key as arguments.

Prints the monotonic time of the first picture, of the moment when the typed PIN has been taken, when it was found
right, of its answer, and of the home page with all that it shows; then how many MiB the process holds. Without a pace
the PIN is typed as fast as can be, and nothing is printed after its answer.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

import kiosk.main.startup
from kiosk.main.cli import GRAMMAR, parser
from protocol.override import override
from ui.main.window import Window

AT_HOME_MS = 3000
"""Until the home page has made what it makes behind its first picture."""


def say(name: str) -> None:
    print(name, time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)


class Watch(QObject):
    """Types the PIN as soon as there is a picture, and looks what becomes of it."""

    def __init__(self, window: Window, pin: str, pace_ms: int) -> None:
        super().__init__(window)
        self._window = window
        self._pace_ms = pace_ms
        self._keys = [*pin, "\r"]
        self._painted = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._first = window.page().objectName()
        self._shown = False
        self._signed_in = window.session.signed_in
        window.session.signed_in = self._right  # type: ignore[method-assign]

    def painted(self) -> None:
        if not self._painted:
            self._painted = True
            say("FIRST")
            QTimer.singleShot(0, self._type)

    def _right(self, login: Any) -> None:
        say("RIGHT")
        self._signed_in(login)

    def updated(self) -> None:
        """All that was to be painted is."""
        page: Any = self._window.page()  # of a module that is not loaded before the first picture
        if not self._shown and page.objectName() == "pageCatalogue" and page.data is not None:
            self._shown = True
            say("HOME")

    def _type(self) -> None:
        self._window.page().first().setFocus()
        self._press()

    def _press(self) -> None:
        key = self._keys.pop(0)
        code = Qt.Key.Key_Return if key == "\r" else Qt.Key(ord(key))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key)
            QApplication.sendEvent(self._window.page().first(), event)
        if not self._keys:
            say("KEYS")
            self._timer.start(1)
        elif self._pace_ms:
            QTimer.singleShot(self._pace_ms, self._press)
        else:
            self._press()

    def _look(self) -> None:
        if self._window.page().objectName() != self._first:
            say("ANSWERED")
            self._timer.stop()
            QTimer.singleShot(AT_HOME_MS, self._end) if self._pace_ms else os._exit(0)

    def _end(self) -> None:
        from tests.scenarios.day.loop import resident_kib

        print("RESIDENT", resident_kib() / 1024, flush=True)
        os._exit(0)


def main() -> None:
    folder, pin, *pace = sys.argv[1:]

    class Watched(Window):
        @override
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            if not hasattr(self, "watch"):
                self.watch = Watch(self, pin, int(*pace))
            self.watch.painted()

        @override
        def event(self, event: QEvent) -> bool:
            heard = super().event(event)
            if event.type() is QEvent.Type.UpdateRequest and hasattr(self, "watch"):
                self.watch.updated()
            return heard

    kiosk.main.startup.Window = Watched  # type: ignore[attr-defined]
    asked = parser(GRAMMAR[:1]).parse_args(["--data", folder, "--centre", "http://127.0.0.1:9", "--no-wizard"])
    sys.exit(kiosk.main.startup.run(asked))


if __name__ == "__main__":
    main()
