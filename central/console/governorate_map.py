"""The governorates as squares where they lie, drawn here: no map of others is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from central.console.shop_rows import ShopRow
from protocol.texts import Language
from protocol.values.arabic import search_key
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
_SHORT: Final = {
    "CAI": "01", "ALX": "02", "PTS": "03", "SUZ": "04", "DMT": "11", "DAM": "11", "DKH": "12", "DAK": "12", "SHR": "13",
    "SHQ": "13", "QLY": "14", "QAL": "14", "KFS": "15", "GHR": "16", "MNF": "17", "BHR": "18", "BEH": "18", "ISM": "19",
    "GIZ": "21", "BNS": "22", "FYM": "23", "FAY": "23", "MIN": "24", "MNY": "24", "AST": "25", "ASY": "25", "SHG": "26",
    "SOH": "26", "QEN": "27", "QNA": "27", "ASN": "28", "ASW": "28", "LXR": "29", "RED": "31", "WAD": "32", "NVL": "32",
    "MAT": "33", "MTR": "33", "NSI": "34", "SIN": "34", "SSI": "35", "JSN": "35",
}  # fmt: skip
"""How the ids of shops begin."""
WIDTH: Final = 100
HEIGHT: Final = 62


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


@cache
def _known() -> dict[str, str]:
    """Every way to write a governorate, and its code."""
    codes = {code: code for code in governorates()} | _SHORT
    names = {search_key(said): code for code, one in governorates().items() for said in (one.name.ar, one.name.en)}
    return codes | names


def code_of(said: str) -> str:
    """The code of a governorate, however the settings of a shop write it; "" for none."""
    return _known().get(said) or _known().get(said.upper()) or _known().get(search_key(said), "")


def governorate(language: Language, said: str) -> str:
    """What it is called; as the settings write it where it is none of ours, a dash for none."""
    code = code_of(said)
    return governorates()[code].name[language] if code else said or "—"


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
                found.append(Square(x * WIDTH, y * HEIGHT, name, area, silent, len(here)))
    return found
