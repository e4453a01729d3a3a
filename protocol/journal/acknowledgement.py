"""The centre's signed word that entries have arrived, and when the counter believes it.

72 bytes of payload: ``KJA1 ‖ device(16) ‖ epoch u32 ‖ hwm u64 ‖ entry_hash(32) ‖ server_ms i64``; on the
wire 140: payload, key id (4), signature (64). "Sent" means nothing else than ``seq <= hwm`` of the last
acknowledgement that `judge` accepted.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from protocol.keys import SIGNATURE_LEN, Signer, key_id, pae, verifies

MAGIC: Final = b"KJA1"
ACK_TYPE: Final = "application/vnd.kiosk.journal-ack.v1"
PAYLOAD: Final = struct.Struct(">4s16sIQ32sq")
PAYLOAD_LEN: Final = 72
WIRE_LEN: Final = PAYLOAD_LEN + 4 + SIGNATURE_LEN


@dataclass(frozen=True, slots=True)
class Ack:
    """All entries of (device, epoch) up to `hwm` are held; `entry_hash` is that entry's (genesis at 0)."""

    device: bytes
    epoch: int
    hwm: int
    entry_hash: bytes
    server_ms: int

    def pack(self) -> bytes:
        return PAYLOAD.pack(MAGIC, self.device, self.epoch, self.hwm, self.entry_hash, self.server_ms)

    @property
    def hash(self) -> bytes:
        """What later entries carry as their anchor."""
        return hashlib.sha256(b"KJ01/ack\n" + self.pack()).digest()


def sign(ack: Ack, signer: Signer) -> bytes:
    """The 140 bytes on the wire."""
    payload = ack.pack()
    return payload + key_id(signer.public) + signer.sign(pae(ACK_TYPE, payload))


def read(wire: bytes, publics: Iterable[bytes]) -> Ack | None:
    """The acknowledgement in 140 bytes if one of `publics` signed it, else None: such bytes say nothing."""
    if len(wire) != WIRE_LEN or wire[:4] != MAGIC:
        return None
    payload, keyid, signature = wire[:PAYLOAD_LEN], wire[PAYLOAD_LEN : PAYLOAD_LEN + 4], wire[PAYLOAD_LEN + 4 :]
    signed = pae(ACK_TYPE, payload)
    if not any(key_id(public) == keyid and verifies(public, signature, signed) for public in publics):
        return None
    return Ack(*PAYLOAD.unpack(payload)[1:])


class Judgement(Enum):
    """What an authentic acknowledgement means to this counter."""

    ADVANCE = "advance"
    SAME = "same"
    REPLAYED = "replayed"
    CENTRE_RESTORED = "centre_restored"
    NOT_MINE = "not_mine"
    AHEAD_OF_ME = "ahead_of_me"
    OTHER_HISTORY = "other_history"


def judge(
    ack: Ack, device: bytes, epoch: int, last_seq: int, stored: Ack | None, hash_at: Callable[[int], bytes | None]
) -> Judgement:
    """What `ack` means, by the rules of docs/protocol.md.

    * another device or epoch: not mine, ignore and raise an alarm;
    * beyond my last entry: I was restored, stop (AHEAD_OF_ME);
    * another hash than mine at that number: stop, keep everything, alarm (OTHER_HISTORY);
    * lower than stored: with a newer server time the centre was restored: resend, erase nothing, alarm;
      with an older one it is a replay: ignore.

    `hash_at(0)` must give the genesis.
    """
    if (ack.device, ack.epoch) != (device, epoch):
        return Judgement.NOT_MINE
    if ack.hwm > last_seq:
        return Judgement.AHEAD_OF_ME
    if hash_at(ack.hwm) != ack.entry_hash:
        return Judgement.OTHER_HISTORY
    if stored is None or ack.hwm > stored.hwm:
        return Judgement.ADVANCE
    if ack.hwm == stored.hwm:
        return Judgement.SAME
    return Judgement.CENTRE_RESTORED if ack.server_ms > stored.server_ms else Judgement.REPLAYED
