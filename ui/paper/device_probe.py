"""The devices at the counter, as a diagnosis asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.ports.printer import Printer
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.upkeep.doctor.probes import Unknown
from protocol.errors import Unavailable


class ChosenDevices:
    """`choice` is the printer chosen at the counter, None before anybody did; `make` opens it.

    `in_use`: the counter is at work, and what lies on a wire is its own to talk to.
    """

    def __init__(
        self, choice: Callable[[], PrinterChoice | None], make: Callable[[PrinterChoice], Printer], *, in_use: bool
    ) -> None:
        self._choice = choice
        self._make = make
        self._in_use = in_use

    def printer(self) -> str:
        choice = self._choice()
        if choice is None or choice.kind == "none":
            return "none"
        if self._in_use and choice.kind != "system":
            raise Unknown("in_use")
        try:
            self._make(choice).status()
        except Unavailable as error:
            return str(error.values.get("reason", "error"))
        return ""

    def printers(self) -> Sequence[str]:
        from ui.paper.system_printers import system_printers  # noqa: PLC0415 - QtPrintSupport looks for a spooler when loaded

        return system_printers()


class PrinterAtWork:
    """The printer that this program prints on: asked by whoever holds it."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def printer(self) -> str:
        try:
            self._printer.status()
        except Unavailable as error:
            return str(error.values.get("reason", "error"))
        return ""

    def printers(self) -> Sequence[str]:
        from ui.paper.system_printers import system_printers  # noqa: PLC0415 - the same

        return system_printers()
