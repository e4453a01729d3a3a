"""Encrypted files of evidence, one key each, beside the database and never inside a sale's commit.

A file is ChaCha20-Poly1305 over the content, under a key that is used once (so its nonce is zeros), bound to the
content's SHA-256. The same bytes go up the line: the centre is sent the key, sealed to it (docs/protocol.md). A file
stands under its name only when it is whole and on the disk; without its row it is noise, and is swept away.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.model.evidence_file import Evidence
from kiosk.ports.world import Randomness
from protocol.errors import Corrupt, Unavailable
from protocol.wire.evidence_file import NONCE, bound_to
from starter.files import SECRET, replace_whole
from storage.disk.data_folder import EVIDENCE
from storage.disk.disk_space import DiskSpace
from storage.faults import border

_NAME: Final = re.compile(r"[0-9a-f]{32}")


class EvidenceStore:
    """The files of one data folder. Any thread may call; the same name is never written twice."""

    def __init__(self, folder: Path, room: DiskSpace, randomness: Randomness) -> None:
        self._folder = folder / EVIDENCE
        self._room = room
        self._randomness = randomness

    def keep(self, content: bytes) -> tuple[str, bytes]:
        """The name of a new file that holds `content`, durable on return, and its key.

        Raises Unavailable("disk_full") with nothing left behind, Unavailable("store_failed").
        """
        name, key = self._randomness.take(16).hex(), self._randomness.take(32)
        sealed = ChaCha20Poly1305(key).encrypt(NONCE, content, bound_to(hashlib.sha256(content).digest()))
        with border():
            self._room.refuse_when_short()
            self._folder.mkdir(mode=0o700, exist_ok=True)
            replace_whole(self._folder / name, sealed, SECRET)
        return name, key

    def sealed(self, name: str) -> bytes:
        """The file as it lies there. Raises Corrupt("evidence_lost")."""
        try:
            with border():
                return (self._folder / name).read_bytes()
        except Unavailable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise Corrupt("evidence_lost") from error
            raise

    def open(self, kept: Evidence) -> bytes:
        """The content. Raises Corrupt("evidence_lost") also for a file that is not what was kept."""
        try:
            return ChaCha20Poly1305(kept.key).decrypt(NONCE, self.sealed(kept.file), bound_to(kept.sha256))
        except InvalidTag as error:
            raise Corrupt("evidence_lost") from error

    def sweep(self, kept: Collection[str]) -> int:
        """Remove every file that no row names. How many went; what cannot be removed waits for the next time."""
        gone = 0
        with border():
            for file in self._folder.iterdir() if self._folder.is_dir() else ():
                if file.name not in kept and _NAME.fullmatch(file.name.removesuffix(".part")):
                    with suppress(OSError):
                        file.unlink()
                        gone += 1
        return gone
