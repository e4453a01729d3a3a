"""Slow work that gives the same again for the same question: done once for all tests of a process.

Every answer is the true one. What a test asks for the first time is reckoned by the product's own code.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import Any, Final
from unittest.mock import patch

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.documents.trust import payload

KEPT: Final = 4096
CATALOGUES: Final = 16
SMALL: Final = 100_000
"""Bytes of an envelope that is read anew each time: only a price list is slow."""


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


class _PriceList(dict[str, Any]):
    """What lies in an envelope, and the catalogue that was read from it."""

    catalogue: Catalogue | None = None


@lru_cache(CATALOGUES)
def _price_list(envelope: bytes) -> _PriceList:
    return _PriceList(payload(envelope))


def _payload(envelope: bytes) -> dict[str, Any]:
    return payload(envelope) if len(envelope) < SMALL else _price_list(envelope)


def _read_catalogue(members: dict[str, Any]) -> Catalogue:
    if not isinstance(members, _PriceList):
        return read_catalogue(members)
    if members.catalogue is None:
        members.catalogue = read_catalogue(members)
    own = copy(members.catalogue)
    object.__setattr__(own, "services", dict(own.services))  # a test may put another service into its own
    return own


def remember() -> None:
    """From now to the end of the process."""
    for name, instead in (
        ("kiosk.staff.pins.Argon2id", RememberedArgon2id),
        ("protocol.documents.operators.Argon2id", RememberedArgon2id),
        ("kiosk.core.documents_in_force.payload", _payload),
        ("kiosk.core.documents_in_force.read_catalogue", _read_catalogue),
    ):
        patch(name, instead).start()
