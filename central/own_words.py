"""What people of the staff type in their own words: it may not hold what names a citizen.

Reasons, notes and names are read by many and kept for ever. All forms of the console and all commands pass here.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean

_BETWEEN: Final = r"[\s.,:;()/\\|_+*‐-―−٫٬،-]{0,3}"
_DIGITS: Final = re.compile(rf"(?:[0-9]{_BETWEEN}){{14}}")
"""As a national ID: fourteen digits, however they are parted."""
_MOBILE: Final = re.compile(
    rf"(?<![0-9])(?:\+|00)?(?:2{_BETWEEN})?0?{_BETWEEN}1{_BETWEEN}[0125](?:{_BETWEEN}[0-9]){{8}}(?![0-9])"
)


def checked(text: str) -> str:
    """`text`. Raises Refused ``names_citizen`` where it holds a national ID or an Egyptian mobile number."""
    digits = re.sub(r"\d", lambda one: str(int(one[0])), clean(text))
    if _DIGITS.search(digits) or _MOBILE.search(digits):
        raise Refused("names_citizen")
    return text
