"""The doctor's findings as both ends know them: the number of each check, its id, and how grave a finding is."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from protocol.texts import Language, say

CHECKS: Final = {
    1: "system",
    2: "files",
    3: "second_copy",
    4: "sqlite",
    5: "previous",
    6: "disk_free",
    7: "folder_place",
    8: "disk_write",
    9: "rights",
    10: "holders",
    11: "opens",
    12: "chain",
    13: "rolled_back",
    14: "newer",
    15: "wal",
    16: "keystore",
    17: "sign_in",
    18: "recovery",
    19: "clock_behind",
    20: "skew",
    21: "zone",
    22: "link",
    23: "portal",
    24: "foreign",
    25: "centre_silent",
    26: "identity",
    27: "lease",
    28: "fingerprint",
    29: "trusted_keys",
    30: "people",
    31: "unsent",
    32: "unsent_money",
    33: "to_correct",
    34: "catalogue",
    35: "printer",
    36: "print_queue",
    37: "scanner",
    38: "at_rest",
    39: "backup",
    40: "update",
    41: "day_open",
}
"""The id of each check by the number that people quote on the telephone."""
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
