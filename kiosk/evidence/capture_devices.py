"""Which camera and which scanner take the pictures of citizens' papers at this counter, where it has several."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["camera", "scanner"]
FACT: Final = {"camera": "picture_camera", "scanner": "picture_scanner"}
"""The fact that holds the one that was chosen, JSON {id, name}."""
NAME_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Device:
    """`id` is the system's; it may change when the device is plugged in elsewhere. `name` is for people, too."""

    kind: Kind
    id: str
    name: str


def write(device: Device) -> bytes:
    return json.dumps({"id": device.id, "name": device.name[:NAME_CHARS]}).encode()


def read(kind: Kind, kept: bytes | None) -> Device | None:
    """None where none was chosen."""
    if not kept:
        return None
    said = json.loads(kept)
    return Device(kind, str(said["id"]), str(said["name"]))


def standing(chosen: Device | None, found: list[Device]) -> Device | None:
    """The chosen one among those that are there: by its id, else by its name alone; None: whichever comes first."""
    if chosen is None:
        return None
    same = [one for one in found if one.id == chosen.id] or [one for one in found if one.name == chosen.name]
    return same[0] if same else None
