"""What a backup says of itself: written by the counter, read at the centre when the machine is gone."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Annotated, Any, Final

from protocol import members
from protocol.clock import moment
from protocol.errors import Corrupt, malformed_as
from protocol.members import Codec, Hex
from protocol.strict_json import BadJson, count, dumps, loads_object
from protocol.wire.sealing import SEALED_LEN

_PICTURE: Final = re.compile(r"[0-9a-f]{32}")
_Uuid = Annotated[str, Codec(lambda text: str(uuid.UUID(text)))]


def _entry(said: Any) -> tuple[int, int]:
    epoch, seq = said
    return count(epoch), count(seq)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a backup. `epoch`, `seq`: where the journal stood; `entries`: how many the copy holds; `schema`:
    its database's revision.

    `erased`: (epoch, seq) of the last entry when a citizen was last erased, (0, 0) for never. `sealed`: the database
    key, sealed to the centre. `pictures`: names of the files that its rows need.
    """

    device: _Uuid
    shop: str
    till: int
    epoch: int
    seq: int
    entries: int
    schema: str
    program: str
    made_ms: int
    keyset: int
    sealed: Hex
    erased: Annotated[tuple[int, int], Codec(_entry, list)]
    pictures: tuple[str, ...]

    @property
    def name(self) -> str:
        """Of its folder: whose, and where the journal stood; the time is for people."""
        when = moment(self.made_ms).strftime("%Y%m%d-%H%M%S")
        return f"{self.device[:8]}-{self.epoch}-{self.seq}-{when}"

    @property
    def order(self) -> tuple[int, int, int]:
        return self.epoch, self.seq, self.made_ms


def write_manifest(manifest: Manifest) -> bytes:
    return dumps({"v": 1, **members.write(manifest)})


def read_manifest(content: bytes) -> Manifest:
    """Raises Corrupt("backup_damaged")."""
    with malformed_as(Corrupt("backup_damaged", found="backup.json"), BadJson):
        found = members.read(Manifest, loads_object(content))
    if len(found.sealed) != SEALED_LEN or not all(_PICTURE.fullmatch(name) for name in found.pictures):
        raise Corrupt("backup_damaged", found="backup.json")  # a name becomes a path
    return found
