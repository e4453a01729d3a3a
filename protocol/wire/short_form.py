"""The short form of records and frames on the line: what its reader can work out is left out.

Two parts (docs/protocol.md, *The short form*): `text` is what a compressor makes small; `raw` is what none can, each
signature, salt and identity in the order in which the text comes to it. Whatever has no short form stands at the end
of `raw` as it is, so any bytes at all come back as they were.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from protocol.journal import kj01, personal
from protocol.journal.kj01 import NO_ANCHOR, Header, JournalFault
from protocol.journal.personal import Item
from protocol.keys import SIGNATURE_LEN

_PREV, _BOOT, _ANCHOR, _FRAME = 1, 2, 4, 8
"""What a record brings along: in `raw` its own value of the first three, in `text` a frame."""
_RESERVED: Final = re.compile(rb"[\x00-\x04]")
_LONG: Final = re.compile(rb'"(?:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|((?:[0-9a-f]{2}){8,64}))(?=")')
_MARKED: Final = re.compile(
    rb"[\x01-\x04](?:(?<=\x01)(0|-?[1-9][0-9]{0,14}) |(?<=\x02)([\x28-\x60])|(?<=\x03)([\x20-\x7e])|(?<=\x04)())?"
)
_HEAD: Final = re.compile(rb"(1[0-5]|[0-9]) (0|[1-9][0-9]{0,4}) (0|-?[1-9][0-9]{0,19}) (0|-?[1-9][0-9]{0,19})")
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
    known: list[bytes] = field(default_factory=list)
    """The first UUIDs that came, as many as one byte can name."""

    def follow(self, header: Header, packed: bytes) -> None:
        self.seq, self.prev = self.seq + 1, kj01.entry_hash(packed)
        self.boot_id, self.anchor = header.boot_id, header.anchor
        self.wall_ms, self.ahead_ms = header.wall_ms, header.mono_ms - header.wall_ms

    def know(self, uuid: bytes) -> None:
        if len(self.known) < _MOST_KNOWN:
            self.known.append(uuid)


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

    def put(self, item: Item) -> bool:
        """False for one that has no short form; then nothing is written."""
        header, body, before = item.record.fields, item.record.body, self.before
        frame = item.frame or b""
        if _RESERVED.search(body) or _RESERVED.search(frame) or not 0 <= header.wall_ms <= kj01.LATEST_MS:
            return False
        if _packed(before, header, body) != item.record.header:
            return False
        own = [
            (bit, value)
            for bit, value, usual in (
                (_PREV, header.prev, before.prev),
                (_BOOT, header.boot_id, before.boot_id),
                (_ANCHOR, header.anchor, before.anchor),
            )
            if value != usual
        ]
        flags = sum(bit for bit, _ in own) | (0 if item.frame is None else _FRAME)
        wall_ms, ahead_ms = header.wall_ms - before.wall_ms, header.mono_ms - header.wall_ms - before.ahead_ms
        self.raw += [value for _, value in own]
        self.text.append(b"%d %d %d %d\0" % (flags, header.entry_type, wall_ms, ahead_ms))
        before.follow(header, item.record.header)
        if item.frame is not None:
            body = body.replace(_named(frame), b"\x04", 1)
            self.text += [_LONG.sub(self._mark, frame), b"\0"]
        self.text += [_LONG.sub(self._mark, body), b"\0"]
        self.raw.append(item.record.signature)
        return True

    def _mark(self, found: re.Match[bytes]) -> bytes:
        uuid, hexadecimal = found.groups()
        if uuid is None:
            self.raw.append(bytes.fromhex(hexadecimal.decode()))
            return b'"\x02%c' % (_BASE + len(hexadecimal) // 2)
        value = bytes.fromhex(uuid.replace(b"-", b"").decode())
        if value in self.before.known:
            return b'"\x03%c' % (_BASE + self.before.known.index(value))
        self.before.know(value)
        self.raw.append(value[6:])
        return b'"\x01%d ' % (int.from_bytes(value[:6], "big") - self.before.wall_ms)


def spell_out(text: bytes, raw: bytes, device: bytes, epoch: int, first: int, limit: int) -> bytes:
    """The records and frames that `shorten` was given. Raises NotShort; also for more than `limit` bytes of them."""
    reader = _Reader(_Before(device, epoch, first), raw, limit)
    parts, size = list[bytes](), 0
    for part in reader.parts(iter(text.split(b"\0"))):
        parts.append(part)
        size += len(part)
        if size > limit:
            break
    if size + len(raw) - reader.at > limit:
        raise NotShort("size")
    return b"".join([*parts, raw[reader.at :]])


class _Reader:
    def __init__(self, before: _Before, raw: bytes, room: int) -> None:
        """`room`: how much all marks together may stand for."""
        self.before, self.raw, self.room, self.at = before, raw, room, 0

    def parts(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Each record, each frame."""
        for piece in pieces:
            found = _HEAD.fullmatch(piece)
            if found is None:
                if piece or next(pieces, None) is not None:
                    raise NotShort("head")
                return
            yield from self._record(pieces, *map(int, found.groups()))
        raise NotShort("end")

    def _record(
        self, pieces: Iterator[bytes], flags: int, entry_type: int, wall_ms: int, ahead_ms: int
    ) -> Iterator[bytes]:
        before = self.before
        prev = self._take(32) if flags & _PREV else before.prev
        boot_id = self._take(8) if flags & _BOOT else before.boot_id
        anchor = self._take(32) if flags & _ANCHOR else before.anchor
        wall_ms += before.wall_ms
        before.wall_ms = wall_ms
        frame = self._spelt(next(pieces, None)) if flags & _FRAME else None
        body = self._spelt(next(pieces, None), b"" if frame is None else _named(frame))
        mono_ms = wall_ms + before.ahead_ms + ahead_ms
        header = Header(entry_type, kj01.ED25519, b"", 0, 0, 0, wall_ms, mono_ms, boot_id, prev, anchor, b"")
        try:
            packed = _packed(before, header, body)
        except struct.error as error:
            raise NotShort("number") from error
        signature = self._take(SIGNATURE_LEN)
        yield packed + signature + body
        if frame is not None:
            yield personal.pack(before.seq, frame)
        before.follow(header, packed)

    def _spelt(self, piece: bytes | None, named: bytes = b"") -> bytes:
        if piece is None:
            raise NotShort("end")

        def spell(found: re.Match[bytes]) -> bytes:
            nonlocal named
            time, length, again, whole = found.groups()
            if time is not None:
                said = self._uuid(int(time))
            elif length is not None:
                said = self._take(length[0] - _BASE).hex().encode()
            elif again is not None and again[0] - _BASE < len(self.before.known):
                said = _uuid_text(self.before.known[again[0] - _BASE])
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
            value = (self.before.wall_ms + time).to_bytes(6, "big") + self._take(10)
        except OverflowError as error:
            raise NotShort("number") from error
        self.before.know(value)
        return _uuid_text(value)

    def _take(self, length: int) -> bytes:
        piece = self.raw[self.at : self.at + length]
        if len(piece) != length:
            raise NotShort("end")
        self.at += length
        return piece


def _packed(before: _Before, header: Header, body: bytes) -> bytes:
    """The header of the next record, this one's body, and what `header` alone knows. Raises struct.error."""
    return kj01.HEADER.pack(
        kj01.MAGIC, header.entry_type, kj01.ED25519, before.device, before.epoch, len(body), before.seq, header.wall_ms,
        header.mono_ms, header.boot_id, header.prev, header.anchor, kj01.body_hash(body),
    )  # fmt: skip


def _named(frame: bytes) -> bytes:
    """How a body names its frame."""
    return b'"personal":{"sha256":"%b","len":%d}' % (personal.frame_hash(frame).hex().encode(), len(frame))


def _uuid_text(value: bytes) -> bytes:
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}".encode()
