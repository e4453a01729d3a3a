"""The one table: how fast each is, how many times as fast we are, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.figures import median

HEAD: Final = ("what", "records/s (least, most)", "ours is", "limit", "", "bytes up", "on disk", "verified")


@dataclass(frozen=True, slots=True)
class Row:
    """`rates` in records a second, one for each round; `up` in bytes for each record; limits as in `Contender`."""

    name: str
    rates: tuple[float, ...]
    up: float
    limit: float | None
    aim: float | None
    durable: str
    verifies: str

    @property
    def rate(self) -> float:
        return median(self.rates)


def ratio(ours: Row, other: Row) -> float:
    """How many times as fast we are, by the medians of both."""
    return ours.rate / other.rate


def missed(rows: Sequence[Row]) -> int:
    """How many of those that have a limit we do not reach; the first row is ours."""
    return sum(row.limit is not None and ratio(rows[0], row) < row.limit for row in rows[1:])


def table(rows: Sequence[Row]) -> str:
    """Lines of Markdown; the first row is ours."""
    cells = [HEAD, *(_cells(rows[0], row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _cells(ours: Row, row: Row) -> tuple[str, ...]:
    rates = f"{row.rate:,.0f} ({min(row.rates):,.0f}, {max(row.rates):,.0f})"
    times, limit, judged = "", "", ""
    if row.limit is not None:
        times = f"{ratio(ours, row):.2f} times"
        limit = f"≥ {row.limit:g}" + ("" if row.aim is None else f" (aim {row.aim:g})")
        judged = "MISSED" if missed((ours, row)) else "met"
    return row.name, rates, times, limit, judged, f"{row.up:,.0f}", row.durable, row.verifies
