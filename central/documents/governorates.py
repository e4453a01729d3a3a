"""The governorates of shops and of grants: one word for each, whatever was typed, so that they compare."""

from __future__ import annotations

from functools import cache
from typing import Final

from protocol.texts import Language
from protocol.values.arabic import search_key
from protocol.values.national_id import governorates

_SHORT: Final = {
    "CAI": "01", "ALX": "02", "PTS": "03", "SUZ": "04", "DMT": "11", "DAM": "11", "DKH": "12", "DAK": "12", "SHR": "13",
    "SHQ": "13", "QLY": "14", "QAL": "14", "KFS": "15", "GHR": "16", "MNF": "17", "BHR": "18", "BEH": "18", "ISM": "19",
    "GIZ": "21", "BNS": "22", "FYM": "23", "FAY": "23", "MIN": "24", "MNY": "24", "AST": "25", "ASY": "25", "SHG": "26",
    "SOH": "26", "QEN": "27", "QNA": "27", "ASN": "28", "ASW": "28", "LXR": "29", "RED": "31", "WAD": "32", "NVL": "32",
    "MAT": "33", "MTR": "33", "NSI": "34", "SIN": "34", "SSI": "35", "JSN": "35",
}  # fmt: skip
"""How the ids of shops begin."""


@cache
def _known() -> dict[str, str]:
    """Every way to write a governorate, and its code."""
    codes = {code: code for code in governorates()} | _SHORT
    names = {search_key(said): code for code, one in governorates().items() for said in (one.name.ar, one.name.en)}
    return codes | names


def code_of(said: str) -> str:
    """The code of a governorate, however the settings of a shop write it; "" for none."""
    return _known().get(said) or _known().get(said.upper()) or _known().get(search_key(said), "")


def short(said: str) -> str:
    """As the ids of its shops begin; what is none of ours stays as it was said."""
    return shorts().get(code_of(said), said)


@cache
def shorts() -> dict[str, str]:
    """By each code the first of its short words."""
    return {code: word for word, code in reversed(_SHORT.items())}


def called(language: Language, said: str) -> str:
    """What it is called; as the settings write it where it is none of ours, a dash for none."""
    code = code_of(said)
    return governorates()[code].name[language] if code else said or "—"
