"""Whether a PDF is paper and nothing else: no programs in it, no other file in front, behind or inside.

What is not wholly understood is refused: it is what a reader would show that was not looked at here.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable
from typing import Final

from kiosk.evidence.pdf_syntax import BLANK, Members, Name, Odd, Value, parts, plain_names
from protocol.errors import Refused

UNPACKED_MOST: Final = 64 << 20
"""Bytes of all streams together; what packs tighter than that is a bomb."""
_FINISH: Final = re.compile(rb"%%EOF[" + BLANK + rb"]*\Z")
_ENDS: Final = rb"(?![A-Za-z0-9])"
_ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|Rendition|XFA|SubmitForm|ImportData|GoToR|GoToE)"
    + _ENDS
)  # the kinds of action, not what triggers them: "open at page 1" is harmless
_ACTIVE_OBJECT: Final = re.compile(
    rb"/(?:JS|AA|EF)" + _ENDS
    + rb"|/OpenAction" + _ENDS + rb"(?![%b]*+(?:\[|<<[%b]*+(?:/Type[%b]*+/Action[%b]*+)?/S[%b]*+/GoTo%b))"
    % (*[BLANK] * 5, _ENDS)
)  # fmt: skip
"""Two letters stand in any photo by chance, but not in what is written of objects."""
_LOCKED: Final = re.compile(rb"/Encrypt" + _ENDS)
_OTHER: Final = re.compile(rb"PK\x05\x06|<html|<script|<!doctype|<\?php|<svg", re.IGNORECASE)

PIXELS: Final = frozenset(
    (b"DCTDecode", b"CCITTFaxDecode", b"JBIG2Decode", b"JPXDecode", b"LZWDecode", b"RunLengthDecode")
)
"""What packs a picture, last of its filters; no reader looks for objects in one."""


def refuse_unsafe(data: bytes) -> None:
    """Raises Refused: evidence_pdf_mixed, evidence_pdf_active, evidence_pdf_locked, evidence_pdf_odd,
    evidence_unreadable, evidence_pixels.
    """
    if not data.startswith(b"%PDF-") or not _FINISH.search(data) or _OTHER.search(data):
        raise Refused("evidence_pdf_mixed")
    if _LOCKED.search(plain_names(data)):
        raise Refused("evidence_pdf_locked")
    if b"/Page" not in data and b"/ObjStm" not in data:
        raise Refused("evidence_unreadable")
    _refuse(_ACTIVE, data)
    left = UNPACKED_MOST
    try:
        for part in parts(data):
            _refuse(_ACTIVE_OBJECT, part.text)
            if part.stream is not None:
                content = _content(part.members, part.stream, left)
                left -= len(content)
                _refuse(_ACTIVE, content)
                if _carries_objects(part.members):
                    _refuse(_ACTIVE_OBJECT, content)
    except Odd as error:
        raise Refused("evidence_pdf_odd") from error


def _refuse(pattern: re.Pattern[bytes], data: bytes) -> None:
    if pattern.search(plain_names(data)):
        raise Refused("evidence_pdf_active")


def _carries_objects(members: Members) -> bool:
    """By what a reader needs to find them, whatever the stream says that it is."""
    return members.get(b"Type") == b"ObjStm" or b"First" in members


def _content(members: Members, data: bytes, most: int) -> bytes:
    """What unpacks of a stream, up to a picture's own packing."""
    filters, carries = _filters(members.get(b"Filter")), _carries_objects(members)
    picture = members.get(b"Subtype") == b"Image" and not carries
    if {b"F", b"DP", b"FFilter"} & members.keys() or (carries and filters not in ([], [b"FlateDecode"])):
        raise Odd("elsewhere, or packed as nobody packs objects")
    if not picture and (carries or members.get(b"Type") != b"XRef") and _parameters(members.get(b"DecodeParms")):
        raise Odd("bytes that are reckoned from one another")
    if picture and filters and filters[-1] in PIXELS:
        filters.pop()
    for name in filters:
        if name not in _UNPACK:
            raise Odd(name)
        data = _UNPACK[name](data, most)
    return data


def _filters(value: Value) -> list[Name]:
    names = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(name, Name) for name in names):
        raise Odd("a filter that is said elsewhere")
    return [name for name in names if isinstance(name, Name)]


def _parameters(value: Value) -> bool:
    return any(one is not None for one in (value if isinstance(value, list) else [value]))


def _inflated(data: bytes, most: int) -> bytes:
    """To its end and its check sum, with nothing behind it."""
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise Odd("zlib") from error
    if len(plain) > most:
        raise Refused("evidence_pixels", mp=UNPACKED_MOST >> 20)
    if not unpacker.eof or unpacker.unused_data.strip(_BLANKS):
        raise Odd("more, or less, than was packed")
    return plain


def _of_85(data: bytes, _most: int) -> bytes:
    text, _, behind = data.partition(b"~>")
    try:
        plain = base64.a85decode(text, ignorechars=_BLANKS)
    except ValueError as error:
        raise Odd("base 85") from error
    return _alone(plain, behind)


def _of_16(data: bytes, _most: int) -> bytes:
    text, _, behind = data.partition(b">")
    digits = text.translate(None, _BLANKS)
    try:
        plain = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except ValueError as error:
        raise Odd("base 16") from error
    return _alone(plain, behind)


def _alone(plain: bytes, behind: bytes) -> bytes:
    if behind.strip(_BLANKS):
        raise Odd("more than was packed")
    return plain


_BLANKS: Final = b"\0\t\n\f\r "
_UNPACK: Final[dict[bytes, Callable[[bytes, int], bytes]]] = {
    b"FlateDecode": _inflated, b"ASCII85Decode": _of_85, b"ASCIIHexDecode": _of_16,
}  # fmt: skip
