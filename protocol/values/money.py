"""Money: integer piastres, named ``_pt``. 100 piastres make a pound (EGP).

No float ever holds an amount, and a typed amount that could be read two ways is refused rather than guessed: a
locale-aware box read 125.5 as 1255. How a difference is worded (عجز, زيادة) belongs to the
texts; a sign is never shown to a person, because right-to-left views move it.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits_only

MAX_PT: Final = 10_000_000_000
"""No amount is larger, typed or added up: a hundred million pounds. 900,000 of them can still be summed in a close."""
_LONGEST: Final = 32  # characters; more than any amount below MAX_PT takes with its separators
# An Arabic comma is what the comma key gives under the Arabic layout.
_COMMAS: Final = str.maketrans("،", ",")
_GROUP_MARKS: Final = str.maketrans("' ", "٬٬")
_NEGATIVE: Final = re.compile(r"[-−–(].*|.*[-−–)]")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:٬[0-9]{3})+|[0-9]+")
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def parse_pt(text: str) -> int:
    """Piastres of an amount in pounds as typed: both digit scripts, ``.`` ``,`` ``٫`` for decimals, groups of three.

    * ``٫`` is always the decimal mark; ``٬``, a space or an apostrophe always parts groups.
    * Of ``,`` and ``.`` together, the last is the decimal mark. One kind more than once parts groups.
    * One comma or dot alone is the decimal mark, unless exactly three digits follow: 1,250 can be read two ways.

    Raises Refused: ``money_empty``, ``money_form``, ``money_negative``, ``money_ambiguous``, ``money_decimals`` (more
    than two), ``money_too_large`` (above `MAX_PT`).
    """
    amount = fold_digits_only(clean(text)).translate(_COMMAS)
    if not amount:
        raise Refused("money_empty")
    if _NEGATIVE.fullmatch(amount):
        raise Refused("money_negative")
    if _AMBIGUOUS.fullmatch(amount):
        raise Refused("money_ambiguous")
    pounds, decimals = _split(amount.translate(_GROUP_MARKS))
    if not _GROUPED.fullmatch(pounds) or not re.fullmatch(r"[0-9]*", decimals):
        raise Refused("money_form")
    if len(decimals) > 2:
        raise Refused("money_decimals")
    return _within((pounds.replace("٬", "").lstrip("0") or "0") + decimals.ljust(2, "0"))


def readings_pt(text: str) -> tuple[int, ...]:
    """What an amount that is refused as ambiguous may mean, the larger first: 1,250 is 1250 pounds, or 1.25."""
    amount = fold_digits_only(clean(text)).translate(_COMMAS)
    if not _AMBIGUOUS.fullmatch(amount):
        return ()
    pounds, decimals = amount[:-4], amount[-3:]
    thousands = int(pounds + decimals) * 100
    return (thousands, int(pounds + decimals[:2])) if decimals.endswith("0") else (thousands,)


def _split(amount: str) -> tuple[str, str]:
    """Pounds with ``٬`` between their groups, and decimals."""
    if "٫" in amount:
        pounds, _, decimals = amount.partition("٫")
        return _grouped(pounds), decimals or "?"
    last = max(amount.rfind(","), amount.rfind("."))
    if last < 0:
        return amount, ""
    if amount.count(amount[last]) > 1:
        return _grouped(amount), ""
    return _grouped(amount[:last]), amount[last + 1 :] or "?"


def _grouped(pounds: str) -> str:
    """One kind of mark parts the groups; two kinds make no number, and the pattern will say so."""
    kinds = {mark for mark in ",.٬" if mark in pounds}
    return re.sub(r"[,.]", "٬", pounds) if len(kinds) <= 1 else "?"


def _within(digits: str) -> int:
    # The length first: int() of a long string is slow, and of a very long one an error.
    if len(digits) > _LONGEST or int(digits) > MAX_PT:
        raise Refused("money_too_large", limit_pt=MAX_PT)
    return int(digits)


def refuse_beyond(amount_pt: int, least_pt: int = 0) -> None:
    """Raises Refused("money_range") for an amount that nobody has."""
    if not least_pt <= amount_pt <= MAX_PT:
        raise Refused("money_range", limit_pt=MAX_PT)


def format_pt(pt: int, *, grouping: bool = True) -> str:
    """``"1,250.50"`` of 125050 piastres: ASCII, two decimals, commas between thousands unless `grouping` is off.

    A negative amount gets an ASCII minus: right for files, wrong for a screen. On a screen use
    `protocol.values.arabic.isolate`.
    """
    pounds, piastres = divmod(abs(pt), 100)
    sign = "-" if pt < 0 else ""
    return f"{sign}{pounds:,}.{piastres:02d}" if grouping else f"{sign}{pounds}.{piastres:02d}"


def vat_inside(fee_pt: int, rate_permille: int = 140) -> int:
    """Piastres of VAT contained in a fee, rounded half up: fee × 14 / 114 at 140 permille.

    Raises ValueError for a negative fee or rate: no caller can have one.
    """
    if fee_pt < 0 or rate_permille < 0:
        raise ValueError((fee_pt, rate_permille))
    whole = 1000 + rate_permille
    return (2 * fee_pt * rate_permille + whole) // (2 * whole)


def change(tendered_pt: int, due_pt: int) -> int:
    """Piastres to give back. Raises Refused ``cash_short`` with what is missing, formatted, when too little came."""
    if tendered_pt < due_pt:
        raise Refused("cash_short", missing=format_pt(due_pt - tendered_pt))
    return tendered_pt - due_pt
