"""Locks: the system's, on a file held open. A killed process leaves none, and no child inherits it.

``DATA/program/lock`` lets one of installer, updater, starter of a trial and restore at work at a time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from starter.pointer import program_folder

NAME: Final = "lock"

# An `if` on sys.platform, and not a try around an import: type checkers then read the half that is meant.
if sys.platform == "win32":  # pragma: no cover - CI has no Windows
    import msvcrt

    def take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def take(handle: int) -> None:
        """Raises OSError where somebody has it. flock, not lockf: a POSIX lock is lost when anything else in the
        process closes the same file.
        """
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Busy(Exception):
    """Somebody else holds it."""


class FileLock:
    """The lock of a file, held from its making to `release` or the end of the process. Raises Busy, OSError."""

    def __init__(self, file: Path) -> None:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            take(handle)
        except OSError as error:
            os.close(handle)
            raise Busy from error
        self.handle: int | None = handle

    def release(self) -> None:
        """Give it up; once more does nothing. The file stays: to delete it would let two hold two."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class ProgramLock(FileLock):
    """Whoever holds it is at work on the versions of `data`."""

    def __init__(self, data: Path) -> None:
        folder = program_folder(data)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder / NAME)
