"""What is said beside the screen: whatever was raised on any thread, Qt's own complaints, and the log."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from PySide6.QtCore import qInstallMessageHandler

from protocol.override import override

QUIET: Final = ("propagateSizeHints", "does not support", "pipewire", "Qt multimedia")
"""What this platform always says."""


class Ears(logging.Handler):
    """`raised` and `said` since `heard` was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._raised: list[str] = []
        self._said: list[str] = []

    @contextmanager
    def open(self) -> Iterator[None]:
        hook, aside = sys.excepthook, threading.excepthook
        sys.excepthook = self.caught
        threading.excepthook = lambda what: self.caught(what.exc_type, what.exc_value, what.exc_traceback)
        qt = qInstallMessageHandler(lambda _kind, _where, text: self._qt(text))
        logging.getLogger().addHandler(self)
        try:
            yield
        finally:
            sys.excepthook, threading.excepthook = hook, aside
            qInstallMessageHandler(qt)
            logging.getLogger().removeHandler(self)

    def heard(self) -> tuple[list[str], list[str]]:
        """What was raised, and the lines of the log."""
        found = self._raised[:], self._said[:]
        self._raised.clear()
        self._said.clear()
        return found

    def caught(self, kind: Any, error: Any, trace: Any) -> None:
        frames = traceback.extract_tb(trace)[-5:]
        place = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
        self._raised.append(f"{kind.__name__}: {error} at {place}")

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())

    def _qt(self, text: str) -> None:
        if not any(word in text for word in QUIET):
            self._raised.append(f"Qt: {text}")
