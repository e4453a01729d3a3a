"""Bodies and frames: the writer reads back what it is about to sign, and both ends judge the two together.

Whoever imports this module knows the classes of all types.
"""

from __future__ import annotations

from typing import Final

from protocol.journal import entries, entry_body, kj01, money_entries, personal, staff_entries
from protocol.strict_json import BadJson

read: Final = kj01.read_body
"""A frame is read as a body is: it begins with a salt of its own."""
entry: Final = entry_body.read
"""What the members of a body say, by its type."""


def fault(body: bytes, frame: bytes | None) -> str | None:
    """Why no reader takes this body with the frame beside it (docs/protocol.md): E_BODY, E_PERSONAL."""
    try:
        members = read(body)
    except BadJson:
        return "E_BODY"
    if "personal" not in members:
        return None if frame is None else "E_PERSONAL"
    return None if frame is not None and personal.matches(frame, members["personal"]) else "E_PERSONAL"


__all__ = ["BadJson", "entries", "entry", "fault", "money_entries", "read", "staff_entries"]
