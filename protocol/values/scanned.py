"""What a scanner typed, made what it read. It types as a keyboard does, through whatever layout is on.

With an Arabic layout a Latin code comes out in Arabic letters; where each key lies is the
same on both, so that it can be taken back. Digits come out as they are or as Arabic ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from protocol.errors import Refused
from protocol.values import national_id
from protocol.values.arabic import fold_digits_only, strip_invisible

Kind = Literal["national_id", "receipt", "other"]
_LAM_ALEF: Final = ("\ufefb", "لا")
_KEYS: Final = str.maketrans("ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ", "qwertyuiop[]asdfghjkl;'zxcvnm,./`")
_QR: Final = re.compile(r"/r/[0-9a-f]{8}/[0-9]+/[0-9a-f]{16,}")
_BARS: Final = re.compile(r"[0-9]{18}(?:[0-9]{20})?")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner read. `text` is ASCII wherever the keyboard's layout could be taken back."""

    kind: Kind
    text: str


def fold_layout(typed: str) -> str:
    """The text of the keys that were pressed, whichever of the two layouts was on."""
    text = fold_digits_only(strip_invisible(typed)).strip()
    for written in _LAM_ALEF:
        text = text.replace(written, "b")
    return text.translate(_KEYS)


def through_arabic(typed: str) -> bool:
    """Whether the scanner typed through an Arabic layout: digits alone do not tell."""
    return any(ord(letter) in _KEYS or letter == _LAM_ALEF[0] for letter in strip_invisible(typed))


def read_scan(typed: str, today: date) -> Scan:
    """What it is: a national ID that can be one, a receipt of ours (its QR or its bars), or something else."""
    text = fold_layout(typed)
    if _QR.search(text) or _BARS.fullmatch(text):
        return Scan("receipt", text)
    try:
        return Scan("national_id", national_id.parse(national_id.compact(text), today).number)
    except Refused:
        return Scan("other", text)
