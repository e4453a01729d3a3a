"""Whether a PDF is paper and nothing else: no programs in it, no other file in front, behind or inside.

A reader of PDFs this is not: it looks for what must not be there, in the plain bytes and in every packed stream, and
refuses what it cannot look into.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from kiosk.errors import Refused

UNPACKED_MOST: Final = 64 << 20
"""Bytes of all streams together; what packs tighter than that is a bomb."""
_END: Final = re.compile(rb"%%EOF[\r\n\t \0]*\Z")
_ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToR|GoToE)(?![A-Za-z0-9])"
)  # the kinds of action, not what triggers them: "open at page 1" is harmless, and two letters stand in any photo
_LOCKED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_OTHER: Final = re.compile(rb"PK\x05\x06|<html|<script|<!doctype|<\?php|<svg", re.IGNORECASE)
_STREAM: Final = re.compile(rb"stream\r?\n")
_NAME_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def refuse_unsafe(data: bytes) -> None:
    """Raises Refused: evidence_pdf_mixed, evidence_pdf_active, evidence_pdf_locked, evidence_unreadable."""
    if not data.startswith(b"%PDF-") or not _END.search(data) or _OTHER.search(data):
        raise Refused("evidence_pdf_mixed")
    if _LOCKED.search(_names(data)):
        raise Refused("evidence_pdf_locked")
    if b"/Page" not in data and b"/ObjStm" not in data:
        raise Refused("evidence_unreadable")
    for part in (data, *_streams(data)):
        if _ACTIVE.search(_names(part)):
            raise Refused("evidence_pdf_active")


def _names(data: bytes) -> bytes:
    """With ``/J#53`` written as ``/JS``."""
    return _NAME_HEX.sub(lambda found: bytes([int(found[1], 16)]), data)


def _streams(data: bytes) -> Iterator[bytes]:
    """What unpacks of all streams; those that are not zlib hold pictures, which no PDF reader runs."""
    left = UNPACKED_MOST
    for found in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            plain = unpacker.decompress(data[found.end() :], left + 1)
        except zlib.error:
            continue
        left -= len(plain)
        if left < 0:
            raise Refused("evidence_pixels", mp=UNPACKED_MOST >> 20)
        yield plain
