"""The reader of bodies and frames, at both ends: the writer reads back what it is about to sign.

Fast, with exactly the verdicts of `protocol.strict_json`.

The strict reader walks every value in Python; ten thousand bodies a second would do little else. Nearly every body
can be seen to break no rule by three looks at its bytes; the few that cannot are handed to the strict reader.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final, NoReturn

from protocol.journal import kj01, personal
from protocol.strict_json import MAX_DEPTH, MAX_STRING_BYTES, BadJson

_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG: Final = b"0" * 16
"""Integers with fewer digits are within ±(2^53-1). Searching folded digits is ten times faster than a pattern."""
_PIASTRES: Final = re.compile(rb'_pt":-?[0-9]+[,}]')
_SALT: Final = re.compile(rb'\{"salt":"[0-9a-f]{32}"[,}]')


class _Doubt(Exception):
    pass


def read(body: bytes) -> dict[str, Any]:
    """What `protocol.journal.kj01.read_body` returns. Raises BadJson where it does."""
    if _plain(body):
        with suppress(_Doubt, ValueError, RecursionError):
            members: dict[str, Any] = _DECODER.decode(body.decode())  # it begins as an object
            return members
    return kj01.read_body(body)


def fault(body: bytes, frame: bytes | None) -> str | None:
    """Why no reader takes this body with the frame beside it (docs/protocol.md): E_BODY, E_PERSONAL."""
    try:
        members = read(body)
    except BadJson:
        return "E_BODY"
    if "personal" not in members:
        return None if frame is None else "E_PERSONAL"
    return None if frame is not None and personal.matches(frame, members["personal"]) else "E_PERSONAL"


def _plain(body: bytes) -> bool:
    return (
        len(body) <= MAX_STRING_BYTES
        and _SALT.match(body) is not None
        and body.count(b"{") + body.count(b"[") <= MAX_DEPTH
        and b"\\u" not in body  # may hide a surrogate, or a name
        and _LONG not in body.translate(_DIGITS)
        and body.count(b'_pt"') == len(_PIASTRES.findall(body))
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Doubt
    return found


def _no_integer(_text: str) -> NoReturn:
    raise _Doubt


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_integer, parse_float=_no_integer)

__all__ = ["BadJson", "fault", "read"]
