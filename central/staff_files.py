"""Files that the staff hand in and take out, and what is wrong with one that was handed in.

Through no link, never a pipe or a device, bounded; written whole or not at all (`starter.files`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from protocol.errors import Corrupt, Refused
from protocol.program.os_errors import away, translating
from starter import files
from starter.files import READABLE, SECRET

__all__ = ["MOST", "SECRET", "away", "copy", "handed_in", "make_folder", "read", "translating", "write"]

_OURS: Final = frozenset({"keys_unreadable", "database_damaged", "database_key"})
_PLAIN: Final = frozenset({"forged", "bad_json", "release_metadata"})
"""Codes whose words speak of the centre's own, and not of a file that somebody handed in."""
MOST: Final = 64 << 20
"""Bytes: more than any file has that people hand in, but those for which more is said."""


def read(path: Path, most: int = MOST) -> bytes:
    """All of it. Raises Refused ``file_endless`` where that is more than `most` bytes, Unavailable ``file_away``."""
    with translating(path):
        content = files.read_regular(files.plain(path), most + 1)
    if len(content) > most:
        raise Refused("file_endless", file=str(path), mb=max(1, most >> 20))
    return content


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
