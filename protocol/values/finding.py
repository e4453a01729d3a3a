"""What is typed or scanned into the search box: a day, a receipt's number or code, a national ID, a mobile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from protocol.errors import KioskError, Refused
from protocol.values import ids, mobile, national_id
from protocol.values.arabic import clean, fold_digits_only
from protocol.values.receipt_number import read_number, running

CODE_LETTERS: Final = 16
_QR: Final = re.compile(r"/r/([0-9a-f]{8})/([0-9]{1,10})/[0-9a-f]{64}(?:#[0-9]{20})?$")
_BARS: Final = re.compile(r"([0-9]{10})([0-9]{8,10})(?:[0-9]{20})?")
# A mobile with its country's code, whatever stands between: no till has the hundred epochs of such a number.
_ABROAD: Final = re.compile(r"20[^0-9]{1,3}1[0125][0-9]{8}")
_MAX_TEXT: Final = 300  # a QR's text is half of it; a whole page pasted by mistake is no question
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def day_in(text: str) -> tuple[str | None, str]:
    """The day in `text` (ISO) and what else is there. A day that no calendar has is left in the text."""
    words = fold_digits_only(clean(text)).split()
    for word in words:
        day = _day(word)
        if day is not None:
            return day, " ".join(other for other in words if other is not word)
    return None, text


def _day(word: str) -> str | None:
    if found := _DAY_FIRST.fullmatch(word):
        day, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(word):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class TypedPaper:
    """What people read off a paper: the till of this shop, and which of its entries."""

    till: int
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class ScannedPaper:
    """What a scanner reads off it: the first eight digits of the device, whosever it is, and the entry."""

    device8: str
    seq: int


def paper_of(text: str) -> TypedPaper | ScannedPaper | None:
    """The paper that a receipt's number, its QR text or the digits of its bars name.

    `text` is in lower case, its digits folded.
    """
    if (number := read_number(text)) and not _ABROAD.fullmatch(text):
        return TypedPaper(*number)
    if found := _QR.search(text):
        return ScannedPaper(found[1], int(found[2]))
    if (found := _BARS.fullmatch(text)) and int(found[1]) < 1 << 32:
        return ScannedPaper(f"{int(found[1]):08x}", int(found[2]))
    return None


def paper_code(text: str) -> str | None:
    """The 16 characters on the paper, typed with their check character or without."""
    try:
        code = ids.normalise_code(text)
        if len(code) == CODE_LETTERS + 1:
            code = ids.check_code(code, CODE_LETTERS)
        ids.crockford_decode(code)
    except KioskError:
        return None
    return code if len(code) == CODE_LETTERS and not code.isdecimal() else None


def asked(text: str) -> str:
    """What somebody looks for, cleaned; of more than anybody types only the beginning."""
    return fold_digits_only(clean(text[:_MAX_TEXT]))


def in_one_piece(text: str) -> str:
    """A national ID or a mobile that is written in groups, as the card and our own screens have it; else `text`."""
    number = national_id.compact(text)
    if len(number) == national_id.LENGTH and number.isascii() and number.isdecimal() and number[0] in "23":
        return number
    try:
        return mobile.parse(text)
    except Refused:
        return text


def held_out(text: str) -> dict[str, str]:
    """What a request can be found by at the centre: ``number``, ``code``, ``national_id`` or ``mobile``; {} for none.

    The centre keeps no names that it could search (docs/adr/0016). Raises Refused("shop_words").
    """
    said = asked(text)
    if not said:
        return {}
    match paper_of(said.lower()):
        case TypedPaper(till, epoch, seq) if till:
            return {"number": f"{till}-{running(epoch, seq)}"}
        case ScannedPaper(device8, seq) if seq:
            return {"number": f"{device8}-{seq}"}
    if code := paper_code(said):
        return {"code": code}
    for name, read in (("national_id", _whole_id), ("mobile", mobile.parse)):
        try:
            return {name: read(said)}
        except Refused:
            continue
    raise Refused("shop_words")


def _whole_id(text: str) -> str:
    """All digits of a national ID, whatever they say: it is only looked for. Raises Refused."""
    number = "".join(text.split())
    if len(number) != national_id.LENGTH or not number.isdecimal():
        raise Refused("shop_words")
    return number
