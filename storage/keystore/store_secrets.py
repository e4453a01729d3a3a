"""The secrets of one data folder, each an entry of the system's keystore, named by the folder's instance id.

The id lies in a file of the folder and is no secret; it keeps two installations of one account apart. The keystore
remembers it as well, under the name of the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from kiosk.ports.store import Keystore
from kiosk.ports.world import Randomness
from protocol.errors import Corrupt, Unavailable
from starter.files import replace_whole
from storage.disk.data_folder import ASIDE, INSTANCE, instance_in
from storage.keystore.system_keystore import SECRET_LEN

EPOCHS: Final = 64
"""More than one device ever has."""
NAMED: Final = ("database-key", "pin-pepper", "mirror", "restore-key")
_ID: Final = re.compile(r"[0-9a-f]{32}")


class StoreSecrets:
    """Named 32-byte secrets of this folder. All methods raise Unavailable("keystore_…")."""

    def __init__(self, keystore: Keystore, instance: str, randomness: Randomness) -> None:
        self._keystore = keystore
        self.instance = instance
        self._randomness = randomness

    def get(self, name: str) -> bytes | None:
        return self._keystore.get(self._full(name))

    def put(self, name: str, value: bytes) -> None:
        self._keystore.put(self._full(name), value)

    def keep(self, name: str, value: bytes) -> None:
        """`put`, and read it back before anything is locked with it. Raises Unavailable("keystore_failed")."""
        self.put(name, value)
        if self.get(name) != value:
            raise Unavailable("keystore_failed", reason="forgetful")

    def database_key(self, *, database_exists: bool) -> bytes:
        """Made once. Raises Corrupt("database_key_lost") rather than make a new one for data it cannot open."""
        key = self.get("database-key")
        if key is None and database_exists:
            raise Corrupt("database_key_lost", instance=self.instance)
        return key or self.make("database-key")

    def pin_pepper(self) -> bytes:
        """Made at the first question."""
        return self.get("pin-pepper") or self.make("pin-pepper")

    def signing_seed(self, epoch: int) -> bytes | None:
        return self.get(f"signing-seed-{epoch}")

    def put_signing_seed(self, epoch: int, seed: bytes) -> None:
        self.keep(f"signing-seed-{epoch}", seed)

    def forget_signing_seed(self, epoch: int) -> None:
        self.forget(f"signing-seed-{epoch}")

    def forget(self, name: str) -> None:
        self._keystore.delete(self._full(name))

    def make(self, name: str) -> bytes:
        value = self._randomness.take(SECRET_LEN)
        self.keep(name, value)
        return value

    def remember(self, folder: Path) -> None:
        """A counter has been in this folder."""
        kept = bytes.fromhex(self.instance) + bytes(SECRET_LEN - 16)
        if self._keystore.get(_entry(folder)) != kept:
            self._keystore.put(_entry(folder), kept)

    def _full(self, name: str) -> str:
        return f"{self.instance}/{name}"


def forget_all(keystore: Keystore, instance: str) -> None:
    """Destroy every secret of an installation, and look that none is left: what they opened is noise from then on.

    Raises Unavailable("keystore_…"), ("keystore_failed") where one can still be read.
    """
    names = [*NAMED, *(f"signing-seed-{epoch}" for epoch in range(EPOCHS + 1))]
    for name in names:
        if keystore.get(f"{instance}/{name}") is not None:
            keystore.delete(f"{instance}/{name}")
    if any(keystore.get(f"{instance}/{name}") is not None for name in names):
        raise Unavailable("keystore_failed", reason="remembers")


def instance_id(folder: Path, keystore: Keystore, randomness: Randomness, *, database_exists: bool) -> str:
    """The id of the folder, made and written through to the disk at the first start.

    The keystore remembers it, too: an empty folder in the place of a counter's has the id of that counter, and with it
    its mirror.
    Raises Corrupt("instance_lost") when a database lies there and nothing says its id, or what says it is no id.
    """
    path = folder / INSTANCE
    found = known_instance(folder, keystore)
    if found is None and database_exists:
        raise Corrupt("instance_lost", file=str(path))
    instance = found or randomness.take(16).hex()
    if not path.exists():
        replace_whole(path, f"{instance}\n".encode())
    return instance


def known_instance(folder: Path, keystore: Keystore) -> str | None:
    """What the file says, else the keystore; nothing is made. Raises Corrupt("instance_lost") for a file with no id."""
    found = instance_in(folder)
    if found is not None:
        if not _ID.fullmatch(found):
            raise Corrupt("instance_lost", file=str(folder / INSTANCE))
        return found
    kept = keystore.get(_entry(folder))
    if kept is None:
        return None
    instance = kept[:16].hex()
    # Put aside on purpose: what comes now is another counter, with keys of its own.
    return None if instance in map(instance_in, folder.glob(f"{ASIDE}*")) else instance


def forget_folder(folder: Path, keystore: Keystore) -> None:
    """Nobody misses a counter here any more. Raises Unavailable("keystore_…")."""
    keystore.delete(_entry(folder))


def _entry(folder: Path) -> str:
    """Named by where the folder lies: one that is gone says nothing itself."""
    return f"{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]}/{INSTANCE}"
