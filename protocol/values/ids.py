"""Identifiers and codes that people read aloud. Pure: time and randomness are handed in.

Codes use Crockford's base 32, which has no I, L, O or U. Its own check symbol (mod 37) needs five signs that are
not letters or digits, so ours is computed in the field of 32 elements and is one of the same 32 characters.
"""

from __future__ import annotations

import base64
import re
import uuid
from typing import Final

from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS: Final = 10
"""Of a code that the centre makes for one use, without its check character."""
SLOT: Final = re.compile(r"[0-9]{4}")
SLOT_CODE: Final = re.compile(f"[{ALPHABET}]{{{CODE_CHARS + 1}}}")
_FROM_RFC_4648: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_NORMAL: Final = re.compile(f"[{ALPHABET}]*")
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = re.compile(r"[\s_‐-―-]+")
_FIELD: Final = 0b100101  # x⁵ + x² + 1, primitive over GF(2)
_RANDOM_BITS: Final = 74


def uuid7(clock_ms: int, random16: bytes) -> uuid.UUID:
    """A version 7 UUID (RFC 9562 §5.7) of Unix milliseconds and sixteen random bytes, of which 74 bits are used.

    Raises ValueError for another number of bytes or a time outside 48 bits.
    """
    if len(random16) != 16 or not 0 <= clock_ms < 1 << 48:
        raise ValueError((clock_ms, len(random16)))
    ordered = clock_ms << _RANDOM_BITS | int.from_bytes(random16, "big") >> (128 - _RANDOM_BITS)
    rest = ordered & (1 << _RANDOM_BITS) - 1
    high = ordered >> _RANDOM_BITS << 16 | 7 << 12 | rest >> 62
    return uuid.UUID(int=high << 64 | 0b10 << 62 | rest & (1 << 62) - 1)


def crockford(data: bytes) -> str:
    """`data` in Crockford's base 32, zero bits added at the end: ten bytes make sixteen characters."""
    return base64.b32encode(data).rstrip(b"=").translate(_FROM_RFC_4648).decode()


def crockford_decode(text: str) -> bytes:
    """The bytes of `crockford`; `text` is normalised first.

    Raises Refused ``code_letter`` for a character outside the alphabet, ``code_form`` where the left-over bits are
    not zero, so that one code has one spelling.
    """
    values = _values(normalise_code(text))
    number = 0
    for value in values:
        number = number << 5 | value
    length, left = divmod(len(values) * 5, 8)
    if left >= 5 or number & (1 << left) - 1:
        raise Refused("code_form")
    return (number >> left).to_bytes(length, "big")


def check_char(text: str) -> str:
    """The check character of a code of 1 to 30 characters.

    c = Σ dᵢ·αⁿ⁻ⁱ⁺¹ in GF(2⁵), α a root of x⁵+x²+1, n the length. Multiplication by a non-zero element is one-to-one,
    and α has order 31, so all weights differ, the check's own weight 1 included. Every single substitution and
    every exchange of two characters, adjacent or not, is therefore caught; one in 32 of all other errors is not.

    Raises Refused ``code_letter``, ``code_length`` (outside 1 to 30).
    """
    code = normalise_code(text)
    if not 1 <= len(code) <= 30:
        raise Refused("code_length", found=len(code), want="1-30")
    check = 0
    for value in _values(code):
        check = (check ^ value) << 1
        check ^= _FIELD if check & 0b100000 else 0
    return ALPHABET[check]


def check_code(text: str, length: int) -> str:
    """The code without its check character, normalised: `length` characters and one more were expected.

    Raises Refused ``code_length`` (with `found` and `want`), ``code_letter``, ``code_check`` (mistyped).
    """
    code = normalise_code(text)
    if len(code) != length + 1:
        raise Refused("code_length", found=len(code), want=str(length + 1))
    if check_char(code[:-1]) != ALPHABET[_values(code)[-1]]:
        raise Refused("code_check")
    return code[:-1]


def new_code(random: bytes) -> str:
    """A code for one use with its check character; each byte of `random` makes one character."""
    code = "".join(ALPHABET[byte & 31] for byte in random)
    return code + check_char(code)


def slot_and_code(slot: str, code: str) -> tuple[str, str]:
    """What was typed of an enrolment, as SLOT and SLOT_CODE have it. Raises Refused: slot_form, and as `check_code`."""
    found = fold_digits(clean(slot)).strip()
    if not SLOT.fullmatch(found):
        raise Refused("slot_form")
    body = check_code(code, CODE_CHARS)
    return found, body + check_char(body)


def normalise_code(text: str) -> str:
    """Upper case, O→0, I and L→1, spaces and dashes dropped, Arabic digits folded. No check is made."""
    if _NORMAL.fullmatch(text):
        return text
    return _SEPARATORS.sub("", fold_digits(clean(text))).upper().translate(_LOOKALIKES)


def grouped_code(code: str) -> str:
    """Groups of four with dashes between: ``STGP-AFFW-1T4D-7S8R``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _values(code: str) -> list[int]:
    try:
        return [_VALUES[character] for character in code]
    except KeyError:
        raise Refused("code_letter") from None
