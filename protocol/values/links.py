"""Twelve characters over the telephone that let somebody set a new PIN without a line.

A chain of slow hashes: the counter knows its tail and can check a link, but cannot compute the next one; the centre
goes backwards, one link for each use. A link belongs to one person, and the counter that has seen it wants the next.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Final

from protocol.values import ids

LENGTH: Final = 24
"""How many links a person has, each for one forgotten PIN; and how many may be passed over."""
CHARS: Final = 11
"""55 bits; a check character makes them twelve."""
_ROUNDS: Final = 2_000
"""With 55 bits to guess, two thousand are enough; a centre makes a chain for each person it publishes."""


def step(before: str, operator: str) -> str:
    """The next value towards the tail."""
    salt = f"KJ01/link\n{operator}".encode()
    return ids.crockford(hashlib.pbkdf2_hmac("sha256", before.encode(), salt, _ROUNDS, 7))[:CHARS]


@lru_cache(maxsize=4096)
def _at(secret: bytes, operator: str, steps: int) -> str:
    if steps == 0:
        mac = hmac.new(secret, f"KJ01/link-seed\n{operator}".encode(), hashlib.sha256)
        return ids.crockford(mac.digest()[:7])[:CHARS]
    return step(_at(secret, operator, steps - 1), operator)


def tail(secret: bytes, operator: str, length: int = LENGTH) -> str:
    """What the counter is given of a person's chain; only the centre has `secret`."""
    return _at(secret, operator, length)


def value(secret: bytes, operator: str, used: int, length: int = LENGTH) -> str:
    """The link to give after `used` were. Raises ValueError when all are used."""
    if not 0 <= used < length:
        raise ValueError(used)
    return _at(secret, operator, length - 1 - used)


def link(secret: bytes, operator: str, used: int) -> str:
    """`value` to read out, with its check character."""
    found = value(secret, operator, used)
    return found + ids.check_char(found)


def read(text: str) -> str:
    """The link in what was typed. Raises Refused: code_length, code_letter, code_check."""
    return ids.check_code(text, CHARS)


def looks_like(text: str) -> bool:
    """Whether it is as long as a link; an activation code is a character shorter."""
    return len(ids.normalise_code(text)) == CHARS + 1


def follows(given: str, known: str, operator: str) -> bool:
    """Whether `given` lies before `known` on this person's chain; links that were never typed are passed over."""
    for _ in range(LENGTH):
        given = step(given, operator)
        if hmac.compare_digest(given, known):
            return True
    return False
