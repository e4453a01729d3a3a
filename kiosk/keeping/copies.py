"""What a backup says of itself, and which backups stay.

A backup is a folder: the encrypted database, and ``backup.json`` written last. The pictures of all backups of one place
lie beside them, once each; whose keys are in the databases only. Backups are told apart by where the journal stood,
never by the clock alone, which may have said 2015.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from kiosk.clock import DAY_MS, business_date, moment
from kiosk.errors import Corrupt
from kiosk.keeping.sealed import SEALED_LEN
from kiosk.strict_json import BadJson, count, dumps, loads_object

DAILY: Final = 7
WEEKLY: Final = 4
LONGEST_MS: Final = 35 * DAY_MS
"""A copy names citizens: it may not outlive what the daily and weekly ones need, however seldom one is made."""
_PICTURE: Final = re.compile(r"[0-9a-f]{32}")
LEAST: Final = 2
"""So many stay whatever their age, for the clock that made them old may be wrong."""


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


def write(manifest: Manifest) -> bytes:
    return dumps(manifest.members())


def read(content: bytes) -> Manifest:
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


def to_go(copies: Iterable[Manifest], newest: Manifest) -> list[Manifest]:
    """Which of a device's copies are not needed any more, now that `newest` stands verified.

    Seven days and four weeks stay, each by its last copy. What still names a citizen whom `newest` has forgotten goes
    whatever its age; so does what is older than LONGEST_MS, but for the LEAST newest.
    """
    mine = sorted((one for one in copies if one.device == newest.device), key=lambda one: one.order, reverse=True)
    stay = {id(one) for one in [*_last_of_each(mine, _day)[:DAILY], *_last_of_each(mine, _week)[:WEEKLY]]}
    return [
        one
        for place, one in enumerate(mine)
        if one.name != newest.name
        and (
            (one.epoch, one.seq) < newest.erased
            or id(one) not in stay
            or (place >= LEAST and newest.made_ms - one.made_ms > LONGEST_MS)
        )
    ]


def _last_of_each(copies: Sequence[Manifest], part: Any) -> list[Manifest]:
    """The newest of each part of time, the newest part first."""
    found: dict[object, Manifest] = {}
    for one in copies:
        found.setdefault(part(one), one)
    return list(found.values())


def _day(one: Manifest) -> object:
    return business_date(one.made_ms)


def _week(one: Manifest) -> object:
    """By its Saturday, with which the week begins."""
    day = business_date(one.made_ms)
    return day - timedelta(days=(day.weekday() + 2) % 7)
