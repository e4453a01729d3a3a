"""JSON as this product reads and writes it: bytes stay as first written, and what is odd is refused.

Limits (docs/protocol.md, Conventions): depth 16, strings 16 KiB, integers within ±(2^53-1), no duplicate members,
no NaN or Infinity, no fractions in members that end in ``_pt``, no lone surrogates, no byte order mark.

To walk every value in Python takes most of a reader's time, and ten thousand bodies a second leave none. Nearly all
that comes can be seen to break no rule by a few looks at its bytes; only the rest is walked.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from protocol.errors import Corrupt, Refused

MAX_DEPTH: Final = 16
MAX_STRING_BYTES: Final = 16 * 1024
MAX_INTEGER: Final = 2**53 - 1
_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG: Final = b"0" * 16
"""Integers with fewer digits are within ±(2^53-1). Searching folded digits is ten times faster than a pattern."""
_PIASTRES: Final = re.compile(rb'_pt":-?[0-9]+[,}]')
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class BadJson(Corrupt):
    """Bytes that are not JSON as defined here; `reason` is one of a fixed set of words, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_json", reason=reason)
        self.reason = reason


def count(value: object, most: int = MAX_INTEGER) -> int:
    """The whole number from 0 to `most` that `value` is; anything else, True included, is a TypeError."""
    if type(value) is not int or not 0 <= value <= most:
        raise TypeError
    return value


def dumps(value: object) -> bytes:
    """Compact UTF-8 with the members in the order given. Raises BadJson for a lone surrogate or NaN."""
    try:
        return _COMPACT.encode(value).encode()
    except UnicodeEncodeError as error:
        raise BadJson("surrogate") from error
    except (ValueError, RecursionError) as error:
        raise BadJson("number") from error


def dumps_readable(value: dict[str, Any]) -> bytes:
    """As `dumps`, of what `loads_object` will read again. Raises Refused("text_long") where a text is too long for it.

    For what people typed: a row that was written and cannot be read takes all others of its table with it.
    """
    try:
        _check(value, 1, MAX_STRING_BYTES)
    except BadJson as error:
        if error.reason == "long string":
            raise Refused("text_long") from error
        raise
    return dumps(value)


def loads_object(data: bytes, longest: int = MAX_STRING_BYTES) -> dict[str, Any]:
    """The JSON object in `data`, its strings at most `longest` bytes each. Raises BadJson."""
    plain = is_plain(data, longest)
    try:
        value = (_PLAIN if plain else _STRICT).decode(data.decode("utf-8"))
    except BadJson:
        raise
    except UnicodeDecodeError as error:
        raise BadJson("utf-8") from error
    except RecursionError as error:
        raise BadJson("depth") from error
    except ValueError as error:
        raise BadJson("syntax") from error
    if not isinstance(value, dict):
        raise BadJson("not an object")
    if not plain:
        _check(value, 1, longest)
    return value


def is_plain(data: bytes, longest: int = MAX_STRING_BYTES) -> bool:
    """Whether no nesting, text, number or escape in it can break a rule."""
    return (
        len(data) <= longest
        and data.count(b"{") + data.count(b"[") <= MAX_DEPTH
        and b"\\u" not in data  # may hide a surrogate, or a name
        and _LONG not in data.translate(_DIGITS)
        and data.count(b'_pt"') == len(_PIASTRES.findall(data))
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("duplicate member")
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise BadJson("number")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise BadJson("number")
    return value


def _integer(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) > MAX_INTEGER:
        raise BadJson("number")
    return value


_PLAIN: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float)
_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float, parse_int=_integer
)


def _check(value: object, depth: int, longest: int) -> None:
    if isinstance(value, str):
        _check_string(value, longest)
    elif isinstance(value, dict):
        _check_depth(depth)
        for name, inner in value.items():
            _check_string(name, longest)
            if name.endswith("_pt") and not _is_money(inner):
                raise BadJson("fraction of a piastre")
            _check(inner, depth + 1, longest)
    elif isinstance(value, list):
        _check_depth(depth)
        for inner in value:
            _check(inner, depth + 1, longest)


def _is_money(value: object) -> bool:
    """Whole piastres, or a table of them (a fee for each service)."""
    if isinstance(value, dict):
        return all(type(amount) is int for amount in value.values())
    return type(value) is int


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BadJson("depth")


def _check_string(text: str, longest: int) -> None:
    try:
        if len(text.encode()) > longest:
            raise BadJson("long string")
    except UnicodeEncodeError as error:
        raise BadJson("surrogate") from error
