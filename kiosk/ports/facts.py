"""Reading what is kept of the device itself: facts, signed documents, PINs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong tries of one person: how many, and when the last one was."""

    failed: int
    last_wall_ms: int
    last_mono_ms: int
    boot_id: bytes


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept: a salted verifier, never the digits."""

    verifier: str
    activation: str


class Facts(Protocol):
    """Small things kept by name."""

    def fact(self, name: str) -> bytes | None: ...
    def facts(self) -> dict[str, bytes]:
        """All facts, of one moment."""

    def cursor(self) -> int: ...


class Documents(Protocol):
    """The signed documents of the centre."""

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        """The envelope in force (or that version)."""


class Pins(Protocol):
    """How each operator shows who he is."""

    def pin(self, operator: str) -> Pin | None: ...
    def attempts(self, operator: str) -> Attempts | None: ...
