"""A support file: ``KJS1`` ‖ device (16) ‖ epoch u32 ‖ made_ms u64, then HPKE to the centre's `seal_x25519`.

What is sealed (`protocol.wire.sealing`) is a zlib stream of one JSON object, at most 256 KiB unpacked.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any, Final

from protocol import strict_json
from protocol.errors import Corrupt
from protocol.strict_json import BadJson
from protocol.wire import sealing

MEDIA: Final = "application/vnd.kiosk.support"
PATH: Final = "/v1/support"
TAKEN: Final = "application/vnd.kiosk.support-taken.v1+json"
"""The centre's signed word that it has the file."""
SUFFIX: Final = ".kjs"
MOST_BYTES: Final = 256 * 1024
_HEAD: Final = struct.Struct(">4s16sIQ")
_MAGIC: Final = b"KJS1"


class BadSupport(Corrupt):
    """No support file, or one for another centre; `reason` is a fixed word."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_support", reason=reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SupportHead:
    """Whose file it is, in clear, and bound to what is sealed; zeros where the counter could not say."""

    device: bytes
    epoch: int
    made_ms: int

    def pack(self) -> bytes:
        return _HEAD.pack(_MAGIC, self.device, self.epoch, self.made_ms)


def seal(head: SupportHead, content: dict[str, Any], seal_public: bytes) -> bytes:
    """Raises ValueError where the content is larger than anybody opens."""
    plain = strict_json.dumps(content)
    if len(plain) > MOST_BYTES:
        raise ValueError(len(plain))
    packed = head.pack()
    return packed + sealing.seal(zlib.compress(plain, 9), seal_public, packed)


def read_head(file: bytes) -> SupportHead:
    if len(file) < _HEAD.size or file[:4] != _MAGIC:
        raise BadSupport("head")
    return SupportHead(*_HEAD.unpack_from(file)[1:])


def unseal(file: bytes, *seal_privates: bytes) -> tuple[SupportHead, dict[str, Any]]:
    """Head and content, by whichever of the centre's keys it was sealed to. Raises BadSupport."""
    head = read_head(file)
    try:
        packed = sealing.unseal(file[_HEAD.size :], file[: _HEAD.size], *seal_privates)
    except ValueError as error:
        raise BadSupport("seal") from error
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, MOST_BYTES)
        if not unpacker.eof or unpacker.unused_data:
            raise BadSupport("size")
        return head, strict_json.loads_object(plain)
    except (zlib.error, BadJson) as error:
        raise BadSupport("content") from error
