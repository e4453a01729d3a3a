"""The thread on which updates go on by themselves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from kiosk.updating.machine import Updating
from kiosk.updating.standing import Standing

log = logging.getLogger("manfaz")
CALM_S: Final = 20.0
"""Until then the machine belongs to whoever is signing in."""
LOOK_S: Final = 20.0


class Updater:
    """`run` on a thread of its own until `stop`; `close` breaks off what waits for the line."""

    def __init__(self, updating: Updating, close: Callable[[], None]) -> None:
        self._updating = updating
        self._close = close
        self._turn = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self, start_thread: Callable[[str, Callable[[], None]], threading.Thread]) -> None:
        self._thread = start_thread("updates", self.run)

    def stop(self) -> None:
        """Break off what is under way, and wait for the thread."""
        self._stopping = True
        self._turn.set()
        self._close()
        if self._thread is not None:
            self._thread.join()

    def now(self) -> None:
        """A person asked; returns at once."""
        self._updating.ask()
        self._turn.set()

    def standing(self) -> Standing:
        return self._updating.standing()

    def run(self) -> None:
        self._turn.wait(CALM_S)
        while not self._stopping:
            self._turn.clear()
            try:
                self._updating.step(self._going)
            except Exception as error:  # noqa: BLE001 - the top of a thread: the next look may go better
                log.error("updates: %s", type(error).__name__)  # noqa: TRY400 - a trace may hold what a person typed
            if not self._stopping:
                self._turn.wait(LOOK_S)

    def _going(self) -> bool:
        return not self._stopping
