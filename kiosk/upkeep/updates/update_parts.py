"""What an updater is made of: what runs here, the files of versions, the leave to act, and who tries and saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.upkeep.updates.release_source import GoOn, Releases, Staged
from kiosk.upkeep.updates.update_permission import Terms
from starter.pointer import Pointer


class Versions(Protocol):
    """`storage.versions.program_versions.Versions`; raises Unavailable: disk_full, store_failed, and
    Corrupt("update_broken").
    """

    @property
    def staging(self) -> Path: ...
    def room(self, archive_bytes: int, database_bytes: int) -> tuple[int, int]: ...
    def make_room(self, archive_bytes: int, database_bytes: int) -> None: ...
    def unpack(self, archive: Path, version: str) -> Staged: ...
    def sound(self, version: str) -> Staged | None: ...
    def quarantined(self, release: str) -> bool: ...
    def crashed(self, version: str) -> bool: ...
    def refuse(self, release: str, version: str) -> None: ...
    def tidy(self, found: Pointer) -> None: ...


class UpdatePermissionPort(Protocol):
    """`kiosk.upkeep.updates.update_permission.UpdatePermission`."""

    def terms(self) -> Terms: ...
    def resting(self) -> bool: ...
    def may_flip(self, *, asked: bool) -> bool: ...


@dataclass(frozen=True, slots=True)
class Installed:
    """What runs: the folder of the data, the version's name in the pointer (empty: the shipped app), its number, the
    runtime's hash, and the revision of the database that it knows.
    """

    data: Path
    running: str
    version: str
    runtime: str
    schema: str


@dataclass(frozen=True, slots=True)
class Tools:
    """`rehearse` runs the staged version's own tests and its migration on a copy, and answers with the milliseconds
    that took; Corrupt("update_unfit") when it is not fit. `back_up` makes a backup that was opened and verified.
    `restart` is told once the pointer is flipped.
    """

    releases: Releases
    versions: Versions
    rehearse: Callable[[str, GoOn], int]
    back_up: Callable[[GoOn], object]
    database_bytes: Callable[[], int]
    restart: Callable[[], None]
