"""A printer and the rendering that fits it, always chosen together."""

from __future__ import annotations

from functools import partial

from kiosk.ports.world import Printer, Renderer
from kiosk.printing.printer_choice import PrinterChoice
from protocol.texts import Language
from ui.paper.printers import printer_of
from ui.paper.rendering import Roll, render_raster


def make_device(choice: PrinterChoice, language: Language) -> tuple[Printer, Renderer]:
    """The printer of a choice, and what turns content into its bytes. Raises Refused("printer_unknown")."""
    if choice.kind == "system":
        from ui.paper.system_printers import pack_job  # noqa: PLC0415 - QtPrintSupport looks for a spooler when loaded

        return printer_of(choice), partial(pack_job, language=language)
    paper = Roll(choice.width, cut=choice.cut, drawer=choice.drawer)
    return printer_of(choice), partial(render_raster, language=language, paper=paper)
