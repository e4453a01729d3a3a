"""Files that the staff hand in and take out (`kiosk.outside`), and what is wrong with one that was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.errors import Corrupt, Refused
from kiosk.outside import MOST, away, copy, make_folder, read, told, write
from starter.files import SECRET

__all__ = ["MOST", "SECRET", "away", "copy", "handed_in", "make_folder", "read", "told", "write"]

_OURS: Final = frozenset({"keys_unreadable", "database_damaged", "database_key"})
_PLAIN: Final = frozenset({"forged", "bad_json", "release_metadata"})
"""Codes whose words speak of the centre's own, and not of a file that somebody handed in."""


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
