"""What a backup says of itself: written by the counter, read at the centre when the machine is gone."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, Final

from protocol.clock import moment
from protocol.errors import Corrupt
from protocol.strict_json import BadJson, count, dumps, loads_object
from protocol.wire.sealed_key import SEALED_LEN

_PICTURE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`epoch`, `seq`: where the journal stood; `entries`: how many the copy holds; `schema`: its database's revision.

    `erased`: (epoch, seq) of the last entry when a citizen was last erased, (0, 0) for never. `sealed`: the database
    key, sealed to the centre. `pictures`: names of the files that its rows need.
    """

    device: str
    shop: str
    epoch: int
    seq: int
    entries: int
    schema: str
    program: str
    made_ms: int
    keyset: int
    sealed: bytes
    erased: tuple[int, int]
    pictures: tuple[str, ...]

    @property
    def name(self) -> str:
        """Of its folder: whose, and where the journal stood; the time is for people."""
        when = moment(self.made_ms).strftime("%Y%m%d-%H%M%S")
        return f"{self.device[:8]}-{self.epoch}-{self.seq}-{when}"

    @property
    def order(self) -> tuple[int, int, int]:
        return self.epoch, self.seq, self.made_ms

    def members(self) -> dict[str, Any]:
        return {
            "v": 1, "device": self.device, "shop": self.shop, "epoch": self.epoch, "seq": self.seq,
            "entries": self.entries, "schema": self.schema, "program": self.program, "made_ms": self.made_ms,
            "keyset": self.keyset, "sealed": self.sealed.hex(), "erased": list(self.erased),
            "pictures": list(self.pictures),
        }  # fmt: skip


def write_manifest(manifest: Manifest) -> bytes:
    return dumps(manifest.members())


def read_manifest(content: bytes) -> Manifest:
    """Raises Corrupt("backup_damaged")."""
    try:
        found = _read(loads_object(content))
    except (BadJson, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Corrupt("backup_damaged", found="backup.json") from error
    if len(found.sealed) != SEALED_LEN or not all(_PICTURE.fullmatch(name) for name in found.pictures):
        raise Corrupt("backup_damaged", found="backup.json")  # a name becomes a path
    return found


def _read(members: dict[str, Any]) -> Manifest:
    epoch, seq = members["erased"]
    return Manifest(
        device=str(uuid.UUID(members["device"])),
        shop=str(members["shop"]),
        epoch=count(members["epoch"]),
        seq=count(members["seq"]),
        entries=count(members["entries"]),
        schema=str(members["schema"]),
        program=str(members["program"]),
        made_ms=count(members["made_ms"]),
        keyset=count(members["keyset"]),
        sealed=bytes.fromhex(members["sealed"]),
        erased=(count(epoch), count(seq)),
        pictures=tuple(str(name) for name in members["pictures"]),
    )
