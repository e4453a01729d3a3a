"""The short form of records and frames on the line: what its reader can work out is left out.

Two parts (docs/protocol.md, *The short form*): `text` is what a compressor makes small; `raw` is what none can, each
signature, salt and identity in the order in which the text comes to it. Whatever has no short form stands at the end
of `raw` as it is, so any bytes at all come back as they were.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from protocol.journal import kj01, personal
from protocol.journal.kj01 import NO_ANCHOR, JournalFault
from protocol.journal.personal import Item
from protocol.keys import SIGNATURE_LEN

_PREV, _BOOT, _ANCHOR, _FRAME = 1, 2, 4, 8
"""What a record brings along: in `raw` its own value of the first three, in `text` a frame."""
_RESERVED: Final = b"\x00\x01\x02\x03\x04"
_LONG: Final = re.compile(
    rb'"([0-9a-f]{8}(?:(-)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{8,120}))(?=")'
)
_MARKED: Final = re.compile(
    rb"[\x01-\x04](?:(?<=\x01)(0|-?[1-9][0-9]{0,14}) |(?<=\x02)([\x28-\x60])|(?<=\x03)([\x20-\x7e])|(?<=\x04)())?"
)
_HEAD: Final = re.compile(rb"(1[0-5]|[0-9]) (0|[1-9][0-9]{0,4}) (0|-?[1-9][0-9]{0,19}) (0|-?[1-9][0-9]{0,19})")
_PARTS: Final = struct.Struct(">4xH26x8xqQ8s32s32s32x")
"""Of a header: type, wall and monotonic time, boot id, previous hash, anchor."""
_Own = tuple[bytes, bytes, bytes]
"""A record's boot id, previous hash and anchor."""
_BASE: Final = 0x20
_MOST_KNOWN: Final = 0x7F - _BASE


class NotShort(ValueError):
    """Bytes that are no short form."""


@dataclass(slots=True)
class _Before:
    """What stands before the next record; writer and reader keep the same."""

    device: bytes
    epoch: int
    seq: int
    prev: bytes = bytes(32)
    boot_id: bytes = bytes(8)
    anchor: bytes = NO_ANCHOR
    wall_ms: int = 0
    ahead_ms: int = 0

    def header(self, entry_type: int, wall_ms: int, mono_ms: int, own: _Own, body: bytes) -> bytes:
        """The header of the next record. Raises struct.error."""
        return kj01.HEADER.pack(
            kj01.MAGIC, entry_type, kj01.ED25519, self.device, self.epoch, len(body), self.seq, wall_ms, mono_ms, *own,
            kj01.body_hash(body),
        )  # fmt: skip

    def follow(self, header: bytes, wall_ms: int, mono_ms: int, own: _Own) -> None:
        self.boot_id, _, self.anchor = own
        self.seq, self.prev, self.wall_ms, self.ahead_ms = (
            self.seq + 1,
            kj01.entry_hash(header),
            wall_ms,
            mono_ms - wall_ms,
        )


def shorten(stream: bytes, device: bytes, epoch: int, first: int) -> tuple[bytes, bytes]:
    """`text` and `raw` of records and frames whose first has the number `first`."""
    try:
        items = personal.split(stream, first)
    except JournalFault:
        items = []
    writer, at = _Writer(_Before(device, epoch, first)), 0
    for item in items:
        if not writer.put(item):
            break
        at += len(item.pack())
    return b"".join(writer.text), b"".join([*writer.raw, stream[at:]])


class _Writer:
    def __init__(self, before: _Before) -> None:
        self.before, self.text, self.raw = before, list[bytes](), list[bytes]()
        self._known: dict[bytes, bytes] = {}
        """By the words of a UUID, the mark that names it again."""

    def put(self, item: Item) -> bool:
        """False for one that has no short form; then nothing is written."""
        record, body, before, frame = item.record, item.record.body, self.before, item.frame or b""
        entry_type, wall_ms, mono_ms, *rest = _PARTS.unpack(record.header)
        own: _Own = (rest[0], rest[1], rest[2])
        if not 0 <= wall_ms <= kj01.LATEST_MS or any(part.translate(None, _RESERVED) != part for part in (body, frame)):
            return False
        if before.header(entry_type, wall_ms, mono_ms, own, body) != record.header:
            return False
        flags = 0 if item.frame is None else _FRAME
        boot_id, prev, anchor = own
        if prev != before.prev:
            flags |= _PREV
            self.raw.append(prev)
        if boot_id != before.boot_id:
            flags |= _BOOT
            self.raw.append(boot_id)
        if anchor != before.anchor:
            flags |= _ANCHOR
            self.raw.append(anchor)
        said = (flags, entry_type, wall_ms - before.wall_ms, mono_ms - wall_ms - before.ahead_ms)
        self.text.append(b"%d %d %d %d\0" % said)
        before.follow(record.header, wall_ms, mono_ms, own)
        if item.frame is not None:
            body = body.replace(_named(frame), b"\x04", 1)
            self.text += [_LONG.sub(self._mark, frame), b"\0"]
        self.text += [_LONG.sub(self._mark, body), b"\0"]
        self.raw.append(record.signature)
        return True

    def _mark(self, found: re.Match[bytes]) -> bytes:
        digits, hyphen = found.groups()
        if hyphen is None:
            if len(digits) % 2:
                return found[0]
            self.raw.append(bytes.fromhex(digits.decode()))
            return b'"\x02%c' % (_BASE + len(digits) // 2)
        again = self._known.get(digits)
        if again is not None:
            return again
        if len(self._known) < _MOST_KNOWN:
            self._known[digits] = b'"\x03%c' % (_BASE + len(self._known))
        value = bytes.fromhex(digits.replace(b"-", b"").decode())
        self.raw.append(value[6:])
        return b'"\x01%d ' % (int.from_bytes(value[:6], "big") - self.before.wall_ms)


def spell_out(text: bytes, raw: bytes, device: bytes, epoch: int, first: int, limit: int) -> bytes:
    """The records and frames that `shorten` was given. Raises NotShort; also for more than `limit` bytes of them."""
    reader = _Reader(_Before(device, epoch, first), raw, limit)
    reader.read(iter(text.split(b"\0")))
    if sum(map(len, reader.made)) + len(raw) - reader.at > limit:
        raise NotShort("size")
    return b"".join([*reader.made, raw[reader.at :]])


class _Reader:
    def __init__(self, before: _Before, raw: bytes, room: int) -> None:
        """`room`: how much all marks together may stand for."""
        self.before, self.raw, self.room, self.at = before, raw, room, 0
        self.made: list[bytes] = []
        self._known: list[bytes] = []

    def read(self, pieces: Iterator[bytes]) -> None:
        """Each record, each frame."""
        for piece in pieces:
            found = _HEAD.fullmatch(piece)
            if found is None:
                if piece or next(pieces, None) is not None:
                    raise NotShort("head")
                return
            self._record(pieces, *map(int, found.groups()))
        raise NotShort("end")

    def _record(self, pieces: Iterator[bytes], flags: int, entry_type: int, wall_ms: int, ahead_ms: int) -> None:
        before = self.before
        prev = self._take(32) if flags & _PREV else before.prev
        boot_id = self._take(8) if flags & _BOOT else before.boot_id
        own = (boot_id, prev, self._take(32) if flags & _ANCHOR else before.anchor)
        wall_ms += before.wall_ms
        mono_ms = wall_ms + before.ahead_ms + ahead_ms
        before.wall_ms = wall_ms
        frame = self._spelt(next(pieces, None)) if flags & _FRAME else None
        body = self._spelt(next(pieces, None), b"" if frame is None else _named(frame))
        try:
            header = before.header(entry_type, wall_ms, mono_ms, own, body)
        except struct.error as error:
            raise NotShort("number") from error
        self.made += [header, self._take(SIGNATURE_LEN), body]
        if frame is not None:
            self.made.append(personal.pack(before.seq, frame))
        before.follow(header, wall_ms, mono_ms, own)

    def _spelt(self, piece: bytes | None, named: bytes = b"") -> bytes:
        if piece is None:
            raise NotShort("end")

        def spell(found: re.Match[bytes]) -> bytes:
            nonlocal named
            time, length, again, whole = found.groups()
            if length is not None:
                said = self._take(length[0] - _BASE).hex().encode()
            elif time is not None:
                said = self._uuid(int(time))
            elif again is not None and again[0] - _BASE < len(self._known):
                said = self._known[again[0] - _BASE]
            elif whole is not None and named:
                said, named = named, b""
            else:
                raise NotShort("mark")
            self.room -= len(said)
            if self.room < 0:  # two bytes stand for 36: asked here, before the whole piece is spelt out
                raise NotShort("size")
            return said

        return _MARKED.sub(spell, piece)

    def _uuid(self, time: int) -> bytes:
        try:
            text = ((self.before.wall_ms + time).to_bytes(6, "big") + self._take(10)).hex()
        except OverflowError as error:
            raise NotShort("number") from error
        said = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}".encode()
        if len(self._known) < _MOST_KNOWN:
            self._known.append(said)
        return said

    def _take(self, length: int) -> bytes:
        piece = self.raw[self.at : self.at + length]
        if len(piece) != length:
            raise NotShort("end")
        self.at += length
        return piece


def _named(frame: bytes) -> bytes:
    """How a body names its frame."""
    return b'"personal":{"sha256":"%b","len":%d}' % (personal.frame_hash(frame).hex().encode(), len(frame))
