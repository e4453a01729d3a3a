"""Printers: rolls on a wire, a folder of rasters, none. The system's own printers are `ui.paper.system_printers`.

*Printed* means: all bytes, the cut, then a good status. Before the first byte a printer that
cannot is only `Unavailable`; after it, `PrinterBroke`: nobody but a person can say what came out.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.ports.world import Printer, PrinterBroke, Renderer
from kiosk.printing.printer_choice import BAUD, PORT, PrinterChoice
from protocol.errors import Refused, Unavailable
from protocol.texts import Language
from starter.files import make_folder, replace_whole
from ui.paper import escpos
from ui.paper.printer_links import DeviceLink, Link, SocketLink, refused

ANSWER_S: Final = 3.0
DRAIN_S: Final = 20.0
SLOWEST_BYTES_S: Final = 10_000
"""No printer works through a raster slower than this: about two centimetres a second."""


@dataclass(frozen=True, slots=True)
class WirePrinter:
    """A roll printer on a wire, which `answers` or not (`kiosk.printing.printer_choice.PrinterChoice`).

    One connection for a paper: ask, send, ask again.
    """

    open_link: Callable[[], Link]
    answers: bool = True
    fence: bool = False
    answer_s: float = ANSWER_S
    drain_s: float = DRAIN_S

    def status(self) -> None:
        with self._link() as link:
            self._ask(link, self.answer_s)

    def send(self, data: bytes) -> None:
        with self._link() as link:
            self._ask(link, self.answer_s)
            try:
                self._print(link, data)
            except Unavailable as error:
                raise PrinterBroke("printer_broke", reason=str(error.values["reason"])) from error
            except OSError as error:
                reason = "silent" if isinstance(error, TimeoutError) else "offline"
                raise PrinterBroke("printer_broke", reason=reason) from error

    def _print(self, link: Link, data: bytes) -> None:
        patience = self.drain_s + len(data) / SLOWEST_BYTES_S
        link.write(data, self.drain_s)
        if self.fence:
            # DLE EOT is answered at once, whatever still waits in the printer; GS r only when it has been printed
            link.write(escpos.ASK_DONE, self.drain_s)
            if not link.read(patience):
                raise Unavailable("printer", reason="offline")
        self._ask(link, patience)
        if not self.answers:
            link.finish(patience)

    def _ask(self, link: Link, wait_s: float) -> None:
        """Returns when all is well. Raises Unavailable("printer", reason=…)."""
        if not self.answers:
            return
        try:
            printer, paper = (_answer(link, question, wait_s) for question in (escpos.ASK_PRINTER, escpos.ASK_PAPER))
            reason = escpos.trouble(printer, paper)
            if reason == "offline":
                reason = escpos.cause(_answer(link, escpos.ASK_CAUSE, wait_s))
        except TimeoutError as error:
            raise Unavailable("printer", reason="silent") from error
        except OSError as error:
            raise Unavailable("printer", reason="offline") from error
        if reason is not None:
            raise Unavailable("printer", reason=reason)

    @contextlib.contextmanager
    def _link(self) -> Iterator[Link]:
        try:
            link = self.open_link()
        except OSError as error:
            raise refused(error) from error
        try:
            yield link
        finally:
            link.close()


def _answer(link: Link, question: bytes, wait_s: float) -> int:
    """The byte with which a printer answers; the last one, should an earlier answer have come late."""
    link.write(question, wait_s)
    answer = link.read(wait_s)
    if not answer:
        raise ConnectionResetError
    return answer[-1]


@dataclass(frozen=True, slots=True)
class FolderPrinter:
    """Writes each paper as one numbered file, complete or not at all."""

    _folder: Path

    def status(self) -> None:
        try:
            make_folder(self._folder)
        except OSError as error:
            raise Unavailable("printer", reason="error") from error

    def send(self, data: bytes) -> None:
        self.status()
        number = len(list(self._folder.glob("paper-*.bin"))) + 1
        target = self._folder / f"paper-{number:05d}.bin"
        try:
            replace_whole(target, data)
        except OSError as error:
            raise Unavailable("printer", reason="error") from error


class NoPrinter:
    """No printer has been chosen: every job waits, and the screen shows the receipt's QR."""

    def status(self) -> None:
        raise Unavailable("printer", reason="none")

    def send(self, data: bytes) -> None:  # noqa: ARG002 - the port's shape
        self.status()


def wire(choice: PrinterChoice) -> Callable[[], Link] | None:
    """How to open the wire of a choice; None where it has none. Raises Refused("printer_unknown") on Windows."""
    if choice.kind == "tcp":
        host, _, port = choice.address.partition(":")
        return lambda: SocketLink(host, int(port or PORT))
    if choice.kind in {"usb", "serial"}:
        if not hasattr(os, "O_NONBLOCK"):
            raise Refused("printer_unknown")
        path, _, baud = choice.address.partition("@")
        return lambda: DeviceLink(path, int(baud or BAUD) if choice.kind == "serial" else None)
    return None


def printer_of(choice: PrinterChoice, answer_s: float = ANSWER_S, drain_s: float = DRAIN_S) -> Printer:
    """The printer of a choice."""
    open_link = wire(choice)
    if open_link is not None:
        return WirePrinter(open_link, choice.answers, choice.fence, answer_s, drain_s)
    if choice.kind == "system":
        from ui.paper.system_printers import SystemPrinter  # noqa: PLC0415 - QtPrintSupport looks for a spooler when loaded

        return SystemPrinter(choice.address, choice.paper)
    return FolderPrinter(Path(choice.address)) if choice.kind == "file" else NoPrinter()


def make_device(choice: PrinterChoice, language: Language) -> tuple[Printer, Renderer]:
    """The printer of a choice, and what turns content into its bytes. Raises Refused("printer_unknown")."""
    if choice.kind == "system":
        from ui.paper.system_printers import pack_job  # noqa: PLC0415 - as above

        return printer_of(choice), partial(pack_job, language=language)
    from ui.paper.rendering import render_raster  # noqa: PLC0415 - the painter is large; a wire needs none

    return printer_of(choice), partial(render_raster, language=language, printer=choice)
