"""Keystore entries of self-tests: under names that no installation has, so that what a killed one left can go.

A self-test holds one of a few slots while it runs, by a lock that ends with its process however that ends. The entries
of a slot that nobody holds are leftovers. An installation's names begin with 32 hexadecimal digits, never with these.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from kiosk.ports.store import Keystore
from kiosk.ports.world import Randomness
from protocol.errors import KioskError, Refused
from storage.disk.data_folder import INSTANCE
from storage.disk.folder_lock import FolderLock, instance_lock
from storage.keystore.store_secrets import NAMED

SLOTS: Final = 2
"""More at a time are not run; a further one has entries that only it takes away."""
HOUSES: Final = 5
"""Stores that one self-test makes, the folders they lie in, and its entry without a store."""
_EPOCHS: Final = 2
KNOWN: Final = (*NAMED, *(f"signing-seed-{epoch}" for epoch in range(_EPOCHS + 1)), INSTANCE, "entry")


class OwnEntries:
    """A keystore whose every name is one of a self-test's; `forget` takes away what was put into it here."""

    def __init__(self, keystore: Keystore, randomness: Randomness) -> None:
        """What an earlier self-test left in this slot goes first, as far as the keystore lets us."""
        self._keystore = keystore
        self._names: set[str] = set()
        self._houses: dict[str, int] = {}
        self._lock: FolderLock | None = None
        self._slot = randomness.take(4).hex()
        for number in range(SLOTS):
            with suppress(Refused):
                self._lock = instance_lock(f"selftest-{number}")
                self._slot = str(number)
                break
        if self._lock is not None:
            with suppress(KioskError):  # a keystore that is locked is what the self-test is about to say
                sweep_slot(keystore, self._slot)

    def get(self, name: str) -> bytes | None:
        return self._keystore.get(self._own(name))

    def put(self, name: str, value: bytes) -> None:
        own = self._own(name)
        self._names.add(own)
        self._keystore.put(own, value)

    def delete(self, name: str) -> None:
        own = self._own(name)
        self._keystore.delete(own)
        self._names.discard(own)

    def forget(self) -> None:
        """Delete all of them, as far as the keystore lets us, and leave the slot."""
        for own in sorted(self._names):
            with suppress(KioskError):
                self._keystore.delete(own)
                self._names.discard(own)
        if self._lock is not None:
            self._lock.release()

    def _own(self, name: str) -> str:
        """``selftest-0/1/database-key`` for a store's ``<its id>/database-key``."""
        house, _, rest = name.rpartition("/")
        return _full(self._slot, self._houses.setdefault(house, len(self._houses)), rest if house else "entry")


def sweep(keystore: Keystore) -> int:
    """Take away what killed self-tests have left; how many entries went. Raises Unavailable("keystore_…")."""
    gone = 0
    for number in range(SLOTS):
        with suppress(Refused), instance_lock(f"selftest-{number}"):
            gone += sweep_slot(keystore, str(number))
    return gone


def sweep_slot(keystore: Keystore, slot: str) -> int:
    """Of a slot that is held. Raises Unavailable("keystore_…")."""
    found = [name for house in range(HOUSES) for rest in KNOWN if keystore.get(name := _full(slot, house, rest))]
    for name in found:
        keystore.delete(name)
    return len(found)


def _full(slot: str, house: int, rest: str) -> str:
    return f"selftest-{slot}/{house}/{rest}"
