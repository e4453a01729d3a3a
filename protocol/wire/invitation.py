"""What the centre gives a technician for one counter: its address, a slot, a one-time code; typed, scanned, in a file.

One line for all three ways, in small letters: a scanner types as a keyboard does, and through an Arabic layout only
the keys without Shift can be taken back (`protocol.values.scanned`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from protocol.errors import Refused
from protocol.values.scanned import fold_layout

FILE: Final = "manfaz-slot.txt"
_FORM: Final = re.compile(r"manfaz1 (https?://[a-z0-9.:\[\]/_-]{1,200}) ([0-9]{4}) ([0-9a-hj-km-np-tv-z]{11})")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where the centre is, the slot, and the one-time code."""

    centre: str
    slot: str
    code: str = field(repr=False)

    def text(self) -> str:
        """The line."""
        return f"manfaz1 {self.centre} {self.slot} {self.code}".lower()


def is_invitation(typed: str) -> bool:
    """Whether this is meant to be one, however it was typed."""
    return fold_layout(typed).lower().startswith("manfaz1")


def read_invitation(typed: str) -> Invitation:
    """Raises Refused("invitation_form")."""
    found = _FORM.fullmatch(" ".join(fold_layout(typed).lower().split()))
    if found is None:
        raise Refused("invitation_form")
    return Invitation(found[1], found[2], found[3].upper())
