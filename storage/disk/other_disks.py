"""Where else the data folder may lie: the disks of this computer, and a link from the usual place to one of them.

A link of the system's own, so that whoever looks in the usual place (the starter, the doctor, the next version) finds
the data without knowing that they lie elsewhere.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.setup.setup_host import DiskRoom
from protocol.errors import Refused
from protocol.program.os_errors import away_as
from protocol.values.arabic import isolate
from starter.files import is_link
from storage.disk import data_folder as rules
from storage.disk.disk_space import MIB, free_bytes
from storage.disk.sticks import FIXED, drives

NAME: Final = "Manfaz"
MINE: Final = frozenset({"setup.state", "logs"})
"""What a first start may have left before there is a store."""
_LOCAL: Final = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "zfs", "bcachefs"})
"""Linux' own file systems: those of sticks know no owner, and a folder there would be everybody's."""
_STICKS: Final = ("/media", "/run/media")


def rooms(usual: Path) -> list[DiskRoom]:
    """The usual place first, then a folder on each other disk that this account may write to."""
    found = [usual, *(disk / NAME for disk in beside(usual))]
    return [DiskRoom(place, free_bytes(rules.nearest(place)) // MIB) for place in found]


def beside(usual: Path) -> list[Path]:
    """The other disks that stay in, as far as this account may write to them."""
    mine = _device(usual)
    return [disk for disk in _disks() if _device(disk) != mine and os.access(disk, os.W_OK)]


def lay(usual: Path, wanted: Path) -> Callable[[], None]:
    """Let the usual place be a link to `wanted`. What is returned undoes it, as long as nothing is in it.

    Raises Refused: folder_path, folder_begun (there is a store already), folder_remote, folder_synced;
    Unavailable("folder_unusable").
    """
    if not wanted.is_absolute():
        raise Refused("folder_path")
    if (usual / rules.DATABASE).exists():
        raise Refused("folder_begun", place=isolate(str(usual.resolve())))
    if wanted.resolve() == usual.resolve():
        return lambda: None
    with away_as("folder_unusable"):
        real = rules.prepare_folder(wanted)
        _clear(usual)
        usual.parent.mkdir(parents=True, exist_ok=True)
        _link(usual, real)

    def undo() -> None:
        with suppress(OSError):
            _unlink(usual)
        with suppress(OSError):
            real.rmdir()

    return undo


def _clear(usual: Path) -> None:
    """Nothing of anybody's goes: a folder with anything else in it stays, and the link is not made."""
    if is_link(usual):
        _unlink(usual)
    elif usual.is_dir() and {path.name for path in usual.iterdir()} <= MINE:
        shutil.rmtree(usual)


def _unlink(link: Path) -> None:
    if sys.platform == "win32":  # pragma: no cover - a junction is removed as the empty folder that it looks like
        link.rmdir()
    else:
        link.unlink()


def _link(usual: Path, real: Path) -> None:
    if sys.platform == "win32":  # pragma: no cover - a symbolic link would need an administrator
        import _winapi  # noqa: PLC0415 - Windows alone has it

        _winapi.CreateJunction(str(real), str(usual))
    else:
        usual.symlink_to(real, target_is_directory=True)


def _device(place: Path) -> int:
    return rules.nearest(place).stat().st_dev


def _disks() -> list[Path]:
    if sys.platform == "win32":  # pragma: no cover - CI has no Windows
        return drives(FIXED)
    mounted = ((one.point, one.kind) for one in rules.mounts())
    return [at for at, kind in mounted if kind in _LOCAL and not str(at).startswith(_STICKS) and at.is_dir()]
