"""Which camera and which scanner take the pictures of citizens' papers at this counter, where it has several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kiosk.model.facts import Fact, record

Kind = Literal["camera", "scanner"]
NAME_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or a scanner. `id` is the system's; it may change with the plug it is in. `name` is for people, too."""

    kind: Kind
    id: str
    name: str


def chosen(kind: Kind) -> Fact[Device]:
    """The one that was chosen."""
    return record(f"picture_{kind}", Device)


def standing(chosen: Device | None, found: list[Device]) -> Device | None:
    """The chosen one among those that are there: by its id, else by its name alone; None: whichever comes first."""
    if chosen is None:
        return None
    same = [one for one in found if one.id == chosen.id] or [one for one in found if one.name == chosen.name]
    return same[0] if same else None
