"""Who stands behind an entry, and where what names a citizen stands (docs/protocol.md, Bodies and personal frames)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protocol.journal.entry_body import Name


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it, and the entry with which his session began; None where nobody did."""

    op: Name | None = None
    login: int | None = None


NOBODY: Final = Author("", 0)
"""Somebody at a locked screen."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who else agrees: another person and the entry of his PIN, or the entry in which the centre was asked."""

    op2: Name | None = None
    login2: int | None = None
    approval: int | None = None


@dataclass(frozen=True, slots=True)
class Personal:
    """The name of an entry's personal frame: its SHA-256 and its length."""

    sha256: str
    len: int
