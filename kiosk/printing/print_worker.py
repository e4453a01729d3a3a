"""When papers are printed: at once when one is waiting, again every ten seconds while the printer cannot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from kiosk.ports import Printer, Renderer
from kiosk.printing.print_queue import PrintQueue

AGAIN_S: Final = 10.0
Device = tuple[Printer, Renderer]
log = logging.getLogger("manfaz")


class PrintWorker:
    """Drains the queue on a thread of its own; `stop` returns when the paper in hand is done."""

    def __init__(self, papers: PrintQueue, printer: Printer, render: Renderer) -> None:
        self._papers = papers
        self._make: Callable[[], Device] = lambda: (printer, render)
        self._made: tuple[Callable[[], Device], Device] | None = None
        self._work = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()
        papers.on_work(self.wake)

    def start(self, start_thread: Callable[[str, Callable[[], None]], threading.Thread]) -> None:
        self._thread = start_thread("printing", self.run)

    def use(self, make: Callable[[], Device]) -> None:
        """From the next paper on, print there; what is being sent ends where it began. `make` is called on the thread.

        A printer and its rendering are one choice: bytes painted for one printer never reach another.
        """
        self._make = make
        self.wake()

    def wake(self) -> None:
        self._work.set()

    def run(self) -> None:
        while not self._stopping:
            with self._turn:
                while not self._stopping and self._print_next():
                    pass
            self._work.wait(AGAIN_S)
            self._work.clear()

    def _print_next(self) -> bool:
        try:
            return self._papers.print_next(*self._device())
        except Exception as error:  # noqa: BLE001 - the top of a thread: a full disk or a bug must not end printing
            log.error("printing: %s", type(error).__name__)  # noqa: TRY400 - a trace may hold what a person typed
            return False

    def _device(self) -> Device:
        """The printer in use, made once for each choice."""
        make = self._make
        if self._made is None or self._made[0] is not make:
            self._made = make, make()
        return self._made[1]

    def pause(self) -> None:
        """Wait for the paper in hand, and leave the printer to somebody else until `resume`."""
        self._turn.acquire()

    def resume(self) -> None:
        self._turn.release()
        self.wake()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._thread is not None:
            self._thread.join()
