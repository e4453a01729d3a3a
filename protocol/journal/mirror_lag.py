"""How far the keystore's mirror may be behind the journal: beyond it no money is taken.

What a session holds up (a keystore that is stopped, locked, gone) hides no more than this from the next opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST: Final = 20
"""Entries with money in them that the keystore may not know of yet."""
MOST_S: Final = 60
"""Seconds since the first entry that it does not know of."""
"""Fact: how many guesses at PINs and codes there have ever been here, decimal. The mirror has it, too."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What the mirror lacks: entries with money in them, and the whole seconds since the first entry of any kind."""

    entries: int = 0
    seconds: int = 0

    def late(self, more: int = 0) -> bool:
        """Whether it is too far behind, once so many entries with money in them are added."""
        return self.entries + more > MOST or self.seconds >= MOST_S
