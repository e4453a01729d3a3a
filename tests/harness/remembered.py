"""Slow work that gives the same again for the same question: done once for all tests of a process.

Every answer is the true one. What a test asks for the first time is reckoned by the product's own code.

The services of a price list are shared. `unchanged` fails the module whose test changed one of them, and no other
module gets it; the list of them is each counter's own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from copy import copy
from functools import lru_cache
from typing import Any, Final
from unittest.mock import patch

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.documents.trust import open_bytes, open_object, payload
from protocol.strict_json import loads_object
from protocol.values import links
from tests.harness import remembered_sql

KEPT: Final = 4096
SMALL: Final = 100_000
"""What is shorter is read anew each time: only a whole price list is slow."""
PRICE_LISTS: Final = 8
CHEAP: Final = {"memory_cost": 64, "iterations": 1}
"""What a kept verifier costs here. It says so itself, and whoever looks at it reads it there."""


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
        return _encoded(data, (*(dict(self._members) | CHEAP).items(),))

    @staticmethod
    def verify_phc_encoded(data: bytes, encoded: str) -> None:
        if not _is_of(data, encoded):
            raise InvalidKey


# ---- the price list


class _Members(dict[str, Any]):
    """Those of a whole price list, which know where they were read. What lies in them is shared."""

    def __init__(self, written: bytes) -> None:
        super().__init__(_shared_members(written))
        self.written = written


@lru_cache(PRICE_LISTS)
def _shared_members(written: bytes) -> dict[str, Any]:
    return loads_object(written)


@lru_cache(PRICE_LISTS)
def _untouched_members(written: bytes) -> dict[str, Any]:
    """The same read a second time, which no test gets."""
    return loads_object(written)


@lru_cache(PRICE_LISTS)
def _shared(written: bytes) -> Catalogue:
    return read_catalogue(_shared_members(written))


@lru_cache(PRICE_LISTS)
def _untouched(written: bytes) -> Catalogue:
    return read_catalogue(_untouched_members(written))


_given: Final = set[bytes]()
"""What the tests of this module were given."""


def _read(written: bytes) -> dict[str, Any]:
    _given.add(written)
    return _Members(written)


@lru_cache(PRICE_LISTS)
def _written(envelope: bytes) -> bytes:
    return base64.b64decode(json.loads(envelope)["payload"])


def _payload(envelope: bytes) -> dict[str, Any]:
    return payload(envelope) if len(envelope) < SMALL else _read(_written(envelope))


def _open_object(envelope: bytes, payload_type: str, publics: Iterable[bytes]) -> dict[str, Any]:
    """Who signed it is looked at each time."""
    keys = tuple(publics)
    if len(envelope) < SMALL:
        return open_object(envelope, payload_type, keys)
    return _read(open_bytes(envelope, payload_type, keys))


def _read_catalogue(members: dict[str, Any]) -> Catalogue:
    if not isinstance(members, _Members):
        return read_catalogue(members)
    own = copy(_shared(members.written))
    object.__setattr__(own, "services", dict(own.services))  # a test may put another service into its own
    return own


def unchanged() -> None:
    """At the end of a module's tests. Fails where one of them changed what all share."""
    given, changed = tuple(_given), False
    _given.clear()
    for written in given:
        shared = _shared_members(written), _shared(written)
        changed |= shared != (_untouched_members(written), _untouched(written))
    if changed:
        _shared_members.cache_clear()
        _shared.cache_clear()
        raise AssertionError("a service of the shared price list was changed: put another into the counter's own list")


def remember() -> None:
    """From now to the end of the process."""
    remembered_sql.remember()
    for name, instead in (
        ("kiosk.staff.pins.Argon2id", RememberedArgon2id),
        ("central.staff.credentials.Argon2id", RememberedArgon2id),
        ("protocol.values.links._at", lru_cache(1 << 17)(links._at.__wrapped__)),
        ("protocol.documents.operators.Argon2id", RememberedArgon2id),
        ("kiosk.core.documents_in_force.payload", _payload),
        ("kiosk.core.documents_in_force.read_catalogue", _read_catalogue),
        ("central.documents.publishing.open_object", _open_object),
        ("central.documents.publishing.payload", _payload),
        ("central.documents.publishing.read_catalogue", _read_catalogue),
    ):
        patch(name, instead).start()
