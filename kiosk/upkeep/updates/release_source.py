"""What updating needs from outside: where releases come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

GoOn = Callable[[], bool]
"""Asked often, many times a second; False: break off, keep what is there, raise Unavailable("update_paused")."""


@dataclass(frozen=True, slots=True)
class Release:
    """One app layer as its signed metadata describes it.

    `version` is dotted numbers (``starter.pointer.order``); `sha256` hex and `length` bytes of the archive `name`
    (``app-<version>.tar.zst``); `needs_runtime` the hash in the file RUNTIME of the runtime it was built for;
    `min_schema` the oldest revision of a database that it can bring up; `ring` the widest ring it was given to.
    """

    version: str
    sha256: str
    length: int
    needs_runtime: str
    min_schema: str
    ring: str
    name: str


class Releases(Protocol):
    """Releases whose signatures have been verified."""

    def newest(self, ring: str) -> Release | None:
        """The newest release that `ring` is given; None when there is none.

        Raises Unavailable ("update_unreachable", "update_expired": the metadata has run out and nothing fresh came),
        Corrupt ("update_forged"; "update_older": a stick of before, or a replay; "update_other_centre").
        """

    def fetch(self, release: Release, into: Path, go_on: GoOn) -> Path:
        """The archive, length and hash verified, as ``into/<release.name>``.

        What came before a break stays as ``<name>.part`` and is resumed. Raises as `newest`, and
        Unavailable("update_paused", "disk_full").
        """


class Staged(Protocol):
    """What a version that lies here says of itself."""

    @property
    def needs_runtime(self) -> str: ...
