"""The governorates as squares where they lie, drawn here: no map of others is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from central.console.shop_rows import ShopRow
from central.documents.governorates import code_of
from protocol.texts import Language
from protocol.values.national_id import governorates

_PLACES: Final = (
    "33 02 15 11 03 .. 34",
    ".. 18 16 12 13 19 ..",
    ".. .. 17 14 .. 04 35",
    ".. .. 21 01 .. .. ..",
    ".. 23 22 .. .. 31 ..",
    ".. .. 24 .. .. .. ..",
    "32 .. 25 .. .. .. ..",
    ".. .. 26 27 .. .. ..",
    ".. .. .. 29 .. .. ..",
    ".. .. .. 28 .. .. ..",
)
"""West to east, north to south, by the codes of the national ID."""


@dataclass(frozen=True, slots=True)
class Square:
    """A governorate: where it is drawn, what it is called, how many of its shops are silent, and its word in a list."""

    x: int
    y: int
    name: str
    area: str
    silent: int
    of: int

    @property
    def tone(self) -> str:
        return "act" if self.silent else "ok" if self.of else ""


def squares(rows: Sequence[ShopRow], language: Language) -> list[Square]:
    by_code: dict[str, list[ShopRow]] = {}
    for row in rows:
        by_code.setdefault(code_of(row.governorate), []).append(row)
    found = []
    for y, line in enumerate(_PLACES):
        for x, code in enumerate(line.split()):
            if code != "..":
                here = by_code.get(code, [])
                area = here[0].governorate if here else ""
                silent, name = sum(row.standing == "silent" for row in here), governorates()[code].name[language]
                found.append(Square(x * 100, y * 62, name, area, silent, len(here)))
    return found
