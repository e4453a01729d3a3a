"""Whose the data folder is. What an administrator's command has left in it shuts the shop's account out.

On Windows every file has the owner 0, and so nothing is found: rights come from the account's own folder there.
"""

from __future__ import annotations

import os
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
    """What in the folder is another account's, itself included."""
    wanted = uid(keeper(folder))
    for place, _folders, files in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in files)):
            with suppress(FileNotFoundError):  # somebody works here: files come and go
                if uid(path) != wanted:
                    yield path


def give_back(folder: Path) -> None:
    """Raises OSError for whoever may not: an administrator may."""
    found = keeper(folder).lstat()
    for path in list(strangers(folder)):
        os.chown(path, found.st_uid, found.st_gid, follow_symlinks=False)
