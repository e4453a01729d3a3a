"""A bundle: journal entries packed, compressed and sealed for the centre (HPKE)."""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from protocol.errors import Corrupt
from protocol.wire.sealing import seal, unseal
from protocol.wire.short_form import NotShort, shorten, spell_out
from protocol.wire.wire import MAX_PLAIN

if sys.version_info >= (3, 14):  # pragma: no cover - a later Python
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 9
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
BUNDLE_HEAD: Final = struct.Struct(">4s16sIQQ")
BUNDLE_MAGIC: Final = b"KJB2"
RAW_LENGTH: Final = struct.Struct(">I")


class BadBundle(Corrupt):
    """Bytes that are not a sealed bundle for this centre; `reason` is a fixed word."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_bundle", reason=reason)
        self.reason = reason


@cache
def dictionary() -> zstd.ZstdDict:
    """The shared dictionary, trained on synthetic records (tools: tests/bench/train_dictionary.py)."""
    return zstd.ZstdDict((files("assets") / "wire.dict").read_bytes())


def compress(plain: bytes) -> bytes:
    """One zstd frame that declares its content size and the dictionary's id."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: LEVEL,
        zstd.CompressionParameter.content_size_flag: 1,
        zstd.CompressionParameter.checksum_flag: 0,
    }
    return zstd.compress(plain, options=options, zstd_dict=dictionary())


def decompress(data: bytes, limit: int = MAX_PLAIN) -> bytes:
    """The content of exactly one frame, its declared size checked before anything is allocated. Raises BadBundle."""
    try:
        info = zstd.get_frame_info(data)
        if not data.startswith(ZSTD_MAGIC):  # a skippable frame has a size, too
            raise BadBundle("zstd")
        if info.decompressed_size is None:
            raise BadBundle("no size")
        if info.decompressed_size > limit:
            raise BadBundle("size")
        known = dictionary()
        if info.dictionary_id not in (0, known.dict_id):
            raise BadBundle("dictionary")
        decoder = zstd.ZstdDecompressor(zstd_dict=known if info.dictionary_id else None)
        plain = decoder.decompress(data, max_length=limit + 1)
    except zstd.ZstdError as error:
        raise BadBundle("zstd") from error
    if not decoder.eof or decoder.unused_data or len(plain) != info.decompressed_size:
        raise BadBundle("zstd")
    return plain


@dataclass(frozen=True, slots=True)
class BundleHead:
    """Whose records a bundle holds, `first` to `last`. Both ends know it; the sealed content is bound to it."""

    device: bytes
    epoch: int
    first: int
    last: int

    def pack(self) -> bytes:
        return BUNDLE_HEAD.pack(BUNDLE_MAGIC, self.device, self.epoch, self.first, self.last)


def seal_bundle(head: BundleHead, stream: bytes, seal_public: bytes) -> bytes:
    """Records and frames in their short form, compressed and sealed to the centre (HPKE base mode, info = head)."""
    text, raw = shorten(stream, head.device, head.epoch, head.first)
    content = RAW_LENGTH.pack(len(raw)) + raw + compress(text)
    return BUNDLE_MAGIC + seal(content, seal_public, head.pack())


def open_bundle(head: BundleHead, bundle: bytes, *seal_privates: bytes) -> bytes:
    """The records and frames inside, by whichever of the centre's keys it was sealed to.

    Raises BadBundle; "version": of another form than this one.
    """
    if bundle[:4] != BUNDLE_MAGIC:
        raise BadBundle("version")
    try:
        content = unseal(bundle[4:], head.pack(), *seal_privates)
    except ValueError as error:
        raise BadBundle("seal") from error
    start = RAW_LENGTH.size
    if len(content) < start or len(content) < (stop := start + RAW_LENGTH.unpack_from(content)[0]):
        raise BadBundle("short")
    text, raw = decompress(content[stop:]), content[start:stop]
    try:
        return spell_out(text, raw, head.device, head.epoch, head.first, MAX_PLAIN)
    except NotShort as error:
        raise BadBundle("size" if error.args == ("size",) else "short") from error
