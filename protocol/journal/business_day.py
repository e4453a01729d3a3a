"""A business day in the journal: its date, and how many times that date was opened before."""

from __future__ import annotations

from typing import Any, NamedTuple


class DayKey(NamedTuple):
    """One opening of the till: its date (ISO), and the how-manieth of that date it is.

    A date that was closed by mistake is opened again; each opening has its own sums, close and papers (docs/adr/0013).
    """

    date: str
    number: int = 1

    @property
    def label(self) -> str:
        """As lists and papers name it: ``2026-11-25``, and ``2026-11-25 (2)`` for the second opening of that date."""
        return self.date if self.number == 1 else f"{self.date} ({self.number})"

    def members(self) -> dict[str, Any]:
        """As a journal body names it (docs/protocol.md, Entries)."""
        return {"date": self.date, **({} if self.number == 1 else {"day_number": self.number})}
