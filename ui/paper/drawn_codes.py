"""QR and bars as squares of whole dots: half a dot is what a cheap reader cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QPainter

from ui.paper import code128
from ui.paper.paper_text import INK

QUIET_QR: Final = 4
QUIET_BARS: Final = 10


@dataclass(frozen=True, slots=True)
class QrCode:
    """The dark cells of a text's QR (level M), `module` device units each; `side` includes the quiet zone."""

    cells: tuple[tuple[bool, ...], ...]
    module: int

    @property
    def side(self) -> int:
        return self.module * (len(self.cells) + 2 * QUIET_QR)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """With its quiet zone's corner at (x, y)."""
        x0, y0 = round(x) + QUIET_QR * self.module, round(y) + QUIET_QR * self.module
        for row, cells in enumerate(self.cells):
            for column, dark in enumerate(cells):
                if dark:
                    painter.fillRect(x0 + column * self.module, y0 + row * self.module, self.module, self.module, INK)


def qr_code(text: str, wanted: float, room: float) -> QrCode:
    """The QR of `text` with modules of about `wanted`, smaller only where `room` asks for it."""
    import segno  # noqa: PLC0415 - 40 ms, and the screen draws its first QR long after its first picture

    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    cells = tuple(tuple(bool(cell) for cell in row) for row in matrix)
    most = int(room // (len(cells) + 2 * QUIET_QR))
    return QrCode(cells, max(1, min(round(wanted), most)))


@dataclass(frozen=True, slots=True)
class Bars:
    """Code 128 of digits; `width` includes the quiet zones."""

    dark: tuple[bool, ...]
    module: int

    @property
    def width(self) -> int:
        return self.module * (len(self.dark) + 2 * QUIET_BARS)

    def draw(self, painter: QPainter, x: float, y: float, height: float) -> None:
        x0 = round(x) + QUIET_BARS * self.module
        for place, dark in enumerate(self.dark):
            if dark:
                painter.fillRect(x0 + place * self.module, round(y), self.module, round(height), INK)


def bars(digits: str, wanted: float, room: float) -> Bars:
    dark = tuple(code128.modules(digits))
    most = int(room // (len(dark) + 2 * QUIET_BARS))
    return Bars(dark, max(1, min(round(wanted), most)))
