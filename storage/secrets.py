"""The secrets of one data folder, each an entry of the system's keystore, named by the folder's instance id.

The id lies in a file of the folder and is no secret; it keeps two installations of one account apart.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from kiosk.errors import Corrupt, Unavailable
from kiosk.ports import Keystore, Randomness
from starter.files import replace_whole
from storage.folder import INSTANCE
from storage.keystore import SECRET_LEN

EPOCHS: Final = 64
"""More than one device ever has."""
NAMED: Final = ("database-key", "pin-pepper", "mirror", "restore-key")
_ID: Final = re.compile(r"[0-9a-f]{32}")


class Secrets:
    """Named 32-byte secrets of this folder. All methods raise Unavailable("keystore_…")."""

    def __init__(self, keystore: Keystore, instance: str, randomness: Randomness) -> None:
        self._keystore = keystore
        self._instance = instance
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
            raise Corrupt("database_key_lost", instance=self._instance)
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

    def _full(self, name: str) -> str:
        return f"{self._instance}/{name}"


def forget_all(keystore: Keystore, instance: str, epochs: int = EPOCHS) -> None:
    """Destroy every secret of an installation, and look that none is left: what they opened is noise from then on.

    Raises Unavailable("keystore_…"), ("keystore_failed") where one can still be read.
    """
    names = [*NAMED, *(f"signing-seed-{epoch}" for epoch in range(epochs + 1))]
    for name in names:
        if keystore.get(f"{instance}/{name}") is not None:
            keystore.delete(f"{instance}/{name}")
    if any(keystore.get(f"{instance}/{name}") is not None for name in names):
        raise Unavailable("keystore_failed", reason="remembers")


def instance_id(folder: Path, randomness: Randomness, *, database_exists: bool) -> str:
    """The id of the folder, made and written through to the disk at the first start.

    Raises Corrupt("instance_lost") when a database lies there and its id does not, or is not an id.
    """
    path = folder / INSTANCE
    if path.exists():
        found = path.read_text(encoding="ascii", errors="replace").strip()
        if not _ID.fullmatch(found):
            raise Corrupt("instance_lost", file=str(path))
        return found
    if database_exists:
        raise Corrupt("instance_lost", file=str(path))
    made = randomness.take(16).hex()
    replace_whole(path, f"{made}\n".encode())
    return made
