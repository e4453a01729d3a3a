"""The versions of the program in the data folder, as files: unpacked whole or not there, every byte hashed.

``DATA/program/versions/<version>/`` never changes once ``complete`` is in it, and that is written last; a folder
without it is rubbish of a power cut. ``DATA/program/staging/`` holds what is being fetched.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from protocol.errors import Corrupt, Unavailable
from starter import pointer
from starter.files import CHUNK, replace_whole, sync_folder
from starter.pointer import Pointer
from starter.starts import crashed
from starter.trial import quarantine, quarantined
from starter.versions import COMPLETE, MANIFEST, manifest
from storage.disk.disk_space import FLOOR_BYTES, MIB, free_bytes
from storage.disk.whole_files import remove_tree
from storage.faults import border

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILES_MOST: Final = 5_000
BYTES_MOST: Final = 64 * MIB
UNPACKED_TIMES: Final = 12
"""An archive's files take at most so many times its bytes on the disk, compiled ones included."""
_NO_LIST: Final = (KeyError, TypeError, AttributeError)
_PART: Final = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,99}", re.ASCII)
_DEEPEST: Final = 12
Compile = Callable[[Path], object]
# The last four: a name that is both a file and a folder, and an archive or a list that is not there.
_NONSENSE: Final = (
    tarfile.TarError, zstd.ZstdError, EOFError, FileExistsError, NotADirectoryError, IsADirectoryError,
    FileNotFoundError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staged:
    """What a version says of itself; `schema` is the revision that it brings the database to."""

    version: str
    needs_runtime: str
    schema: str


def compile_aside(folder: Path) -> None:
    """Compile the modules where they lie, in a process of its own: the counter's interpreter is not held up.

    Without that the version starts slower; nothing else.
    """
    wanted = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(folder)]
    with suppress(OSError):
        subprocess.run(wanted, check=False, stdin=subprocess.DEVNULL, capture_output=True)


class Versions:
    """The caller holds the lock of the versions (`starter.lock`). Raises Unavailable: disk_full, store_failed."""

    def __init__(self, data: Path, free: Callable[[Path], int] = free_bytes, compile_: Compile = compile_aside) -> None:
        self._data = data
        self._free = free
        self._compile = compile_
        self.staging = pointer.program_folder(data) / "staging"

    def room(self, archive_bytes: int, database_bytes: int) -> tuple[int, int]:
        """The megabytes that archive, files, copies of the database and the floor need, and those that are free."""
        with border():
            return -(-_wanted(archive_bytes, database_bytes) // MIB), self._free(self._data) // MIB

    def make_room(self, archive_bytes: int, database_bytes: int) -> None:
        """Raises Unavailable("disk_full") unless there is so much `room`."""
        with border():
            if self._free(self._data) < _wanted(archive_bytes, database_bytes):
                raise Unavailable("disk_full")
            self.staging.mkdir(parents=True, exist_ok=True)

    def unpack(self, archive: Path, version: str) -> Staged:
        """Put `version` in its place out of its verified archive; the archive goes once the version stands.

        Raises Corrupt("update_broken") for an archive that does not hold what it says; nothing of it stays.
        """
        folder = pointer.version_folder(self._data, version)
        with border():
            if self.sound(version) is None:
                self._unpack(archive, folder, version)
            try:
                found = self._read(version)  # a disk that cannot read it now is no fault of the release
            except _NO_LIST as error:
                self._remove(version)
                raise Corrupt("update_broken", version=version) from error
            remove_tree(self.staging)
        return found

    def sound(self, version: str) -> Staged | None:
        """None unless the version stands there whole, every file with its hash."""
        try:
            return self._read(version)
        except (*_NO_LIST, OSError):
            return None

    def _read(self, version: str) -> Staged:
        """Raises OSError where it is not there whole, or cannot be read; what is in `_NO_LIST` where its list lacks
        something.
        """
        folder = pointer.version_folder(self._data, version)
        found = manifest(folder)
        if found is None or found["version"] != version or not _as_listed(folder, found["files"]):
            raise OSError(errno.EIO, "not whole")
        return Staged(version, str(found["needs_runtime"]), str(found["schema"]))

    def quarantined(self, release: str) -> bool:
        return release in quarantined(self._data)

    def crashed(self, version: str) -> bool:
        """Whether its starts failed until it was given up: then only a person takes it again."""
        return version in crashed(self._data)

    def refuse(self, release: str, version: str) -> None:
        """Never take that release again, and let its files go."""
        with border():
            quarantine(self._data, release)
            remove_tree(self.staging)
            self._remove(version)

    def tidy(self, found: Pointer) -> None:
        """Let go of every version that the pointer does not name: none of them could be gone back to."""
        kept = {found.current, found.previous, found.trial}
        with border():
            versions = pointer.program_folder(self._data) / "versions"
            for folder in sorted(versions.iterdir()) if versions.is_dir() else ():
                if folder.name not in kept:
                    self._remove(folder.name)

    def _remove(self, version: str) -> None:
        folder = pointer.program_folder(self._data) / "versions" / version
        (folder / COMPLETE).unlink(missing_ok=True)  # first of all: half a version must not look like one
        remove_tree(folder)

    def _unpack(self, archive: Path, folder: Path, version: str) -> None:
        self._remove(version)
        folder.mkdir(parents=True)
        try:
            written = _extract(archive, folder)
            raw = _checked(folder, version, written)
            self._compile(folder)
            _sync_all(folder)
            replace_whole(folder / COMPLETE, hashlib.sha256(raw).hexdigest().encode() + b"\n")
        except _NONSENSE as error:
            remove_tree(folder)
            raise Corrupt("update_broken", version=version) from error
        except BaseException:
            with suppress(OSError):
                remove_tree(folder)
            raise


def _wanted(archive_bytes: int, database_bytes: int) -> int:
    return archive_bytes * (1 + UNPACKED_TIMES) + 3 * database_bytes + FLOOR_BYTES


def _extract(archive: Path, folder: Path) -> set[str]:
    """The names that were written. Only plain files, by names that stay inside, so many and so large.

    The archive's own ``complete`` is passed over: ours is written when all has been hashed.
    """
    written: dict[str, str] = {}
    left = BYTES_MOST
    with (
        zstd.open(archive, "rb", zstd_dict=_base()) as plain,
        tarfile.open(fileobj=cast("IO[bytes]", plain), mode="r|") as tar,
    ):
        for member in tar:
            path, data = folder / _inside(member), tar.extractfile(member)
            left -= member.size
            folded = member.name.lower()  # Windows would lay two of them into one file
            if left < 0 or len(written) >= FILES_MOST or data is None or folded in written:
                raise tarfile.TarError(member.name)
            if member.name == COMPLETE:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                while piece := data.read(CHUNK):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            written[folded] = member.name
    return set(written.values())


def _base() -> zstd.ZstdDict:
    """What updates are packed against (`installer/base.py`): beside the assets, or in an installed runtime."""
    beside = files("assets") / "base"
    folder = beside if beside.is_dir() else files("manfaz_base")
    return zstd.ZstdDict(zstd.decompress((folder / "app.base.zst").read_bytes()), is_raw=True)


def _inside(member: tarfile.TarInfo) -> PurePosixPath:
    """The member's path; raises TarError for what would leave the folder or is no plain file."""
    path = PurePosixPath(member.name)
    fine = str(path) == member.name and all(_PART.fullmatch(part) and not part.endswith(".") for part in path.parts)
    if not member.isreg() or not fine or not 0 < len(path.parts) <= _DEEPEST:
        raise tarfile.TarError(member.name)
    return path


def _checked(folder: Path, version: str, written: set[str]) -> bytes:
    """The version's list, which names exactly the files that were written. Raises Corrupt("update_broken")."""
    raw = (folder / MANIFEST).read_bytes()
    try:
        found = json.loads(raw)
        same = found["version"] == version and {*found["files"], MANIFEST} == written
        if same and _as_listed(folder, found["files"]):
            return raw
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise Corrupt("update_broken", version=version)


def _as_listed(folder: Path, files: dict[str, str]) -> bool:
    return all(_hash(folder / name) == told for name, told in files.items())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_all(folder: Path) -> None:
    for inside, _, _ in os.walk(folder):
        sync_folder(Path(inside))
    sync_folder(folder.parent)
    sync_folder(folder.parent.parent)
