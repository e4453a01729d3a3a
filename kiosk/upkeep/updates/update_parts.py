"""What an updater is made of: what runs here, the files of versions, the leave to act, and who tries and saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from kiosk.upkeep.updates.update_standing import Terms
from protocol.errors import KioskError, Unavailable
from protocol.program.os_errors import NO_ROOM, system_reason
from starter.pointer import Pointer

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


class Versions(Protocol):
    """The files of the program's versions: `storage.versions.program_versions.Versions`. Raises Unavailable: disk_full,
    store_failed, and Corrupt("update_broken").
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
    """Whether an update may go on now: `kiosk.upkeep.updates.update_standing.UpdatePermission`."""

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
    """What an updater works with. `rehearse` runs the staged version's own tests and its migration on a copy, and
    answers with the milliseconds that took; Corrupt("update_unfit") when it is not fit. `back_up` makes a backup that
    was opened and verified. `restart` is told once the pointer is flipped.
    """

    releases: Releases
    versions: Versions
    rehearse: Callable[[str, GoOn], int]
    back_up: Callable[[GoOn], object]
    database_bytes: Callable[[], int]
    restart: Callable[[], None]


FULL: Final = "update_full"
_FULL: Final = frozenset({"disk_full", "backup_full", "store_full", FULL})
_PERHAPS_FULL: Final = frozenset({"store_failed", "backup_place", "backup_broke", "folder_unusable"})
"""What is said of a disk that fails, too: with not a megabyte free it is a full one."""


class UpdateRoom:
    """What a step failed for, if it was for room, and whether that is there again."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._lacks: int | None = None

    def in_its_words(self, fault: KioskError | OSError, archive_bytes: int) -> KioskError:
        """The error in the words of an update: Unavailable("update_full") with `need_mb` where the disk was full."""
        self._lacks = None
        if isinstance(fault, OSError):
            fault = Unavailable("disk_full" if system_reason(fault) in NO_ROOM else "store_failed", reason="program")
        need_mb, free_mb = self._measure(archive_bytes)
        if fault.code not in _FULL and (fault.code not in _PERHAPS_FULL or free_mb):
            return fault
        if free_mb < need_mb:  # else something but bytes ran out, or is there again: tried later like anything else
            self._lacks = archive_bytes
        return Unavailable(FULL, need_mb=need_mb)

    def is_back(self) -> bool:
        """Whether what lacked is there now: then nobody waits for the end of the pause."""
        if self._lacks is None:
            return False
        need_mb, free_mb = self._measure(self._lacks)
        return free_mb >= need_mb

    def _measure(self, archive_bytes: int) -> tuple[int, int]:
        try:
            return self._tools.versions.room(archive_bytes, self._tools.database_bytes())
        except (KioskError, OSError):
            return 0, 1
