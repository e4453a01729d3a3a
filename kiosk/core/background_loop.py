"""What a counter does by itself beside its work: a thread that looks every so often, until it is stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

log = logging.getLogger("manfaz")


class BackgroundLoop(ABC):
    """`run` on a thread of its own until `stop`; `step` is one look whether there is something to do.

    `name` is the thread's, and said in the log. The first look comes after `calm_s`, the next ones each after `look_s`.
    """

    def __init__(self, name: str, look_s: float, calm_s: float = 0.0) -> None:
        self._name: Final = name
        self._look_s: Final = look_s
        self._calm_s: Final = calm_s
        self._turn = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @abstractmethod
    def step(self) -> None: ...

    def start(self, start_thread: Callable[[str, Callable[[], None]], threading.Thread]) -> None:
        self._thread = start_thread(self._name, self.run)

    def stop(self) -> None:
        """Break off what is under way, and wait for the thread."""
        self._stopping = True
        self._turn.set()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        """Look now. From any thread."""
        self._turn.set()

    def run(self) -> None:
        self._turn.wait(self._calm_s)
        while not self._stopping:
            self._turn.clear()
            try:
                self.step()
            except Exception as error:  # noqa: BLE001 - the top of a thread: the next look may go better
                log.error("%s: %s", self._name, type(error).__name__)  # noqa: TRY400 - a trace may hold what a person typed
            if not self._stopping:
                self._turn.wait(self._look_s)
