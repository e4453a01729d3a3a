"""The personal frame: the citizen's names, numbers and answers, apart from the money they came with.

A journal body names its frame by ``"personal": {"sha256": …, "len": …}``; the frame's own salt keeps that
hash silent once the frame is erased. On the wire it follows its record as ``KJP1 ‖ seq ‖ len ‖ bytes``.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any, Final

from protocol.journal import kj01
from protocol.journal.kj01 import JournalFault, Record

MAGIC: Final = b"KJP1"
FRAME_HEAD: Final = struct.Struct(">4sQI")
MAX_FRAME: Final = 65_536


write_frame: Final = kj01.write_body
"""The bytes of a frame, written as a body is: its own salt first."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record with the personal frame that followed it, if one did."""

    record: Record
    frame: bytes | None

    def pack(self) -> bytes:
        """As it goes up the line."""
        return self.record.pack() + (b"" if self.frame is None else pack(self.record.seq, self.frame))


def frame_hash(frame: bytes) -> bytes:
    return hashlib.sha256(b"KJ01/personal\n" + frame).digest()


def reference(frame: bytes) -> dict[str, Any]:
    """What the journal body says of this frame."""
    return {"sha256": frame_hash(frame).hex(), "len": len(frame)}


def pack(seq: int, frame: bytes) -> bytes:
    return FRAME_HEAD.pack(MAGIC, seq, len(frame)) + frame


def split(data: bytes, seq: int) -> list[Item]:
    """Cut records and frames. Raises JournalFault; a frame for another entry or before any is E_PERSONAL."""
    items: list[Item] = []
    at = 0
    while at < len(data):
        if data[at : at + 4] == MAGIC:
            frame, at = _take_frame(data, at, seq + len(items) - 1)
            if not items or items[-1].frame is not None:
                raise JournalFault("E_PERSONAL", seq + max(len(items) - 1, 0))
            items[-1] = Item(items[-1].record, frame)
        else:
            record, at = kj01.take(data, at, seq + len(items))
            items.append(Item(record, None))
    return items


def _take_frame(data: bytes, at: int, seq: int) -> tuple[bytes, int]:
    if len(data) - at < FRAME_HEAD.size:
        raise JournalFault("E_TRUNCATED", seq)
    _, owner, length = FRAME_HEAD.unpack_from(data, at)
    if owner != seq:
        raise JournalFault("E_PERSONAL", seq)
    if length > MAX_FRAME:
        raise JournalFault("E_TOO_BIG", seq)
    start, stop = at + FRAME_HEAD.size, at + FRAME_HEAD.size + length
    if stop > len(data):
        raise JournalFault("E_TRUNCATED", seq)
    return data[start:stop], stop


def matches(frame: bytes, named: object) -> bool:
    """Whether `frame` is the one that a body's ``personal`` member names."""
    return isinstance(named, dict) and reference(frame) == {"sha256": named.get("sha256"), "len": named.get("len")}
