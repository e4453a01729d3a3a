"""The number of a receipt as people read it: its till's, and a running one: ``2-000231`` (docs/adr/0065).

It names an entry of a shop's till and proves nothing: that is what the code on the paper is for.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.values.arabic import clean, fold_digits_only

MOST_TILLS: Final = 9_999
EPOCH_STEP: Final = 10_000_000
"""Numbers of each epoch of a device: a new epoch counts its entries from one again."""
_DIGITS: Final = 6
# No till begins with 0, so that 010-12345678 stays a mobile; only that of the practice room is 0.
_FORM: Final = re.compile(r"(0|[1-9][0-9]{0,3}) ?[-‐-―−] ?([0-9]{1,15})")


def running(epoch: int, seq: int) -> int:
    """Which entry of its device it is, through all epochs."""
    return (epoch - 1) * EPOCH_STEP + seq


def entry_of(number: int) -> tuple[int, int] | None:
    """(epoch, seq) of a running number; None where no entry has it."""
    before, seq = divmod(number, EPOCH_STEP)
    return (before + 1, seq) if seq else None


def receipt_number(till: int, epoch: int, seq: int) -> str:
    """As it stands on the paper."""
    return f"{till}-{running(epoch, seq):0{_DIGITS}d}"


def read_number(text: str) -> tuple[int, int, int] | None:
    """(till, epoch, seq) of what was typed, in either script, with leading zeros or without; None for no number."""
    found = _FORM.fullmatch(fold_digits_only(clean(text)))
    entry = None if found is None else entry_of(int(found[2]))
    return None if found is None or entry is None else (int(found[1]), *entry)
