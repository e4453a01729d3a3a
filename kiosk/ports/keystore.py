"""The operating system's keystore, and what it remembers of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from protocol.journal.kj01 import Chain


class Keystore(Protocol):
    """The operating system's keystore, behind a probe that cannot hang. Values are 32-byte secrets."""

    def get(self, name: str) -> bytes | None:
        """Raises Unavailable: keystore_absent, keystore_locked, keystore_silent, keystore_failed."""

    def put(self, name: str, value: bytes) -> None: ...
    def delete(self, name: str) -> None: ...


class Mirror(Protocol):
    """The last (epoch, seq, hash), kept outside the database so that a restored one is noticed."""

    def remember(self, chain: Chain, money: int = 0) -> None:
        """Remember soon; never blocks, never raises. `money` of the entries since the last note have money in them."""

    def run_now(self) -> None:
        """Remember at once what was noted; as `note`."""

    def guessed(self, guesses: int) -> None:
        """Somebody guesses at a PIN or a code, for the so-many-th time here; as `note`."""

    def allow(self, money: int) -> None:
        """Before so many more entries with money in them. Raises Unavailable("mirror_late")."""

    def settle(self) -> None:
        """Wait for some seconds until what was noted is remembered. Raises Unavailable("keystore_…")."""
