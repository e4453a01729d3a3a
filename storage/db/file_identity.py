"""Whether what is open still has the name under which it was opened: by device, inode and number of names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

LOG: Final = "-wal"
Seen = tuple[int, int, int]
Stand = tuple[Seen, Seen]
_NONE: Final[Seen] = (0, 0, 0)
NOWHERE: Final[Stand] = (_NONE, _NONE)
_MOVABLE: Final = os.name != "nt"
"""Windows moves and deletes nothing that is open: a second name there could not be cured by a new file."""


class FileIdentity:
    """A database, its log and its folder. `close` comes after all connections: with it the system's locks go."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._paths = (str(database), f"{database}{LOG}")
        self._open: int | None = None  # held, so that no other file gets its inode's number
        self.leaving = False
        """Whether another file is to take the name: what is open has it no more, and is not written to."""
        self.take()

    def take(self) -> None:
        """What has the names now is ours. Raises OSError."""
        opened = os.open(self.database, os.O_RDONLY)
        self.close()
        self._open, self.leaving = opened, False
        self._mine = _of(os.fstat(opened))
        self._folder = _of(self.database.parent.stat())[:2]

    def stand(self) -> Stand:
        """What has the names of the database and its log. Raises OSError."""
        return NOWHERE if self.leaving else (_named(self._paths[0]), _named(self._paths[1]))

    def here(self) -> bool:
        """Whether the database has its name, and that one alone. Raises OSError."""
        return not self.leaving and _named(self._paths[0]) == self._mine

    def opened(self, stand: Stand) -> bool:
        """Whether that is our database, and a log, which each connection makes or finds."""
        return stand[0] == self._mine and stand[1] != _NONE

    def may_come_back(self) -> bool:
        """Whether it lies in a folder that was moved away. Raises OSError."""
        try:
            same = _of(self.database.parent.stat())[:2] == self._folder
        except FileNotFoundError:
            same = False
        return not same and self._open is not None and os.fstat(self._open).st_nlink > 0

    def close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            os.close(opened)


def _named(path: str) -> Seen:
    try:
        return _of(os.stat(path))  # noqa: PTH116 - twice as fast as a Path, and asked at each question
    except (FileNotFoundError, NotADirectoryError):
        return _NONE


def _of(found: os.stat_result) -> Seen:
    return found.st_dev, found.st_ino, found.st_nlink if _MOVABLE else 1
