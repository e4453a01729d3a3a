"""The system's own printers, through Qt: pages on A5 and A4, or a receipt printer that has a driver.

What is sent is not raster but the content itself, painted here onto the printer's own pages: its letters stay letters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from kiosk.model.paper_sheet import Content, unpack
from kiosk.ports.world import PrinterBroke
from kiosk.printing.printer_choice import Size
from protocol.errors import Unavailable
from protocol.texts import LANGUAGES, Language
from ui.paper.painter import as_sheet
from ui.paper.rendering import prepare

_WELL: Final = (QPrinter.PrinterState.Idle, QPrinter.PrinterState.Active)


def pack_job(content: Content, copy: int, language: Language) -> bytes:
    """What `SystemPrinter.send` paints."""
    return f"{language} {copy}\n".encode() + content.pack()


def unpack_job(data: bytes) -> tuple[Content, int, Language]:
    head, _, content = data.partition(b"\n")
    language, copy = head.decode().split(" ")
    return unpack(content), int(copy), next(known for known in LANGUAGES if known == language)


def system_printers() -> list[str]:
    """The names of the printers the system knows, its default first."""
    default = QPrinterInfo.defaultPrinterName()
    return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name))


def state_of(name: str) -> QPrinter.PrinterState | None:
    """How a printer of the system is; None where there is none of that name."""
    found = QPrinterInfo.printerInfo(name)
    return None if found.isNull() else found.state()


def open_printer(name: str) -> QPrinter:
    printer = QPrinter(QPrinterInfo.printerInfo(name), QPrinter.PrinterMode.HighResolution)
    printer.setCreator("Manfaz")
    return printer


@dataclass(frozen=True, slots=True)
class SystemPrinter:
    """A printer by its name. *Printed* here means: the spooler has taken all of it and still calls the printer well."""

    name: str
    paper: Size
    state: Callable[[str], QPrinter.PrinterState | None] = state_of
    make: Callable[[str], QPrinter] = open_printer

    def status(self) -> None:
        state = self.state(self.name)
        if state is None:
            raise Unavailable("printer", reason="gone")
        if state not in _WELL:
            raise Unavailable("printer", reason="error")

    def send(self, data: bytes) -> None:
        self.status()
        content, copy, language = unpack_job(data)
        printer = self.make(self.name)
        printer.setDocName(as_sheet(content).number or "Manfaz")  # a number: spools and queues are read by others
        printer.setFullPage(True)
        paint = prepare(printer, printer.resolution(), self.paper, content, copy, language)
        painter = QPainter()
        if not painter.begin(printer):
            raise Unavailable("printer", reason="error")
        try:
            paint(painter)
        except BaseException:
            printer.abort()
            raise
        finally:
            ended = painter.end()
        state = self.state(self.name)
        if not ended or state not in _WELL or printer.printerState() not in _WELL:
            raise PrinterBroke("printer_broke", reason="gone" if state is None else "error")
