"""Slow hashes give the same again for the same question: reckoned once for all tests of a process.

Not so what tests may change: a price list is read anew for each counter.

Every answer is the true one. What a test asks for the first time is reckoned by the product's own code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from unittest.mock import patch

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KEPT: Final = 4096


@lru_cache(KEPT)
def _derived(data: bytes, members: tuple[tuple[str, Any], ...]) -> bytes:
    return Argon2id(**dict(members)).derive(data)


@lru_cache(KEPT)
def _encoded(data: bytes, members: tuple[tuple[str, Any], ...]) -> str:
    return Argon2id(**dict(members)).derive_phc_encoded(data)


@lru_cache(KEPT)
def _is_of(data: bytes, encoded: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(data, encoded)
    except InvalidKey:
        return False
    return True


class RememberedArgon2id:
    """`Argon2id` as the product uses it."""

    def __init__(self, **members: Any) -> None:
        self._members = tuple(members.items())

    def derive(self, data: bytes) -> bytes:
        return _derived(data, self._members)

    def derive_phc_encoded(self, data: bytes) -> str:
        return _encoded(data, self._members)

    @staticmethod
    def verify_phc_encoded(data: bytes, encoded: str) -> None:
        if not _is_of(data, encoded):
            raise InvalidKey


def remember() -> None:
    """From now to the end of the process."""
    for name, instead in (
        ("kiosk.staff.pins.Argon2id", RememberedArgon2id),
        ("protocol.documents.operators.Argon2id", RememberedArgon2id),
    ):
        patch(name, instead).start()
