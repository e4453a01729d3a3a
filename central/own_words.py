"""Text that staff type may not contain a citizen's national ID or mobile number.

Many people read reasons, notes and names, and they are kept for ever. All forms and commands check their text here.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean

_BETWEEN: Final = r"[\s.,:;()/\\|_+*‐-―−٫٬،-]{0,3}"
_DIGITS: Final = re.compile(rf"(?:[0-9]{_BETWEEN}){{14}}")
"""A national ID: fourteen digits, with or without separators."""
_MOBILE: Final = re.compile(
    rf"(?<![0-9])(?:\+|00)?(?:2{_BETWEEN})?0?{_BETWEEN}1{_BETWEEN}[0125](?:{_BETWEEN}[0-9]){{8}}(?![0-9])"
)


def checked(text: str) -> str:
    """`text`. Raises Refused ``names_citizen`` where it contains a national ID or an Egyptian mobile number."""
    digits = re.sub(r"\d", lambda one: str(int(one[0])), clean(text))
    if _DIGITS.search(digits) or _MOBILE.search(digits):
        raise Refused("names_citizen")
    return text
