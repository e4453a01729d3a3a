"""The centre put together: its store, its keys, its clock. Handed to every use case; nothing here is global."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from central.rejected_auth import RejectedAuth
from central.store.interface import Store
from central.store.key_files import KeyFiles, OnlineKeys, Random
from central.store.vault import Vault
from protocol.catalogue.catalogue import Catalogue
from protocol.wire.wire import authority_of


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def chance(count: int) -> bytes:
    return secrets.token_bytes(count)


@dataclass(frozen=True, slots=True)
class Centre:
    """The parts that every use case of the centre is given. `authority` is the host (and port) that devices may sign
    for beside that of the public address.
    """

    store: Store
    key_files: KeyFiles
    authority: str
    public_address: str
    now_ms: Callable[[], int] = wall_ms
    random: Random = chance
    updates: Path | None = None
    """The folder of the signed releases that is served under ``/updates/``."""
    released: Callable[[], tuple[str, ...]] = tuple
    """The versions that are released to all counters."""
    hosts: tuple[str, ...] = ()
    """Hosts that were given out before: a counter signs for the one that it was given as long as it works."""
    rejected_auth: RejectedAuth = field(default_factory=RejectedAuth)
    """What this process refused to believe, until it is kept."""
    mono_ms: Callable[[], int] = mono_ms
    catalogues: dict[int, Catalogue] = field(default_factory=dict)
    """Those that were parsed, by version, for `central.documents.publishing`: a version never changes."""

    @property
    def keys(self) -> OnlineKeys:
        return self.key_files.keys

    @property
    def authorities(self) -> tuple[str, ...]:
        """What devices may sign for, whatever name a proxy may use for us: the hosts under which we were made known."""
        known = (authority_of(self.public_address), self.authority.lower(), *self.hosts)
        return tuple(host for host in dict.fromkeys(known) if host)

    @property
    def vault(self) -> Vault:
        return Vault(self.keys.vaults, self.random)
