"""Car plates since 2008: up to three Arabic letters and up to four digits.

Letters are stored as separate code points without spaces, normalised (أ→ا, ي→ى, ة and هـ→ه); they are shown with
spaces between them, digits after. The list of letters in use and "no zero" rest on thin sources: they warn, they
do not block. Older and special plates exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits, looks_arabic

USUAL_LETTERS: Final = frozenset("ابجدرسصطعفقلمنهوىتح")
_FOLDS: Final = str.maketrans("أإآٱيیةک", "ااااىىهك", "ـ")
_SEPARATORS: Final = re.compile(r"[\s./|_‐-―-]+")
_PLATE: Final = re.compile(r"([^0-9]*)([0-9]*)")
_REVERSED: Final = re.compile(r"([0-9]+)([^0-9]+)")


@dataclass(frozen=True, slots=True)
class Plate:
    """Letters first, digits after, both as stored."""

    letters: str
    digits: str

    @property
    def stored(self) -> str:
        """``سمط1234``: what is kept and sent."""
        return self.letters + self.digits

    @property
    def shown(self) -> str:
        """``س م ط 1234``: spaces keep the letters from joining."""
        return f"{' '.join(self.letters)} {self.digits}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what is unusual and yet possible: ``plate_letter``, ``plate_zero``, ``plate_short``."""
        doubts = {
            "plate_letter": not set(self.letters) <= USUAL_LETTERS,
            "plate_zero": "0" in self.digits,
            "plate_short": len(self.digits) < 3,
        }
        return tuple(code for code, doubtful in doubts.items() if doubtful)


def parse(text: str) -> Plate:
    """The plate in `text`: letters then digits or the other way round, spaces, dashes and both digit scripts allowed.

    Raises Refused: ``plate_form`` (letters and digits are mixed, or one is missing), ``plate_letters`` (not one to
    three Arabic letters), ``plate_digits`` (more than four).
    """
    plate = compact(text)
    match = _PLATE.fullmatch(plate)
    if not match or not match[1] or not match[2]:
        raise Refused("plate_form")
    if len(match[1]) > 3 or not match[1].isalpha() or not looks_arabic(match[1]):
        raise Refused("plate_letters")
    if len(match[2]) > 4:
        raise Refused("plate_digits")
    return Plate(match[1], match[2])


def compact(text: str) -> str:
    """`text` cleaned, folded, without separators, letters before digits where both are whole. No check is made."""
    plate = _SEPARATORS.sub("", fold_digits(clean(text)).translate(_FOLDS))
    turned = _REVERSED.fullmatch(plate)
    return turned[2] + turned[1] if turned else plate
