"""Codes over the telephone by which the centre agrees to one act of one counter, without a line.

A code is a link of the counter's own chain (`protocol.values.links`), masked by the act it was given for under the
chain's tail, which no person is ever shown: read out for one act it opens no other, and whoever takes the counter's
database apart can still make no code, because only the centre goes backwards along the chain.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Literal, get_args

from protocol.values import ids, links

What = Literal["void", "day_close", "limits", "extension", "copy", "erasure"]
WHATS: Final[tuple[What, ...]] = get_args(What)
"""What the centre can be asked to agree to, by telephone or over the line."""
LENGTH: Final = 96
"""Codes that one chain gives; the centre begins another when they are used up."""
CHECK_CHARS: Final = 4
"""20 bits: whoever hears the act read out notices that it was heard wrong, before a code is spent on it."""


@dataclass(frozen=True, slots=True)
class ApprovedFacts:
    """An act as both ends put it: `seq` is the entry of `epoch` that asked, `of` the entry it is about (0: none)."""

    device: str
    epoch: int
    seq: int
    what: str
    of: int
    amount_pt: int

    def text(self) -> bytes:
        return f"{self.device}/{self.epoch}/{self.seq}/{self.what}/{self.of}/{self.amount_pt}".encode()

    def check(self) -> str:
        """What is read out behind the facts."""
        digest = hashlib.sha256(b"KJ01/approval-check\n" + self.text()).digest()
        return ids.crockford(digest[:5])[:CHECK_CHARS]


@dataclass(frozen=True, slots=True)
class CodeChain:
    """The chain number `n` of a device as the counter knows it."""

    device: str
    n: int
    tail: str

    @property
    def name(self) -> str:
        return name(self.device, self.n)

    def link(self, typed: str, facts: ApprovedFacts) -> str:
        """The link in a code that was typed for this act. Raises Refused: code_length, code_letter, code_check."""
        return _masked(ids.check_code(typed, links.CHARS), self.tail, facts)


def name(device: str, n: int) -> str:
    """Whose chain it is, as `protocol.values.links` wants it."""
    return f"telephone/{device}/{n}"


def chain(secret: bytes, device: str, n: int) -> CodeChain:
    """What the counter is given of its chain; only the centre has `secret`."""
    return CodeChain(device, n, links.tail(secret, name(device, n), LENGTH))


def code(secret: bytes, of: CodeChain, used: int, facts: ApprovedFacts) -> str:
    """What to read out for this act after `used` codes were, with its check character. Raises ValueError at the end."""
    masked = _masked(links.value(secret, of.name, used, LENGTH), of.tail, facts)
    return masked + ids.check_char(masked)


def _masked(value: str, tail: str, facts: ApprovedFacts) -> str:
    """`value` under the mask of this act; the same once more takes it off."""
    mac = hmac.new(tail.encode(), b"KJ01/approval\n" + facts.text(), hashlib.sha256).digest()
    mask = ids.crockford(mac[:7])[: links.CHARS]
    pairs = zip(value, mask, strict=True)
    return "".join(ids.ALPHABET[ids.ALPHABET.index(one) ^ ids.ALPHABET.index(other)] for one, other in pairs)
