"""The code on a receipt: the beginning of its entry's hash, as letters that are told apart."""

from __future__ import annotations

from typing import Final

from protocol.values import ids

CODE_BYTES: Final = 10


def receipt_code(entry_hash: bytes) -> str:
    """``STGP-AFFW-1T4D-7S8R-c``: 16 Crockford characters of the hash's first 80 bits and a check character."""
    code = ids.crockford(entry_hash[:CODE_BYTES])
    return "-".join([code[i : i + 4] for i in range(0, 16, 4)] + [ids.check_char(code)])
