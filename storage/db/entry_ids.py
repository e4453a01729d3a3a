"""An entry's one number, by which every table names it: `epoch << 32 | seq`. Unique, and the newest is the largest."""

from __future__ import annotations

from typing import Final

SEQ_BITS: Final = 32
SEQ_MASK: Final = (1 << SEQ_BITS) - 1


def entry_id(epoch: int, seq: int) -> int:
    """The rowid of an entry."""
    return epoch << SEQ_BITS | seq
