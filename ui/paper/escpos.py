"""ESC/POS: a picture as raster bands, the cut, and what the status bytes say.

Raster only: printers print Arabic text reversed and unjoined. `python-escpos` is the oracle in the tests.
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

INIT: Final = b"\x1b@"
FEED: Final = b"\x1bd\x06"
CUT: Final = b"\x1dV\x00"
KICK: Final = b"\x1bp\x00\x19\xfa"
"""A pulse of 50 ms on the drawer's pin 2."""
BAND_ROWS: Final = 240
ASK_PRINTER: Final = b"\x10\x04\x01"
ASK_CAUSE: Final = b"\x10\x04\x02"
ASK_PAPER: Final = b"\x10\x04\x04"
ASK_DONE: Final = b"\x1dr\x01"
"""Answered in its turn, after everything before it has been printed; the questions above are answered at once."""
_AT_ONCE: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""DLE EOT, DLE ENQ and DLE DC4: a printer obeys them inside a picture too (Epson's command reference, at each)."""
_ONE_DOT_MORE: Final = b"\x18"
_FIXED: Final = 0b10010011
_FIXED_BITS: Final = 0b00010010
_OFFLINE: Final = 0b00001000
_PAPER_OUT: Final = 0b01100000
_COVER_OPEN: Final = 0b00000100
_STOPPED_BY_PAPER: Final = 0b00100000
_FAULT: Final = 0b01000000


def raster(image: QImage) -> bytes:
    """`GS v 0` bands of a picture; what is darker than half is a dot, the width is padded to whole bytes.

    Dots that would read as a question, a reset or a pulse for the drawer get one dot more beside them.
    """
    mono = image.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    width_bytes, stride, bits = (mono.width() + 7) // 8, mono.bytesPerLine(), bytes(mono.constBits())
    white_is_one = mono.color(1) == 0xFFFFFFFF
    keep = (0xFF << (width_bytes * 8 - mono.width())) & 0xFF
    bands = []
    for top in range(0, mono.height(), BAND_ROWS):
        rows = range(top, min(top + BAND_ROWS, mono.height()))
        lines = (_dots(bits[y * stride : y * stride + width_bytes], keep, invert=white_is_one) for y in rows)
        size = width_bytes.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
        bands.append(b"\x1dv0\x00" + size + _AT_ONCE.sub(_ONE_DOT_MORE, b"".join(lines)))
    return b"".join(bands)


def _dots(line: bytes, keep: int, *, invert: bool) -> bytes:
    """One row with a bit set for each dot, and none in the padding."""
    number = int.from_bytes(line, "big")
    if invert:
        number ^= (1 << (8 * len(line))) - 1
    dots = bytearray(number.to_bytes(len(line), "big"))
    dots[-1] &= keep
    return bytes(dots)


def page(image: QImage, *, cut: bool = True, kick: bool = False) -> bytes:
    """A whole paper: start, the drawer where money changes hands, picture, feed, cut."""
    return INIT + (KICK if kick else b"") + raster(image) + FEED + (CUT if cut else b"")


def trouble(printer: int, paper: int) -> str | None:
    """The word for what the two status bytes (DLE EOT 1 and 4) complain of, or None when all is well.

    Bits 1 and 4 are always set and 0 and 7 never; bytes that break this are not a status.
    """
    if printer & _FIXED != _FIXED_BITS or paper & _FIXED != _FIXED_BITS:
        return "error"
    if paper & _PAPER_OUT:
        return "paper_out"
    return "offline" if printer & _OFFLINE else None


def cause(offline: int) -> str:
    """Why a printer is offline, from the byte of DLE EOT 2; "offline" where it does not say."""
    if offline & _FIXED != _FIXED_BITS:
        return "offline"
    reasons = ((_COVER_OPEN, "cover_open"), (_STOPPED_BY_PAPER, "paper_out"), (_FAULT, "error"))
    return next((reason for bit, reason in reasons if offline & bit), "offline")
