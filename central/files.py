"""Files that the staff hand in and take out: read with the reason where they cannot be, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.errors import Corrupt, Refused, Unavailable
from kiosk.system_reason import NO_ROOM, system_reason
from starter.files import sync_folder

READABLE: Final = 0o666
SECRET: Final = 0o600
_OURS: Final = frozenset({"keys_unreadable", "database_damaged", "database_key"})
_PLAIN: Final = frozenset({"forged", "bad_json", "release_metadata"})
"""Codes whose words speak of the centre's own, and not of a file that somebody handed in."""


def away(error: OSError, path: Path) -> Unavailable:
    """Why `path` could be neither read nor written."""
    reason = system_reason(error)
    return Unavailable("disk_no_room" if reason in NO_ROOM else "file_away", path=str(path), reason=reason)


def read(path: Path, most: int = -1) -> bytes:
    """All of it, or its first `most` bytes. Raises Unavailable ``file_away``."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise away(error, path) from error


def write(path: Path, content: bytes, mode: int = READABLE) -> None:
    """`path` holds `content` on the disk, or what it held before. Raises Unavailable as `away`."""
    try:
        if path.exists() and not path.is_file():  # a terminal, a pipe: nothing that could be put in its place
            path.write_bytes(content)
            return
        _put(path.resolve(), content, mode)
    except OSError as error:
        raise away(error, path) from error


def _put(path: Path, content: bytes, mode: int) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def copy(source: Path, path: Path) -> None:
    """`path` is what `source` is, or what it was before. Raises Unavailable ``disk_no_room``, ``file_away``."""
    part = path.with_name(f"{path.name}.part")
    try:
        shutil.copyfile(source, part)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise away(error, path) from error


@contextmanager
def handed_in(path: Path) -> Iterator[None]:
    """What is wrong with `path` is refused: it is no damage of the centre's own, after which somebody would restore."""
    try:
        yield
    except Corrupt as error:
        if error.code in _OURS:
            raise
        if error.code in _PLAIN:
            raise Refused("file_foreign", path=str(path)) from error
        raise Refused(error.code, **error.values) from error
