"""What the database must not be able to tell: names and numbers of citizens, and the codes that enrol a counter."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from central.store.key_files import Random
from protocol.errors import Corrupt

NONCE_LEN: Final = 12


class Vault:
    """Seals personal frames under a key that is not in the database (ChaCha20-Poly1305, a random nonce each).

    What is sealed begins with the number of its key: it opens after a rotation, too, and shows which keys are in use.
    """

    def __init__(self, keys: Sequence[bytes], random: Random) -> None:
        """The newest key first; the oldest has the number 0."""
        self._ciphers, self._random = [ChaCha20Poly1305(key) for key in reversed(keys)], random

    def nonces(self, count: int) -> list[bytes]:
        """`count` fresh nonces in one draw: one call of the system for a batch, not one for each frame."""
        drawn = self._random(NONCE_LEN * count)
        return [drawn[at : at + NONCE_LEN] for at in range(0, len(drawn), NONCE_LEN)]

    def seal(self, frame: bytes, place: bytes, nonce: bytes | None = None) -> bytes:
        """`place` says whose frame it is (device, epoch, seq): a frame moved to another row does not open."""
        nonce, number = nonce or self._random(NONCE_LEN), len(self._ciphers) - 1
        return bytes([number]) + nonce + self._ciphers[number].encrypt(nonce, frame, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Raises Corrupt ``personal_frame``: another key, another row, or a changed byte."""
        try:
            return self._ciphers[sealed[0]].decrypt(sealed[1 : 1 + NONCE_LEN], sealed[1 + NONCE_LEN :], place)
        except (InvalidTag, ValueError, IndexError) as error:
            raise Corrupt("personal_frame") from error


def place(device: bytes, epoch: int, seq: int) -> bytes:
    return device + epoch.to_bytes(4, "big") + seq.to_bytes(8, "big")


def code_mac(key: bytes, slot: str, code: str) -> bytes:
    """What is kept of an enrolment code: 50 bits are too few for a bare hash, so a key from outside goes in."""
    return hmac.new(key, f"{slot}/{code}".encode(), hashlib.sha256).digest()
