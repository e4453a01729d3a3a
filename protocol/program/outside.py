"""Files outside the data folder: what people name at a terminal, and what lies on sticks.

Through no link, never a pipe or a device, bounded; written whole or not at all, and on the disk afterwards
(`starter.files`). The counter and the centre read and write them by this module, with the reason where that fails.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from protocol.errors import Refused
from protocol.program.os_errors import translating
from starter import files
from starter.files import READABLE

MOST: Final = 64 << 20
"""Bytes: more than any file has that people hand in, but those for which more is said."""


def read(path: Path, most: int = MOST) -> bytes:
    """All of it. Raises Refused ``file_endless`` where that is more than `most` bytes, Unavailable ``file_away``."""
    with translating(path):
        content = files.read_regular(files.plain(path), most + 1)
    if len(content) > most:
        raise Refused("file_endless", file=str(path), mb=max(1, most >> 20))
    return content


def named(folder: Path, suffix: str) -> list[Path]:
    """What in the folder ends so, by name. Raises Unavailable ``file_away``."""
    with translating(folder):
        return sorted(path for path in files.plain(folder).iterdir() if path.suffix == suffix)


def write(path: Path, content: bytes, mode: int = READABLE) -> None:
    """`path` holds `content`, or what it held before. Raises Unavailable ``disk_no_room``, ``file_away``."""
    with translating(path):
        files.replace_whole(files.plain(path), content, mode)


def copy(source: Path, path: Path, step: Callable[[int], object] = int) -> None:
    """`path` is what `source` is, or what it was before. Raises as `write`."""
    with translating(path):
        files.copy_regular(files.plain(source), files.plain(path), step)


def make_folder(folder: Path, mode: int = 0o777) -> Path:
    """Raises Unavailable ``file_away``."""
    with translating(folder):
        return files.make_folder(folder, mode)
