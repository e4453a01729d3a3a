"""How the program is started: its folder, its language and what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.ports.printer import Printer, Renderer
    from kiosk.printing.printer_choice import PrinterChoice


@dataclass(frozen=True, slots=True)
class Config:
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
