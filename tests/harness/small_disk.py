"""A small disk that is full from a moment on: a file system of its own, or a folder that calls are refused in.

A tmpfs where one may be mounted. Elsewhere a folder whose calls go through `small_disk.c`, preloaded: what takes room
there is refused as the system refuses it. That one is the stricter: it has no room for new names either, and what is
removed gives none back.
"""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocol.override import override

WAY: Final = "SMALL_DISK_WAY"
"""What `small_disk` is inside `run_with_small_disks`: one of the two below."""
MOUNTED: Final = "mounted"
PRELOADED: Final = "preloaded"
SIZE: Final = "24m"
FILLER: Final = "filler"
PLENTY: Final = 10**9
_TMPFS: Final = ("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "small")
_TWO: Final = struct.Struct("@ll")


@dataclass(frozen=True)
class SmallDisk(ABC):
    folder: Path

    @abstractmethod
    def is_filled(self) -> bool:
        """Whether `fill` was called since the last `empty`."""

    @abstractmethod
    def fill(self) -> None:
        """Until nothing is left."""

    @abstractmethod
    def empty(self) -> None:
        """There is room again."""


class MountedDisk(SmallDisk):
    @override
    def is_filled(self) -> bool:
        return (self.folder / FILLER).exists()

    @override
    def fill(self) -> None:
        with (self.folder / FILLER).open("ab") as file:
            left = os.statvfs(self.folder)
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), file.tell(), left.f_bavail * left.f_frsize)

    @override
    def empty(self) -> None:
        (self.folder / FILLER).unlink(missing_ok=True)


@dataclass(frozen=True)
class PreloadedDisk(SmallDisk):
    """For what has `variables` in its environment and the library preloaded; `room` is the file that they count in."""

    room: Path

    def leave(self, *, files: int = PLENTY, pages: int = PLENTY) -> None:
        """Room for so many more."""
        self.room.write_bytes(_TWO.pack(files, pages) + bytes(_TWO.size))

    def variables(self) -> dict[str, str]:
        return {"SMALL_DISK": str(self.folder), "SMALL_DISK_ROOM": str(self.room)}

    @override
    def is_filled(self) -> bool:
        return not any(_TWO.unpack_from(self.room.read_bytes()))

    @override
    def fill(self) -> None:
        with self.room.open("r+b") as file:  # what was taken is not written: others count there at this moment
            file.write(_TWO.pack(0, 0))

    @override
    def empty(self) -> None:
        self.leave()


def library(room: Path) -> Path:
    """Made anew, in `room`."""
    made = room / "small_disk.so"
    subprocess.run(["tcc", "-shared", "-nostdlib", "-o", made, Path(__file__).with_suffix(".c")], check=True)
    return made


def preloaded(room: Path) -> dict[str, str]:
    """What a process needs in its environment so that `small_disk` is a preloaded one."""
    return {WAY: PRELOADED, "LD_PRELOAD": str(library(room))}


def run_with_small_disks(command: list[str], environment: Mapping[str, str]) -> int:
    """The exit code of `command`, in which `small_disk` works. Mounts are its own: they are gone with it.

    Whoever is not root may have them all the same; whether they may be had is tried.
    """
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    apart = ["unshare", "--mount", *as_root]
    with tempfile.TemporaryDirectory(prefix="small-disk-") as room:
        tried = subprocess.run([*apart, *_TMPFS, room], capture_output=True, check=False)
        if tried.returncode == 0:
            return subprocess.run([*apart, *command], env={**environment, WAY: MOUNTED}, check=False).returncode
        return subprocess.run(command, env={**environment, **preloaded(Path(room))}, check=False).returncode


@contextmanager
def small_disk(point: Path) -> Iterator[SmallDisk]:
    """A new one at `point`: what is full here is full nowhere else."""
    point.mkdir(parents=True)
    way = _mounted if os.environ[WAY] == MOUNTED else _preloaded
    with way(point.resolve()) as disk:
        yield disk


@contextmanager
def _mounted(point: Path) -> Iterator[SmallDisk]:
    subprocess.run([*_TMPFS, str(point)], check=True)
    try:
        yield MountedDisk(point)
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)


@contextmanager
def _preloaded(point: Path) -> Iterator[SmallDisk]:
    disk = PreloadedDisk(point, Path(f"{point}.room"))
    disk.empty()
    os.environ.update(disk.variables())
    try:
        yield disk
    finally:
        for name in disk.variables():
            del os.environ[name]
