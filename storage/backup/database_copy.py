"""A copy of the database that has been opened and read before anybody relies on it."""

from __future__ import annotations

import re
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from protocol.errors import KioskError, Unavailable
from starter.files import SECRET, taking_name
from storage.backup.backup_contents import check
from storage.db.engine import Database
from storage.faults import border

_SUFFIXES: Final = ("", "-wal", "-shm")
KEEP: Final = 2
KEEP_S: Final = 30 * 86_400


def before_upgrade(path: Path, key: bytes, version: str) -> Path:
    """`<database>.before-<version>`, verified; old ones go.

    Raises Unavailable("backup_failed"); then nothing may be changed.
    """
    copy = path.with_name(f"{path.name}.before-{version}")
    try:
        write(path, copy, key)
    except KioskError as error:
        raise Unavailable("backup_failed", reason=error.code) from error
    tidy(path, copy)
    return copy


def tidy(path: Path, verified: Path) -> list[Path]:
    """Remove old copies: they hold citizens, and a copy may not outlive its use. Returns those removed.

    The newest two stay, whatever is younger than 30 days, and `verified`, which has just been read whole: its time
    is taken for now, so that ages come from one clock. What cannot be removed waits for the next time.
    """
    copies = [(copy.stat().st_mtime, copy) for copy in _copies(path)]
    now = verified.stat().st_mtime
    newest = sorted(copies, reverse=True)[:KEEP]
    gone = [
        copy for moment, copy in copies if copy != verified and (moment, copy) not in newest and now - moment > KEEP_S
    ]
    for copy in gone:
        with suppress(OSError):
            _remove(copy)
    return [copy for copy in gone if not copy.exists()]


def forget(path: Path) -> None:
    """Remove every copy: the upgraded store was read whole and is sound, or it has just forgotten whom they still name.

    What cannot be removed waits for the next whole check. Raises OSError where the folder cannot be read.
    """
    for copy in _copies(path):
        with suppress(OSError):
            _remove(copy)


def _copies(path: Path) -> list[Path]:
    pattern = re.compile(re.escape(path.name) + r"\.before-[0-9]+")
    return [file for file in path.parent.iterdir() if pattern.fullmatch(file.name) and file.is_file()]


def write(path: Path, copy: Path, key: bytes) -> int:
    """Copy the database to `copy` under the same key; returns the number of journal entries found in the copy.

    A half copy never stands under the final name. Raises Unavailable, Corrupt.
    """
    with border(), closing(Database(path, key).existing()) as source:
        return write_from(source, copy, key)


def write_from(source: Any, copy: Path, key: bytes) -> int:
    """`write` what a connection is open on, whatever name that has by now."""
    with border(), taking_name(copy, SECRET) as part:
        try:
            source.execute("VACUUM INTO ?", (str(part),))
            return check(part, key)
        finally:
            for log in _SUFFIXES[1:]:
                part.with_name(part.name + log).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
