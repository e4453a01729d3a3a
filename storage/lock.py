"""One program at a time on one folder. The lock is the system's, on a file held open: a killed process leaves none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from kiosk.errors import Refused, Unavailable

NAME: Final = "manfaz.lock"

# An `if` on sys.platform, and not a try around an import: type checkers then read the half that is meant.
if sys.platform == "win32":  # pragma: no cover - CI has no Windows
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        # flock, not lockf: a POSIX lock is lost when anything else in the process closes the same file.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held from its making to `release` or the end of the process, however it ends.

    Raises Refused("already_running") while somebody else holds it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise Unavailable("folder_unusable", reason=error.strerror) from error
        try:
            _take(handle)
        except OSError as error:
            os.close(handle)
            raise Refused("already_running") from error
        self._handle: int | None = handle

    def release(self) -> None:
        """Give it up; once more does nothing. The file stays: to delete it would let two hold two."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
