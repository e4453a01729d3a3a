"""Opening a counter's backup at the centre: its key is sealed anew for one machine, or proved to open.

The private half of the recovery key lies with the root, offline; what is opened here is held for that moment only.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from central.store import key_files
from central.store.device_models import Device, Entry
from central.store.interface import Session
from protocol.errors import Corrupt, Refused, malformed_as
from protocol.program import outside
from protocol.wire import sealing as sealed
from protocol.wire.backup_manifest import read_manifest

MANIFEST = "backup.json"
DATABASE = "kiosk.db"


@dataclass(frozen=True, slots=True)
class RecoveryRequest:
    """A machine's request for the key of a backup."""

    device: bytes
    epoch: int
    sealed: bytes
    machine: bytes

    @property
    def digest(self) -> str:
        """Of exactly this request, for two people to mean the same."""
        return hashlib.sha256(self.device + self.sealed + self.machine).hexdigest()


def read(content: bytes) -> RecoveryRequest:
    """Raises Corrupt("recovery_request")."""
    with malformed_as(Corrupt("recovery_request")):
        said = json.loads(content)
        device, machine = uuid.UUID(said["device"]).bytes, bytes.fromhex(said["machine"])
        asked = RecoveryRequest(device, int(said["epoch"]), bytes.fromhex(said["sealed"]), machine)
    if said.get("kind") != "manfaz-recovery" or len(machine) != sealed.KEY_LEN:
        raise Corrupt("recovery_request")
    return asked


def answer(asked: RecoveryRequest, root: Path) -> bytes:
    """The file that gives the asking machine, and nobody else, the key. Raises Refused ``root_missing``,
    Corrupt("recovery_key").
    """
    key = sealed.open_at_centre(asked.sealed, asked.device, asked.epoch, _private(root))
    made = sealed.seal_for_machine(key, asked.device, asked.sealed, asked.machine)
    return json.dumps({"v": 1, "kind": "manfaz-recovery-answer", "answer": made.hex()}).encode()


@dataclass(frozen=True, slots=True)
class Proved:
    """A backup that opened and was read whole; `ours`: its last entry is the one that the centre holds (None: not yet
    here).
    """

    device: bytes
    epoch: int
    seq: int
    entries: int
    ours: bool | None


def prove(folder: Path, root: Path, session: Session) -> Proved:
    """Open a backup with the recovery key and read all of it, on a copy.

    Raises Refused ``root_missing``, ``file_away``; Corrupt("recovery_key"), ("backup_damaged").
    """
    one = read_manifest(outside.read(folder / MANIFEST))
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place).resolve() / DATABASE
        outside.copy(folder / DATABASE, copy)
        key = sealed.open_at_centre(one.sealed, uuid.UUID(one.device).bytes, one.epoch, _private(root))
        entries, last = _read_whole(copy, key, one.epoch, one.seq)
    if entries != one.entries:
        raise Corrupt("backup_damaged", found=DATABASE)
    device = uuid.UUID(one.device).bytes
    ours = session.get(Entry, device, one.epoch, one.seq)
    return Proved(device, one.epoch, one.seq, entries, None if ours is None else ours.hash == last)


def _read_whole(database: Path, key: bytes, epoch: int, seq: int) -> tuple[int, bytes | None]:
    try:
        with closing(dbapi2.connect(str(database), isolation_level=None)) as connection:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            _expect(connection, "cipher_integrity_check", [])
            _expect(connection, "integrity_check", [("ok",)])
            (entries,) = connection.execute("SELECT count(*) FROM journal").fetchone()
            row = connection.execute(
                "SELECT entry_hash FROM journal WHERE epoch = ? AND seq = ?", (epoch, seq)
            ).fetchone()
            return entries, row and row[0]
    except dbapi2.Error as error:
        raise Corrupt("backup_damaged", found=DATABASE) from error


def _expect(connection: Any, pragma: str, wanted: list[Any]) -> None:
    if connection.execute(f"PRAGMA {pragma}").fetchall() != wanted:
        raise Corrupt("backup_damaged", found=pragma)


def _private(root: Path) -> bytes:
    return bytes.fromhex(key_files.read_offline(root)["recovery"])


def refuse_unknown(session: Session, device: bytes) -> None:
    """Raises Refused ``no_device``: whoever asks is none of ours."""
    if session.get(Device, device) is None:
        raise Refused("no_device", device=str(uuid.UUID(bytes=device)))
