"""What the database must not be able to tell: names and numbers of citizens, and the codes that enrol a kiosk."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from central.cabinet import Random
from kiosk.errors import Corrupt

NONCE_LEN: Final = 12


class Vault:
    """Seals personal frames under a key that is not in the database (ChaCha20-Poly1305, a random nonce each)."""

    def __init__(self, key: bytes, random: Random) -> None:
        self._cipher, self._random = ChaCha20Poly1305(key), random

    def nonces(self, count: int) -> list[bytes]:
        """`count` fresh nonces in one draw: one call of the system for a batch, not one for each frame."""
        drawn = self._random(NONCE_LEN * count)
        return [drawn[at : at + NONCE_LEN] for at in range(0, len(drawn), NONCE_LEN)]

    def seal(self, frame: bytes, place: bytes, nonce: bytes | None = None) -> bytes:
        """`place` says whose frame it is (device, epoch, seq): a frame moved to another row does not open."""
        nonce = nonce or self._random(NONCE_LEN)
        return nonce + self._cipher.encrypt(nonce, frame, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Raises Corrupt ``personal_frame``: another key, another row, or a changed byte."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_LEN], sealed[NONCE_LEN:], place)
        except (InvalidTag, ValueError) as error:
            raise Corrupt("personal_frame") from error


def place(device: bytes, epoch: int, seq: int) -> bytes:
    return device + epoch.to_bytes(4, "big") + seq.to_bytes(8, "big")


def code_mac(key: bytes, slot: str, code: str) -> bytes:
    """What is kept of an enrolment code: 50 bits are too few for a bare hash, so a key from outside goes in."""
    return hmac.new(key, f"{slot}/{code}".encode(), hashlib.sha256).digest()
