"""Whom a support file is for, beside the store, should that not open. Nothing in it is secret."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from starter.files import replace_whole

NAME: Final = "support-contact"
_MOST: Final = 4096


@dataclass(frozen=True, slots=True)
class Contact:
    """The device that a support file is of, and the key it is sealed to. `device` and `seal` (the centre's X25519 key)
    are in hex.
    """

    device: str
    epoch: int
    seal: str


def keep(folder: Path, contact: Contact) -> None:
    """Write it where it is not there yet. Raises OSError."""
    data = json.dumps(asdict(contact)).encode()
    file = folder / NAME
    if not file.exists() or file.read_bytes() != data:
        replace_whole(file, data)


def read(folder: Path) -> Contact | None:
    """None where there is none, or it is not one."""
    try:
        with (folder / NAME).open("rb") as file:
            kept = json.loads(file.read(_MOST))
        sound = len(bytes.fromhex(kept["device"])) == 16 and len(bytes.fromhex(kept["seal"])) == 32
        return Contact(kept["device"], int(kept["epoch"]), kept["seal"]) if sound else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
