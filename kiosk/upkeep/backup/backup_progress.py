"""How far a backup has come; light, for the first picture waits for whatever a page imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["local", "second", "proof"]


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """What the page shows: whether one is under way, which, how far (`done` of `whole`, 0 of 0 before it is known)."""

    busy: bool = False
    what: What = "local"
    done: int = 0
    whole: int = 0
