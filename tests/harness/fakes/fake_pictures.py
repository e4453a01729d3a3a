"""Files of evidence in memory, and a reader that believes what it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.model.evidence_file import CapturedFile, CaptureSpec, Doubt, Evidence
from protocol.errors import Corrupt, KioskError, Refused
from protocol.wire.evidence_file import NONCE, bound_to


@dataclass
class FakePictures:
    files: dict[str, bytes] = field(default_factory=dict)
    fail_next: KioskError | None = None
    made: int = 0

    def keep(self, content: bytes) -> tuple[str, bytes]:
        if self.fail_next is not None:
            error, self.fail_next = self.fail_next, None
            raise error
        self.made += 1
        name, key = f"{self.made:032x}", self.made.to_bytes(32, "big")
        self.files[name] = ChaCha20Poly1305(key).encrypt(NONCE, content, bound_to(hashlib.sha256(content).digest()))
        return name, key

    def sealed(self, name: str) -> bytes:
        if name not in self.files:
            raise Corrupt("evidence_lost")
        return self.files[name]

    def open(self, kept: Evidence) -> bytes:
        try:
            return ChaCha20Poly1305(kept.key).decrypt(NONCE, self.sealed(kept.file), bound_to(kept.sha256))
        except InvalidTag as error:
            raise Corrupt("evidence_lost") from error

    def sweep(self, kept: Collection[str]) -> int:
        gone = [name for name in self.files if name not in kept]
        for name in gone:
            del self.files[name]
        return len(gone)


@dataclass
class FakeReader:
    """Takes every file as it is; `refusal` or `doubts` are for the next ones."""

    refusal: Refused | None = None
    doubts: tuple[Doubt, ...] = ()
    asked: list[CaptureSpec] = field(default_factory=list)

    def __call__(self, data: bytes, wanted: CaptureSpec) -> CapturedFile:
        self.asked.append(wanted)
        if self.refusal is not None:
            raise self.refusal
        return CapturedFile(data, "image/jpeg", 1200, 1600, self.doubts)
