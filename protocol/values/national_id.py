"""The Egyptian national ID number (الرقم القومي): 14 digits. The rules and their sources: docs/sources.md.

| digits | meaning | rule |
|---|---|---|
| 1 | century | 2 = 1900-1999, 3 = 2000-2099 |
| 2-7 | birth date, YYMMDD | a real calendar date, not after today |
| 8-9 | governorate of birth | ``assets/governorates.json``; 88 = born abroad; never the residence |
| 10-13 | serial of the day | the 13th odd = male, even = female |
| 14 | confirmation digit | its rule is not published: a doubt to ask about, never a reason to refuse |

No error here carries the number or a part of it: errors may be logged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values.arabic import clean, fold_digits

Sex = Literal["male", "female"]

LENGTH: Final = 14
BORN_ABROAD: Final = "88"
_CENTURIES: Final = {"2": 1900, "3": 2000}
_WEIGHTS: Final = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SEPARATORS: Final = re.compile(r"[\s./_‐-―-]+")


@dataclass(frozen=True, slots=True)
class Governorate:
    """A governorate as the number codes it; `plate_letter` is None where no source names it."""

    code: str
    name: Bilingual
    plate_letter: str | None


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number whose parts have been checked, and what it says of its holder."""

    number: str
    birth_date: date
    governorate: str
    sex: Sex

    def age(self, on: date) -> int:
        born = self.birth_date
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def parse(text: str, today: date) -> NationalId:
    """The number in `text`, typed in either digit script, spaces and dashes ignored.

    Raises Refused: ``nid_digits`` (something is no digit), ``nid_length`` (with `found`), ``nid_century``,
    ``nid_date`` (no such day; 1900 had no 29 February), ``nid_future``, ``nid_governorate``.
    """
    number = compact(text)
    if not re.fullmatch(r"[0-9]*", number):
        raise Refused("nid_digits")
    if len(number) != LENGTH:
        raise Refused("nid_length", found=len(number))
    born = _birth_date(number)
    if born > today:
        raise Refused("nid_future")
    if number[7:9] not in governorates():
        raise Refused("nid_governorate")
    return NationalId(number, born, number[7:9], sex_of(number))


def sex_of(number: str) -> Sex:
    """Of whoever has these 14 digits."""
    return "male" if int(number[12]) % 2 else "female"


def _birth_date(number: str) -> date:
    century = _CENTURIES.get(number[0])
    if century is None:
        raise Refused("nid_century")
    try:
        return date(century + int(number[1:3]), int(number[3:5]), int(number[5:7]))
    except ValueError:
        raise Refused("nid_date") from None


def check_digit_ok(number: str) -> bool:
    """Whether the last of 14 digits is the one the best-supported rule gives.

    Weights 2,7,6,5,4,3,2,7,6,5,4,3,2 over digits 1-13, k = 11 - sum mod 11, 10 → 0, 11 → 1. Sources disagree,
    so False means "read the card again", and the operator may go on; the override is logged.
    """
    k = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:13], strict=True)) % 11
    return int(number[13]) == {10: 0, 11: 1}.get(k, k)


def compact(text: str) -> str:
    """`text` cleaned, digits folded to ASCII, without spaces, dashes, dots and slashes. No check is made."""
    return _SEPARATORS.sub("", fold_digits(clean(text)))


def group(number: str) -> str:
    """``2 000101 01 00014`` of a whole number, to be read aloud from the card; any other text comes back as it is."""
    if len(number) != LENGTH:
        return number
    return f"{number[0]} {number[1:7]} {number[7:9]} {number[9:]}"


@cache
def governorates() -> Mapping[str, Governorate]:
    """The 28 codes of the number, by code. 88 is a place of birth, never an address."""
    table = json.loads((files("assets") / "governorates.json").read_text(encoding="utf-8"))
    return {
        row["code"]: Governorate(row["code"], Bilingual(row["ar"], row["en"]), row["plate_letter"])
        for row in table["governorates"]
    }
