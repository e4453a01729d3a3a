"""A file for sheets and programs: no cell of it begins as a formula does, in whichever language the sheet counts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

MEDIA: Final = "text/csv; charset=utf-8"
_FORMULA: Final = re.compile(r"(^|;)(?=\s*[-=+@|%＝＋－＠]|\s*[\t\r\n])")
"""Wide ones count, too. Where a sheet's own language parts cells by semicolons, one begins behind each."""


def cell(text: str) -> str:
    """A text that no sheet takes for a formula."""
    return _FORMULA.sub(r"\1'", text)


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """With the mark by which sheets know that it is UTF-8."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(columns)
    for row in rows:
        sheet.writerow(map(cell, row))
    return b"\xef\xbb\xbf" + out.getvalue().encode()
