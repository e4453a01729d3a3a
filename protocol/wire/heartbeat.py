"""What both ends take from a heartbeat: the findings' severities and how many there may be."""

from __future__ import annotations

import re
from typing import Final

from protocol.doctor import NUMBERS

MOST_FINDINGS: Final = 40
DAY_OPEN: Final = NUMBERS["day_open"]
"""The doctor's check of a day that stays open; the centre tells somebody of it."""
_WORD: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
SEVERITIES: Final = ("stop", "warn", "note")
"""The gravest first."""


def word(value: object) -> str | None:
    """A word as health is told in; None for anything else, at both ends."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
