"""What a person types about money: why, to whom, under which number. One line, nothing invisible, not endless."""

from __future__ import annotations

from typing import Final

from protocol.values.arabic import clean

LONGEST: Final = 200
"""Characters; more than fits on a receipt in a few lines."""


def one_line(text: str) -> str:
    """`text` as it is kept; "" where nothing readable was typed."""
    return clean(" ".join(text.split()))[:LONGEST]
