"""Slow work that gives the same again for the same question: done once for all tests of a process.

Every answer is the true one. What a test asks for the first time is reckoned by the product's own code.

The services of a price list are shared. `unchanged` fails the test that changed one of them, and no other test gets it;
the list of them is each counter's own.
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
from tests.harness import remembered_sql

KEPT: Final = 4096
SMALL: Final = 100_000
"""What is shorter is read anew each time: only a whole price list is slow."""
PRICE_LISTS: Final = 8


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


# ---- the price list


@lru_cache(PRICE_LISTS)
def _well_formed(written: bytes) -> None:
    loads_object(written)


def _payload(envelope: bytes) -> dict[str, Any]:
    written = base64.b64decode(json.loads(envelope)["payload"])
    return payload(envelope) if len(written) < SMALL else _read(written)


def _open_object(envelope: bytes, payload_type: str, publics: Iterable[bytes]) -> dict[str, Any]:
    """Who signed it is looked at each time."""
    keys = tuple(publics)
    written = open_bytes(envelope, payload_type, keys)
    return open_object(envelope, payload_type, keys) if len(written) < SMALL else _read(written)


def _read(written: bytes) -> dict[str, Any]:
    _well_formed(written)
    members: dict[str, Any] = json.loads(written)
    return members


@lru_cache(PRICE_LISTS)
def _shared(written: str) -> Catalogue:
    return read_catalogue(json.loads(written))


@lru_cache(PRICE_LISTS)
def _untouched(written: str) -> Catalogue:
    """The same read a second time, which no test gets."""
    return read_catalogue(json.loads(written))


_given: Final = set[str]()
"""What this test was given."""


def _read_catalogue(members: dict[str, Any]) -> Catalogue:
    written = json.dumps(members)
    if len(written) < SMALL:
        return read_catalogue(members)
    _given.add(written)
    own = copy(_shared(written))
    object.__setattr__(own, "services", dict(own.services))  # a test may put another service into its own
    return own


def unchanged() -> None:
    """At the end of a test. Fails where it changed what all tests share."""
    given = [(_shared(written), _untouched(written)) for written in _given]
    _given.clear()
    if any(_members(one) != _members(other) for one, other in given):
        _shared.cache_clear()
        raise AssertionError("a service of the shared price list was changed: put another into the counter's own list")


def _members(catalogue: Catalogue) -> object:
    return catalogue, [service.document for service in catalogue.services.values()]


def remember() -> None:
    """From now to the end of the process."""
    remembered_sql.remember()
    for name, instead in (
        ("kiosk.staff.pins.Argon2id", RememberedArgon2id),
        ("protocol.documents.operators.Argon2id", RememberedArgon2id),
        ("kiosk.core.documents_in_force.payload", _payload),
        ("kiosk.core.documents_in_force.read_catalogue", _read_catalogue),
        ("central.documents.publishing.open_object", _open_object),
        ("central.documents.publishing.payload", _payload),
        ("central.documents.publishing.read_catalogue", _read_catalogue),
    ):
        patch(name, instead).start()
