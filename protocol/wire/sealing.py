"""HPKE (RFC 9180) as all that is sealed here: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305, info = the head."""

from __future__ import annotations

import hashlib
import struct
from contextlib import suppress
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from protocol.errors import Corrupt

_SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def seal(plain: bytes, public: bytes, info: bytes) -> bytes:
    """48 bytes more than `plain`: only the other half of `public` opens it, and only under the same `info`."""
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def unseal(sealed: bytes, info: bytes, *privates: bytes) -> bytes:
    """By whichever of these keys it was sealed to.

    Raises ValueError: it is for another key or another head, or a byte was changed.
    """
    for private in privates:
        with suppress(InvalidTag):
            return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    raise ValueError("seal")


# ---- the database key on its way to the centre and back, so that nobody in between can open it
#
# In a backup it is sealed to the keyset's `recovery_x25519`, whose private half lies offline. From there it is sealed
# anew, once two of the staff agree, to a key that the machine made which wants to open the backup.

KEY_LEN: Final = 32
SEALED_LEN: Final = 80
_KEPT: Final = struct.Struct(">4s16sI")
_ANSWER: Final = struct.Struct(">4s16s32s")


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_for_centre(key: bytes, device: bytes, epoch: int, recovery_public: bytes) -> bytes:
    """The database key as a backup carries it; it opens for that device and epoch only."""
    return seal(key, recovery_public, _KEPT.pack(b"KJR1", device, epoch))


def open_at_centre(sealed: bytes, device: bytes, epoch: int, recovery_private: bytes) -> bytes:
    """Raises Corrupt("recovery_key"): another centre's, another device's, or a changed byte."""
    return _open(sealed, recovery_private, _KEPT.pack(b"KJR1", device, epoch))


def seal_for_machine(key: bytes, device: bytes, sealed: bytes, machine_public: bytes) -> bytes:
    """The answer to a machine that asked with `sealed`, for its key alone."""
    return seal(key, machine_public, _ANSWER.pack(b"KJR2", device, hashlib.sha256(sealed).digest()))


def open_at_machine(answer: bytes, device: bytes, sealed: bytes, machine_private: bytes) -> bytes:
    """Raises Corrupt("recovery_key"): it answers another machine, or another backup."""
    return _open(answer, machine_private, _ANSWER.pack(b"KJR2", device, hashlib.sha256(sealed).digest()))


def _open(sealed: bytes, private: bytes, info: bytes) -> bytes:
    try:
        key = unseal(sealed, info, private)
    except ValueError as error:
        raise Corrupt("recovery_key") from error
    if len(key) != KEY_LEN:
        raise Corrupt("recovery_key")
    return key
