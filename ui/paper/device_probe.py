"""The devices at the counter, as a diagnosis asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.ports.world import Printer
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.upkeep.doctor.check_result import Unknown
from protocol.errors import Unavailable


def known_printers() -> Sequence[str]:
    """Those that the system knows."""
    from ui.paper.system_printers import system_printers  # noqa: PLC0415 - QtPrintSupport looks for a spooler when loaded

    return system_printers()


@dataclass(frozen=True, slots=True)
class PrinterAtWork:
    """The printer that this program prints on: asked by whoever holds it."""

    held: Printer

    def printer(self) -> str:
        """Why it cannot print, "" where it can."""
        try:
            self.held.status()
        except Unavailable as error:
            return str(error.values.get("reason", "error"))
        return ""

    printers = staticmethod(known_printers)


@dataclass(frozen=True, slots=True)
class ChosenDevices:
    """The counter's devices, as the doctor asks for them. `choice` is the printer chosen here, None before anybody did;
    `make` opens it.

    `in_use`: the counter is at work, and what lies on a wire is its own to talk to.
    """

    choice: Callable[[], PrinterChoice | None]
    make: Callable[[PrinterChoice], Printer]
    in_use: bool

    def printer(self) -> str:
        choice = self.choice()
        if choice is None or choice.kind == "none":
            return "none"
        if self.in_use and choice.kind != "system":
            raise Unknown("in_use")
        return PrinterAtWork(self.make(choice)).printer()

    printers = staticmethod(known_printers)
