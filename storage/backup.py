"""A copy of the database that has been opened and read before anybody relies on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kiosk.errors import KioskError, Unavailable
from storage import verify
from storage.engine import raw, writer_engine
from storage.faults import border

_SUFFIXES: Final = ("", "-wal", "-shm")


def before_upgrade(path: Path, key: bytes, version: str) -> Path:
    """`<database>.before-<version>`, verified. Raises Unavailable("backup_failed"); then nothing may be changed."""
    copy = path.with_name(f"{path.name}.before-{version}")
    try:
        write(path, copy, key)
    except KioskError as error:
        raise Unavailable("backup_failed", reason=error.code) from error
    return copy


def write(path: Path, copy: Path, key: bytes) -> int:
    """Copy the database to `copy` under the same key; returns the number of journal entries found in the copy.

    A half copy never stands under the final name. Raises Unavailable, Corrupt.
    """
    part = copy.with_name(f"{copy.name}.part")
    _remove(part)
    try:
        with border():
            source = raw(writer_engine(path, key))
            try:
                source.execute("VACUUM INTO ?", (str(part),))
            finally:
                source.close()
            entries = check(part, key)
            part.replace(copy)
    finally:
        _remove(part)
    return entries


def check(path: Path, key: bytes) -> int:
    """Open a copy and read all of it: pages, structure, chain. Returns the number of journal entries."""
    with border():
        connection = raw(writer_engine(path, key))
        try:
            _expect(connection, "cipher_integrity_check", [])
            _expect(connection, "integrity_check", [("ok",)])
            return verify.check_all(connection)
        finally:
            connection.close()


def _expect(connection: Any, pragma: str, wanted: list[Any]) -> None:
    found = connection.execute(f"PRAGMA {pragma}").fetchall()
    if found != wanted:
        raise Unavailable("store_failed", reason=f"{pragma}: {len(found)}")


def _remove(path: Path) -> None:
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
