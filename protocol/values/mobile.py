"""Egyptian mobile numbers: eleven digits, 010, 011, 012 or 015.

The prefix is only a hint at the operator, because numbers can be carried over; so nothing is derived from it.
Stored national and ASCII (``01012345678``); errors never carry the number.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits

LENGTH: Final = 11
_SEPARATORS: Final = re.compile(r"[\s.()/_‐-―-]+")
_ABROAD: Final = re.compile(r"(?:\+|00)?20(?=1)")


def parse(text: str) -> str:
    """The national number in `text`: both digit scripts, separators ignored, +20, 0020 or 20 taken off.

    Raises Refused: ``mobile_digits``, ``mobile_length`` (with `found`), ``mobile_prefix``.
    """
    number = compact(text)
    if not re.fullmatch(r"[0-9]*", number):
        raise Refused("mobile_digits")
    if len(number) != LENGTH:
        raise Refused("mobile_length", found=len(number))
    if not re.fullmatch(r"01[0125][0-9]{8}", number):
        raise Refused("mobile_prefix")
    return number


def compact(text: str) -> str:
    """`text` cleaned, digits folded, separators and the country code taken off. No check is made."""
    number = _SEPARATORS.sub("", fold_digits(clean(text)))
    abroad = _ABROAD.match(number)
    return f"0{number[abroad.end() :]}" if abroad else number


def grouped(number: str) -> str:
    """``010 1234 5678`` of a whole number; any other text comes back as it is."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == LENGTH else number
