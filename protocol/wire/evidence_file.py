"""A citizen's paper on its way to the centre: its name, its cipher, and its key, sealed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from protocol.wire.bundle import BadBundle
from protocol.wire.sealing import seal, unseal

NONCE: Final = bytes(12)
"""Of the cipher over a file: each key is used once."""


def bound_to(sha256: bytes) -> bytes:
    """What a file's cipher authenticates beside the content (docs/protocol.md, Evidence)."""
    return b"KJE1" + sha256


def evidence_name(epoch: int, seq: int, sha256: bytes) -> str:
    """Of a file, within its device."""
    return f"{epoch}-{seq}-{sha256.hex()}"


EVIDENCE_HEAD: Final = struct.Struct(">4s16sIQ32s")


@dataclass(frozen=True, slots=True)
class EvidenceHead:
    """Whose file a key opens; the sealed key opens for nothing else."""

    device: bytes
    epoch: int
    seq: int
    sha256: bytes

    def pack(self) -> bytes:
        return EVIDENCE_HEAD.pack(b"KJE1", self.device, self.epoch, self.seq, self.sha256)


def seal_key(head: EvidenceHead, key: bytes, seal_public: bytes) -> bytes:
    """The key of a file, sealed to the centre (HPKE base mode, info = head): 80 bytes."""
    return seal(key, seal_public, head.pack())


def open_key(head: EvidenceHead, sealed: bytes, *seal_privates: bytes) -> bytes:
    """By whichever of the centre's keys it was sealed to. Raises BadBundle."""
    try:
        key = unseal(sealed, head.pack(), *seal_privates)
    except ValueError as error:
        raise BadBundle("seal") from error
    if len(key) != 32:
        raise BadBundle("key")
    return key
