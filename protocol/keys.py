"""Ed25519 signatures (RFC 8032) and their one framing, the DSSE pre-authentication encoding."""

from __future__ import annotations

import hashlib
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_LEN: Final = 64
PUBLIC_LEN: Final = 32


class Signer(Protocol):
    """Something that signs: a key in memory, later a TPM."""

    @property
    def public(self) -> bytes:
        """The 32 raw bytes of the public key."""

    def sign(self, data: bytes) -> bytes:
        """64 bytes of Ed25519 signature over `data`."""


class SeedSigner:
    """A signer whose 32-byte seed lives in memory for as long as it is needed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is by `public`.

    The library accepts forgeries under small-order keys, so a key from outside must have passed the
    centre's check at enrolment or stand in a document that the root signed.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding (DSSE v1): what is signed is the type and the bytes, never a re-encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(public: bytes) -> bytes:
    """The 4 bytes that name a public key on the wire; they choose a key, they prove nothing."""
    return hashlib.sha256(b"KJ01/ackkey\n" + public).digest()[:4]


def fingerprint(root_public: bytes) -> bytes:
    """The 32 bytes by which a counter pins the offline root key."""
    return hashlib.sha256(root_public).digest()
