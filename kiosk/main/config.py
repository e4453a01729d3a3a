"""How the program is started: its folder, its printer, the way to the centre."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kiosk.model.paper_sheet import Content
    from kiosk.ports.world import Printer, Renderer
    from kiosk.printing.printer_choice import PrinterChoice
    from protocol.texts import Language


class Config(NamedTuple):
    """What the technician chose for this machine."""

    folder: Path
    printer: Printer
    render: Renderer
    centre: str | None = None
    ca_file: str | None = None
    make_device: Callable[[PrinterChoice], tuple[Printer, Renderer]] | None = None
    """For the printer that is chosen at the counter; None where the command line has named one."""
    restart: Callable[[], None] = lambda: None
    """Ends the program so that the starter begins it anew, as the version that the pointer names."""


class LazyRenderer:
    """The printer, and the painter of its papers, made at the first paper: they take a third of the first picture."""

    def __init__(self, choice: PrinterChoice, language: Language, *, behind_window: bool = False) -> None:
        """Behind a window, whoever needs the painter waits for `arm`."""
        self._choice = choice
        self._language = language
        self._armed = Event()
        if not behind_window:
            self.arm()

    def arm(self) -> None:
        """The window has made the painter's classes (`ui.main.late_modules`), or is no longer at work."""
        self._armed.set()

    @cached_property
    def _device(self) -> tuple[Printer, Renderer]:
        return self.device_of(self._choice)

    def device_of(self, choice: PrinterChoice) -> tuple[Printer, Renderer]:
        """The printer of a choice, one made at the counter too, and what paints for it."""
        self._armed.wait()
        return late_device(choice, self._language)

    def status(self) -> None:
        self._device[0].status()

    def send(self, data: bytes) -> None:
        self._device[0].send(data)

    def render(self, content: Content, copy: int) -> bytes:
        return self._device[1](content, copy)


def late_device(choice: PrinterChoice, language: Language) -> tuple[Printer, Renderer]:
    """The printer of a choice, and what paints for it."""
    from ui.paper.printers import make_device  # noqa: PLC0415 - the reason stands above

    return make_device(choice, language)
