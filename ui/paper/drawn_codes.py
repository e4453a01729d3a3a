"""QR and bars as squares of whole dots: half a dot is what a cheap reader cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from ui.paper.paper_layout import INK

_START_C: Final = 105
_STOP: Final = "2331112"
_WIDTHS: Final = str.split(
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 "
)


def code128(digits: str) -> list[bool]:
    """The bars (True) and spaces of an even number of ASCII digits, without the quiet zone.

    ISO/IEC 15417, set C: digits in pairs, the one barcode whose reading does not depend on a keyboard layout.
    """
    values = [_START_C, *(int(digits[i : i + 2]) for i in range(0, len(digits), 2))]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    widths = "".join(_WIDTHS[value] for value in [*values, check]) + _STOP
    return [place % 2 == 0 for place, width in enumerate(widths) for _ in range(int(width))]


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
        """With its quiet zone's corner at (x, y); in one call: the page after a sale draws it again and again."""
        side = self.module
        x0, y0 = round(x) + QUIET_QR * side, round(y) + QUIET_QR * side
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(INK)
        painter.drawRects([
            QRect(x0 + column * side, y0 + row * side, side, side)
            for row, cells in enumerate(self.cells) for column, dark in enumerate(cells) if dark
        ])  # fmt: skip
        painter.restore()


def qr_code(text: str, wanted: float, room: float) -> QrCode:
    """The QR of `text` with modules of about `wanted`, smaller only where `room` asks for it."""
    cells = _cells(text)
    most = int(room // (len(cells) + 2 * QUIET_QR))
    return QrCode(cells, max(1, min(round(wanted), most)))


@lru_cache(maxsize=1)
def _cells(text: str) -> tuple[tuple[bool, ...], ...]:
    """Of a sale's paper: the page after it and the citizen's screen show the same."""
    import segno  # noqa: PLC0415 - 40 ms, and the screen draws its first QR long after its first picture

    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    return tuple(tuple(bool(cell) for cell in row) for row in matrix)


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
    dark = tuple(code128(digits))
    most = int(room // (len(dark) + 2 * QUIET_BARS))
    return Bars(dark, max(1, min(round(wanted), most)))
