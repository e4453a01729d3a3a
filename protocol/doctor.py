"""The doctor's findings as both ends know them: the number of each check, its id, and how grave a finding is."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from protocol.texts import Language, say

CHECKS: Final = dict(enumerate((
    "system", "files", "second_copy", "sqlite", "previous",
    "disk_free", "folder_place", "disk_write", "rights", "holders",
    "opens", "chain", "rolled_back", "newer", "wal",
    "keystore", "sign_in", "recovery", "clock_behind", "skew",
    "zone", "link", "portal", "foreign", "centre_silent",
    "identity", "lease", "fingerprint", "trusted_keys", "people",
    "unsent", "unsent_money", "to_correct", "catalogue", "printer",
    "print_queue", "scanner", "at_rest", "backup", "update",
    "day_open",
), 1))  # fmt: skip
"""The id of each check by the number that people quote on the telephone, five in a row; a new one comes last."""
NUMBERS: Final = {name: number for number, name in CHECKS.items()}


class Severity(IntEnum):
    """How grave: worth knowing, to be mended soon, no new fee entries until it is mended."""

    NOTE = 1
    WARN = 2
    STOP = 3

    @property
    def word(self) -> str:
        return self.name.lower()


BY_WORD: Final = {severity.word: severity for severity in Severity}


def title(number: int, language: Language) -> str:
    """The check in two or three words. Raises KeyError for a number that no check has."""
    return say(language, f"doctor.{CHECKS[number]}.title")


MOST_FINDINGS: Final = 40
DAY_OPEN: Final = NUMBERS["day_open"]
"""The doctor's check of a day that stays open; the centre tells somebody of it."""
_WORD: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
SEVERITIES: Final = ("stop", "warn", "note")
"""The gravest first."""


def word(value: object) -> str | None:
    """A word as health is told in; None for anything else, at both ends."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
