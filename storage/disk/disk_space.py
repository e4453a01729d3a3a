"""Room on the disk: no new receipts when it runs short, and a ballast to throw off when it has run out.

The ballast is a file of real blocks. When SQLite finds the disk full it is released, so that acknowledgements,
exports and the close of the day still go through while somebody makes room.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from protocol.errors import Unavailable

MIB: Final = 1 << 20
BALLAST_BYTES: Final = 64 * MIB
FLOOR_BYTES: Final = 200 * MIB
NAME: Final = "ballast"
_CHUNK: Final = MIB


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def is_full(folder: Path) -> bool:
    """Whether that disk has no room for anything: SQLite calls some of its failed writes there a broken disk."""
    try:
        return free_bytes(folder) < MIB
    except OSError:
        return False  # it is gone


class DiskSpace:
    """The room in one folder; sizes and the measure can be given, so that tests stay small."""

    def __init__(
        self,
        folder: Path,
        *,
        ballast_bytes: int = BALLAST_BYTES,
        floor_bytes: int = FLOOR_BYTES,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._folder = folder
        self._ballast = folder / NAME
        self._ballast_bytes = ballast_bytes
        self._floor_bytes = floor_bytes
        self._free = free

    @property
    def has_ballast(self) -> bool:
        try:
            return self._ballast.stat().st_size == self._ballast_bytes
        except OSError:
            return False

    def refuse_when_short(self) -> None:
        """Raises Unavailable("disk_full") when less is free than a receipt may be taken with."""
        if self._free(self._folder) < self._floor_bytes:
            raise Unavailable("disk_full")

    def keep(self) -> bool:
        """Make the ballast if it is missing and there is room for it above the floor. Answers whether it is there."""
        if self.has_ballast:
            return True
        try:
            if self._free(self._folder) < self._floor_bytes + self._ballast_bytes:
                return False
            self._fill()
        except OSError:
            self.release()  # half a ballast would be taken for none for ever
            return False
        return True

    def release(self) -> None:
        """Throw it off; that there was none is no fault."""
        self._ballast.unlink(missing_ok=True)

    def _fill(self) -> None:
        with self._ballast.open("wb") as file:
            left = self._ballast_bytes
            while left:  # random, not zeros: a file system that packs would keep no blocks for zeros
                left -= file.write(os.urandom(min(_CHUNK, left)))
            file.flush()
            os.fsync(file.fileno())
