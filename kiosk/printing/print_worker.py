"""When papers are printed: at once when one is waiting, again every ten seconds while the printer cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from kiosk.ports.world import Printer, Renderer
from kiosk.printing.print_queue import PrintQueue
from protocol.override import override
from protocol.program.loop import Loop

AGAIN_MS: Final = 10_000
Device = tuple[Printer, Renderer]


class PrintWorker(Loop):
    """Drains the queue, a paper a step; `stop` returns when the paper in hand is done."""

    def __init__(self, papers: PrintQueue, printer: Printer, render: Renderer) -> None:
        super().__init__("printing", papers.clock.mono_ms, AGAIN_MS)
        self._papers = papers
        self._make: Callable[[], Device] = lambda: (printer, render)
        self._made: tuple[Callable[[], Device], Device] | None = None
        self._paused = False
        self._in_hand = threading.Lock()
        papers.on_work(self.wake)

    def use(self, make: Callable[[], Device]) -> None:
        """From the next paper on, print there; what is being sent ends where it began. `make` is called by a step.

        A printer and its rendering are one choice: bytes painted for one printer never reach another.
        """
        self._make = make
        self.wake()

    @override
    def step(self) -> int | None:
        with self._in_hand:
            if self._paused:
                return None
            return self._after(0 if self._papers.print_next(*self._device()) else None)

    def _device(self) -> Device:
        """The printer in use, made once for each choice."""
        make = self._make
        if self._made is None or self._made[0] is not make:
            self._made = make, make()
        return self._made[1]

    def pause(self) -> None:
        """Wait for the paper in hand, and leave the printer to somebody else until `resume`."""
        self._paused = True
        with self._in_hand:
            pass

    def resume(self) -> None:
        self._paused = False
        self.wake()
