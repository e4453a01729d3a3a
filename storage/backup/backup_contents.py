"""A backup as it lies on a disk: its parts by name, whether all of it can be read, and what is said where it cannot."""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.model.evidence_file import MAX_FILE
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.values.arabic import isolate
from protocol.wire.backup_manifest import Manifest, read_manifest
from protocol.wire.evidence_file import NONCE, bound_to
from starter.files import is_link, is_regular, read_regular
from storage.db import compiled, journal_check
from storage.db.engine import Database
from storage.disk.disk_space import MIB, is_full
from storage.disk.whole_files import Stopped
from storage.faults import border

MANIFEST: Final = "backup.json"
MANIFEST_BYTES: Final = 64 * MIB
"""More than one with a million pictures has."""
PICTURES: Final = "pictures"
SPARE_BYTES: Final = 16 * MIB
_TAG_LEN: Final = 16


def manifest_of(folder: Path) -> Manifest:
    """What a backup's folder says of itself. Raises Corrupt("backup_damaged"), Unavailable("backup_place")."""
    try:
        return read_manifest(read_regular(folder / MANIFEST, MANIFEST_BYTES))
    except OSError as error:
        raise Unavailable("backup_place", place=isolate(str(folder))) from error


def manifest_in(folder: Path) -> Manifest | None:
    """What a backup says of itself; None where that is not to be read: then it is none."""
    with suppress(OSError, Corrupt):
        return read_manifest(read_regular(folder / MANIFEST, MANIFEST_BYTES))
    return None


def check(path: Path, key: bytes, go_on: journal_check.GoOn = journal_check.always) -> int:
    """Open a copy and read all of it: every page, the structure, the chain. Returns the number of entries."""
    with border(), closing(Database(path, key).writer()) as connection:
        with journal_check.broken_off_unless(go_on, connection):
            _expect(connection, "cipher_integrity_check", [])
            _expect(connection, "integrity_check", [("ok",)])
        return journal_check.check_all(connection, go_on)


def _expect(connection: Any, pragma: str, wanted: list[Any]) -> None:
    if connection.execute(f"PRAGMA {pragma}").fetchall() != wanted:
        raise Corrupt("backup_damaged", found=pragma)


def refuse_odd(folder: Path) -> None:
    """Raises Corrupt("backup_damaged") where a link or a pipe lies in a backup: SQLite would write through it."""
    for file in folder.iterdir() if folder.is_dir() and not is_link(folder) else (folder,):
        if not is_regular(file):
            raise Corrupt("backup_damaged", found=isolate(file.name))


def check_pictures(database: Path, key: bytes, folder: Path, names: tuple[str, ...]) -> None:
    """Open each. Raises Corrupt("backup_damaged")."""
    keys = picture_keys(database, key) if names else {}
    for name in names:
        if name not in keys:
            raise Corrupt("backup_damaged", found="pictures")
        open_picture(folder / name, *keys[name])


def rekey(database: Path, key: bytes, new: bytes) -> None:
    """Give a database that nobody has open another key."""
    with border(), closing(Database(database, key).writer()) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")


def picture_keys(database: Path, key: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Key and SHA-256 of each picture that the copy names, by file."""
    with closing(Database(database, key).reader()) as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(compiled.EVIDENCE_KEYS)}


def open_picture(file: Path, key: bytes, sha256: bytes) -> None:
    """Raises Corrupt("backup_damaged") for one that its key does not open; it is gone then."""
    try:
        content = ChaCha20Poly1305(key).decrypt(NONCE, read_regular(file, MAX_FILE + _TAG_LEN), bound_to(sha256))
    except InvalidTag:
        content = b""
    if hashlib.sha256(content).digest() != sha256:
        file.unlink(missing_ok=True)
        raise Corrupt("backup_damaged", found="pictures")


def full(code: str, size: int, place: Path) -> Unavailable:
    """There is no room for `size` bytes of a database and what is beside it."""
    return Unavailable(code, need_mb=(size + SPARE_BYTES) // MIB, place=isolate(str(place)))


def fault_of(
    work: Literal["backup", "restore"], error: KioskError | Stopped, place: Path, size: int, room: Path
) -> KioskError:
    """What went wrong with a backup of `size` bytes in `place`, which is written into `room`: what to do about it."""
    if isinstance(error, Stopped):
        return Unavailable(f"{work}_stopped")
    if error.code == "disk_full" or (error.code == "store_failed" and is_full(room)):
        return full(f"{work}_full", size, room)
    if error.code.startswith(("backup_", "restore_")) or error.code == "recovery_key":
        return error
    if isinstance(error.__cause__, OSError) or error.values.get("reason") in ("io", "cannot_open"):
        return Unavailable(f"{work}_place", place=isolate(str(place)))
    return Unavailable("backup_broke", reason=error.code)
