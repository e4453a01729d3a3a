"""HPKE (RFC 9180) as all that is sealed here: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305, info = the head."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def seal(plain: bytes, public: bytes, info: bytes) -> bytes:
    """48 bytes more than `plain`: only the other half of `public` opens it, and only under the same `info`."""
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def unseal(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """Raises ValueError: it is for another key or another head, or a byte was changed."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except InvalidTag as error:
        raise ValueError("seal") from error
