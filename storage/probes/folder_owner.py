"""Whose the data folder is. What an administrator's command has left in it shuts the shop's account out.

On Windows every file has the owner 0, and so nothing is found: rights come from the account's own folder there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = 0


def uid(path: Path) -> int:
    return path.lstat().st_uid


def keeper(folder: Path) -> Path:
    """What says whose it is: the folder itself, or where root made it the first one above it that is not root's."""
    return next((place for place in (folder, *folder.parents) if uid(place) != ROOT), folder)


def strangers(folder: Path) -> Iterator[Path]:
    """What in the folder is another account's, itself included; nothing where all above it is root's as well: whose it
    should be is not known then.
    """
    wanted = uid(keeper(folder))
    if wanted == ROOT:
        return
    for path in _all(folder):
        with suppress(FileNotFoundError):  # somebody works here: files come and go
            if uid(path) != wanted:
                yield path


def _all(folder: Path) -> Iterator[Path]:
    """A folder is named by the one that holds it: its own account may not be let in."""
    yield folder
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *files))


def give_back(folder: Path) -> None:
    """Raises OSError for whoever may not: an administrator may.

    By the open folder and never through a link: whoever the folder belongs to could put one there meanwhile, and be
    given what lies behind it. For the same reason what has a second name elsewhere stays as it is.
    """
    strange = frozenset(strangers(folder))
    if not strange:
        return
    whose = keeper(folder).lstat()
    for place, folders, files, at in os.fwalk(folder):
        itself = (".",) if Path(place) == folder else ()
        for name in (*itself, *folders, *files):
            with suppress(FileNotFoundError):
                if Path(place, name) in strange and not _named_twice(name, at):
                    os.chown(name, whose.st_uid, whose.st_gid, dir_fd=at, follow_symlinks=False)


def _named_twice(name: str, at: int) -> bool:
    it = os.stat(name, dir_fd=at, follow_symlinks=False)
    return not stat.S_ISDIR(it.st_mode) and it.st_nlink > 1
