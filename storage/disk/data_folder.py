"""The folder the data lives in: whether a database is safe there.

A network share breaks SQLite's locks, a synchronised folder copies a database without its log, a link gives
one file two names and so two logs: each of them has lost data elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from protocol.errors import Refused, Unavailable
from protocol.program.os_errors import away_as
from protocol.values.arabic import isolate

DATABASE: Final = "kiosk.db"
EVIDENCE: Final = "evidence"
"""Holds the encrypted pictures of citizens' papers."""
INSTANCE: Final = "instance"
"""Says under which name the keystore has the keys of this folder."""
ASIDE: Final = "put-aside-"
"""Begins the name of a folder inside, which holds a store that another has taken the place of."""
NOTEBOOK: Final = "setup.state"
"""How far setting up has come here (`kiosk.setup.setup_steps`)."""
_MOUNTS: Final = Path("/proc/self/mounts")
REMOTE: Final = frozenset({
    "9p", "afpfs", "afs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
    "ocfs2", "smb2", "smb3", "smbfs", "vboxsf",
})  # fmt: skip
_SYNCED: Final = re.compile(
    r"onedrive( -.*)?|dropbox( \(.*\))?|google ?drive|googledrive-.*|my drive|icloud ?drive|mobile documents|"
    r"cloudstorage|nextcloud|owncloud|pcloud ?drive|mega(sync)?|yandex\.?disk|box sync|syncthing|resilio sync",
    re.IGNORECASE,
)
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
_DRIVE_REMOTE: Final = 4


class Mount(NamedTuple):
    """A device or share, where it is mounted, and its file system."""

    source: str
    point: Path
    kind: str


def prepare_folder(folder: Path) -> Path:
    """The folder by its real name, made if it was missing, for this user's eyes only.

    Raises Refused("folder_remote") on a network share, Refused("folder_synced") inside a synchronised one,
    Unavailable("folder_unusable") when it cannot be made, ("folder_gone") where it is a link to a disk that is away.
    """
    refuse_gone(folder)
    with away_as("folder_unusable"):
        real = folder.resolve()
        refuse_remote(real)
        refuse_synced(real)
        real.mkdir(mode=0o700, parents=True, exist_ok=True)
        real.chmod(0o700)
    return real


def refuse_gone(folder: Path) -> None:
    """Raises Unavailable("folder_gone") for a link whose disk is not there.

    A new folder in its place would be taken for a new counter.
    """
    if os.path.lexists(folder) and not folder.exists():
        raise Unavailable("folder_gone", place=isolate(os.path.realpath(folder)))  # resolve() fails at a link to itself


def nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there: before the first start there is none of ours."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), folder)


def instance_in(folder: Path) -> str | None:
    """The id of the installation whose store lies there; None where nothing says it. Raises OSError."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return (folder / INSTANCE).read_text(encoding="ascii", errors="replace").strip()
    return None


def refuse_synced(folder: Path) -> None:
    for part in folder.parts:
        if _SYNCED.fullmatch(part):
            raise Refused("folder_synced", by=part)


def refuse_remote(folder: Path) -> None:
    kind = _windows_remote(folder) if sys.platform == "win32" else mounted_as(folder, _mounts())
    if kind in REMOTE:
        raise Refused("folder_remote", kind=kind)


def mounted_as(folder: Path, mounts: Sequence[str]) -> str:
    """The file system under `folder`, by lines of /proc/mounts; empty when none is known (no Linux)."""
    best, kind = -1, ""
    for _, point, found in _read(mounts):
        # <=: of two mounts on one point the later one is seen.
        if folder.is_relative_to(point) and best <= len(point.parts):
            best, kind = len(point.parts), found
    return kind


def mounts() -> list[Mount]:
    """What is mounted; none known on a system without /proc."""
    return list(_read(_mounts()))


def _read(lines: Sequence[str]) -> Iterator[Mount]:
    for line in lines:
        fields = [_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), field) for field in line.split(" ")]
        if len(fields) > 2:
            yield Mount(fields[0], Path(fields[1]), fields[2])


def _mounts() -> list[str]:
    return _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines() if _MOUNTS.exists() else []


def _windows_remote(folder: Path) -> str:  # pragma: no cover - CI has no Windows
    import ctypes  # noqa: PLC0415 - Windows alone needs it

    if folder.drive.startswith("\\\\"):
        return "smbfs"
    drive_type = ctypes.windll.kernel32.GetDriveTypeW(folder.anchor)  # type: ignore[attr-defined,unused-ignore]
    return "smbfs" if drive_type == _DRIVE_REMOTE else ""


def refuse_linked(database: Path) -> None:
    """Raises Refused("database_linked") when the database or its log is a link, or has a second name."""
    for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
        if path.is_symlink() or (path.exists() and path.stat().st_nlink > 1):
            raise Refused("database_linked", name=path.name)
