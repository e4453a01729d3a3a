"""A business day in the journal: its date, and how many times that date was opened before."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from protocol.clock import read_day
from protocol.members import Called, Codec

MAX_NUMBER: Final = 1_000
"""Nobody opens a date more often; a number beyond it is no number."""


def _number(value: object) -> int:
    if type(value) is not int or not 1 <= value <= MAX_NUMBER:
        raise ValueError("number")
    return value


def _date(value: object) -> str:
    return str(read_day(value))


class DayKey(NamedTuple):
    """One opening of the till: its date (ISO), and the how-manieth of that date it is.

    A date that was closed by mistake is opened again; each opening has its own sums, close and papers (docs/adr/0013).
    """

    date: Annotated[str, Codec(_date)]
    number: Annotated[int, Called("day_number"), Codec(_number)] = 1

    @property
    def label(self) -> str:
        """As lists and papers name it: ``2026-11-25``, and ``2026-11-25 (2)`` for the second opening of that date."""
        return self.date if self.number == 1 else f"{self.date} ({self.number})"
