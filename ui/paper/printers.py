"""Printers: the roll on the network, a folder of rasters, a folder of PDFs, none.

*Printed* means: all bytes, the cut, then a good status (decisions 27). Before the first byte a printer that
cannot is only `Unavailable`; after it, `PrinterBroke`: nobody but a person can say what came out.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

from kiosk.errors import Refused, Unavailable
from kiosk.ports import Printer, PrinterBroke
from ui.paper import escpos

CONNECT_S: Final = 3.0
ANSWER_S: Final = 3.0
DRAIN_S: Final = 20.0
DEFAULT_PORT: Final = 9100


class NetworkPrinter:
    """A thermal printer on TCP 9100. One connection for a paper: ask, send, ask again."""

    def __init__(
        self, host: str, port: int = DEFAULT_PORT, *, answer_s: float = ANSWER_S, drain_s: float = DRAIN_S
    ) -> None:
        self._address = (host, port)
        self._answer_s = answer_s
        self._drain_s = drain_s

    def status(self) -> None:
        with self._connect() as link:
            _ask(link)

    def send(self, data: bytes) -> None:
        with self._connect() as link:
            _ask(link)
            link.settimeout(self._drain_s)
            try:
                link.sendall(data)
                # the answer comes only after the printer has worked through what stands before the question
                _ask(link)
            except Unavailable as error:
                raise PrinterBroke("printer_broke", reason=str(error.values["reason"])) from error
            except OSError as error:
                raise PrinterBroke("printer_broke", reason="offline") from error

    def _connect(self) -> socket.socket:
        try:
            link = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise Unavailable("printer", reason="offline") from error
        link.settimeout(self._answer_s)
        return link


def _ask(link: socket.socket) -> None:
    """Both status bytes; returns when all is well. Raises Unavailable("printer", reason=…)."""
    answers = []
    try:
        for question in (escpos.ASK_PRINTER, escpos.ASK_PAPER):
            link.sendall(question)
            answers.append(link.recv(1))
    except TimeoutError as error:
        raise Unavailable("printer", reason="silent") from error
    except OSError as error:
        raise Unavailable("printer", reason="offline") from error
    if not all(answers):
        raise Unavailable("printer", reason="offline")
    reason = escpos.trouble(answers[0][0], answers[1][0])
    if reason is not None:
        raise Unavailable("printer", reason=reason)


class FolderPrinter:
    """Writes each paper as one numbered file, complete or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def status(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("printer", reason="error") from error

    def send(self, data: bytes) -> None:
        self.status()
        number = len(list(self._folder.glob("paper-*.bin"))) + 1
        target = self._folder / f"paper-{number:05d}.bin"
        try:
            with target.with_suffix(".part").open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            target.with_suffix(".part").rename(target)
        except OSError as error:
            raise Unavailable("printer", reason="error") from error


class NoPrinter:
    """No printer has been chosen: every job waits, and the screen shows the receipt's QR."""

    def status(self) -> None:
        raise Unavailable("printer", reason="none")

    def send(self, data: bytes) -> None:  # noqa: ARG002 - the port's shape
        self.status()


def make_printer(spec: str) -> Printer:
    """The printer that ``tcp:HOST[:PORT]``, ``file:FOLDER`` or ``none`` names. Raises Refused("printer_unknown")."""
    kind, _, rest = spec.partition(":")
    if kind == "none":
        return NoPrinter()
    if kind == "file" and rest:
        return FolderPrinter(Path(rest))
    host, _, port = rest.rpartition(":") if ":" in rest else (rest, "", str(DEFAULT_PORT))
    if kind == "tcp" and host and port.isascii() and port.isdigit() and int(port) < 65_536:
        return NetworkPrinter(host, int(port))
    raise Refused("printer_unknown")
