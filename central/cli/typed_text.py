"""Words that the staff type into a command, made fit to be kept, signed, and read on a counter's screen."""

from __future__ import annotations

from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean

NAME: Final = 80
WORDS: Final = 300
"""Characters: as long as a notice may be."""


def line(option: str, text: str, most: int = WORDS) -> str:
    """`text` on one line without what nobody sees. Raises Refused ``staff_text`` where nothing or too much is left."""
    kept = clean(text)
    if not 0 < len(kept) <= most:
        raise Refused("staff_text", option=option, most=most)
    return kept
