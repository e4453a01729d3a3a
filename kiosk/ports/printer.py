"""Something that turns bytes into paper, and what makes the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from protocol.errors import Unavailable

if TYPE_CHECKING:
    from kiosk.model.paper_sheet import Content


class PrinterBroke(Unavailable):
    """It failed after the first byte: nobody but a person can say whether the paper came out."""


class Printer(Protocol):
    """Something that turns bytes into paper."""

    def status(self) -> None:
        """Returns when ready. Raises Unavailable("printer", reason=…): paper_out, offline, error, silent, none."""

    def send(self, data: bytes) -> None:
        """All bytes, then a good status. Raises PrinterBroke when it fails after the first byte, else Unavailable."""


class Renderer(Protocol):
    """Makes a paper's content what a printer prints."""

    def __call__(self, content: Content, copy: int) -> bytes:
        """The bytes for the printer in use, whatever it takes: raster and cut, or pages."""
