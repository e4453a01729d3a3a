"""Text as it is typed, pasted and scanned at an Egyptian counter, made fit to store, to compare and to show.

Both digit scripts are accepted everywhere and ASCII is stored. Invisible characters are
stripped before any length is counted: one pasted RLM cost a national ID its last digit.
Every function takes any string a program can hold, lone surrogates included, and does work that grows with its
length only: a heap of combining marks would make Unicode's own normalisation quadratic, so runs are cut.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_NUMBERS: Final = _DIGITS | {ord("٫"): ".", ord("٬"): None}
# Tab, line ends and their kin part words, so they become a space before the other controls vanish.
_SPACES: Final = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_INVISIBLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_ARABIC_LETTER: Final = re.compile(
    r"[\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    r"\u0750-\u077f\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufdfb\ufe70-\ufefc]"
)
_KEY_DROPS: Final = re.compile(r"[\u064b-\u065f\u0670\u0640\u0621]")
_KEY_FOLDS: Final = str.maketrans("أإآٱةىیکؤئ", "ااااهييكوي")
_JOINED: Final = ("عبد", "ابو")
_LONGEST_RUN: Final = 30  # combining marks on one letter; UAX #15, Stream-Safe Text Format

LRI: Final = "\u2066"
PDI: Final = "\u2069"


def fold_digits(text: str) -> str:
    """Arabic and Persian digits as ASCII, ``٫`` as ``.``, ``٬`` dropped."""
    return text if text.isascii() else text.translate(_NUMBERS)


def fold_digits_only(text: str) -> str:
    """Arabic and Persian digits as ASCII; separators stay as they were typed, for who must tell them apart."""
    return text.translate(_DIGITS)


def strip_invisible(text: str) -> str:
    """Without bidi controls, zero-width characters, BOM, NUL, other controls and lone surrogates.

    Controls that part words (tab, line ends) become a space. The answer can always be encoded as UTF-8.
    """
    return _INVISIBLE.sub("", _SPACES.sub(" ", text))


def clean(text: str) -> str:
    """The form in which text is stored: NFC, nothing invisible, single spaces, none at the ends. Idempotent."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = " ".join(strip_invisible(text).split())
    return _cut_runs(_normalise("NFC", visible))


def search_key(name: str) -> str:
    """What two spellings of one name have in common; stored beside the name, never instead of it.

    The rules (docs/sources.md): Lucene's Arabic normaliser, and ؤ→و, ئ→ي, ء dropped, عبد and أبو joined to the name
    that follows. Latin letters are casefolded, so one key serves names, services and keywords.
    """
    plain = _normalise("NFKC", strip_invisible(name)).casefold()
    folded = fold_digits(_KEY_DROPS.sub("", plain.translate(_KEY_FOLDS)))
    key = ""
    joined = True
    for word in folded.split():
        key += word if joined else f" {word}"
        joined = word in _JOINED
    return key


def isolate(text: str) -> str:
    """`text` between LRI and PDI, so that a number, code or date keeps its order in a right-to-left line.

    Controls inside are stripped first: a stray PDI would end the isolate early. For the screen and paper only.
    """
    return f"{LRI}{strip_invisible(text)}{PDI}"


def looks_arabic(text: str) -> bool:
    """Whether `text` has letters and all of them are Arabic: the keyboard was on the right layout."""
    letters = [character for character in text if character.isalpha() and character != "\u0640"]
    return bool(letters) and all(map(_ARABIC_LETTER.match, letters))


def _normalise(form: Literal["NFC", "NFKC"], text: str) -> str:
    return text if text.isascii() else unicodedata.normalize(form, _cut_runs(text))


def _cut_runs(text: str) -> str:
    """Without the marks that follow the thirtieth on one letter: nobody reads them, and sorting them is quadratic."""
    if len(text) <= _LONGEST_RUN or sum(map(bool, map(unicodedata.combining, text))) <= _LONGEST_RUN:
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _LONGEST_RUN:
            kept.append(character)
    return "".join(kept)


LONGEST_LINE: Final = 200
"""Characters of what a person types about money, why, to whom, under which number; a few lines of a receipt."""


def one_line(text: str) -> str:
    """`text` as it is kept; "" where nothing readable was typed."""
    return clean(" ".join(text.split()))[:LONGEST_LINE]
