"""The last (epoch, seq, hash), kept in the keystore: a database older than it has been put back from a copy.

Written behind the commit by a thread of its own, because a keystore write costs ten sales (decisions 14).
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import Final

from kiosk.errors import Unavailable
from kiosk.signed.journal import Chain
from storage.secrets import Secrets

NAME: Final = "mirror"
LATE_S: Final = 1.0
_FORM: Final = struct.Struct(">IQ20s")  # 32 bytes, like every secret; 160 bits of the hash tell histories apart
_HASH_LEN: Final = 20


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What the keystore remembers; `hash` is the beginning of the entry's."""

    epoch: int
    seq: int
    hash: bytes

    def is_of(self, entry_hash: bytes) -> bool:
        return entry_hash[:_HASH_LEN] == self.hash


def read(secrets: Secrets) -> Mirrored | None:
    """Raises Unavailable("keystore_…")."""
    value = secrets.get(NAME)
    return None if value is None else Mirrored(*_FORM.unpack(value))


class KeystoreMirror:
    """`kiosk.ports.Mirror`: notes are written within a second, the newest only, until `close`."""

    def __init__(self, secrets: Secrets, late_s: float = LATE_S) -> None:
        self._secrets = secrets
        self._late_s = late_s
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._newest: Chain | None = None
        self._written: Chain | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="mirror", daemon=True)
        self._thread.start()

    def note(self, chain: Chain) -> None:
        with self._changed:
            self._newest = chain
            self._changed.notify()

    def flush(self) -> None:
        """Remember now; raises Unavailable("keystore_…")."""
        with self._writing:
            with self._changed:
                newest = self._newest
            if newest is None or newest == self._written:
                return
            self._secrets.put(NAME, _FORM.pack(newest.epoch, newest.seq, newest.hash[:_HASH_LEN]))
            self._written = newest

    def close(self) -> None:
        """Stop, having written what was noted last. Raises Unavailable("keystore_…")."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self.flush()

    def _work(self) -> None:
        while self._wait():
            try:
                self.flush()
            except Unavailable:
                continue  # the next round tries again; a locked keystore stops no sale

    def _wait(self) -> bool:
        """Until something is noted, and then a little longer, so that many sales cost one write. False: closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._newest != self._written)
            self._changed.wait_for(lambda: self._closing, timeout=self._late_s / 2)
            return not self._closing
