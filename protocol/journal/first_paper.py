"""What only a citizen's first paper carries: digits that prove that it is in somebody's hand (docs/adr/0031).

They come from a key that follows from the device's signing key, so that they are kept nowhere, and the same paper sent
again carries the same ones. Nobody reads them out of a journal: a void shows other digits, those of its line, which
follow from them, and the request's body names these by a hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from protocol.keys import Signer, pae

DIGITS: Final = 20
TYPE: Final = "application/vnd.kiosk.original.v1"
SEAL_HEX: Final = 20
_SCANNED: Final = re.compile(rf"(?:#|[0-9]{{18,20}})([0-9]{{{DIGITS}}})$")


def key_of(signer: Signer) -> hmac.HMAC:
    """What keys all digits as long as the device has its signing key. With a signature: ask once."""
    return hmac.new(hashlib.sha256(b"KJ01/original\n" + signer.sign(pae(TYPE, b""))).digest(), digestmod="sha256")


def digits_of(key: hmac.HMAC, visit: str) -> str:
    """What the first paper of that visit carries."""
    keyed = key.copy()
    keyed.update(visit.encode())
    return _decimal(keyed.digest())


def of_line(digits: str, line: int) -> str:
    """What shows in a void of that line of the visit that somebody holds the paper; no other line's follow from it."""
    return _decimal(hashlib.sha256(f"KJ01/line\n{line}\n{digits}".encode()).digest())


def _decimal(drawn: bytes) -> str:
    return f"{int.from_bytes(drawn, 'big') % 10**DIGITS:0{DIGITS}d}"


def seal(digits: str) -> str:
    """How a request's body names those of its line."""
    return hashlib.sha256(b"KJ01/paper\n" + digits.encode()).hexdigest()[:SEAL_HEX]


def opens(sealed: object, digits: object) -> bool:
    """Whether these are the digits that a request's body names."""
    if not (isinstance(sealed, str) and isinstance(digits, str)):
        return False
    return hmac.compare_digest(sealed.encode(), seal(digits).encode())


def scanned(text: str) -> str:
    """The digits in what was scanned off a paper, its QR or its bars; "" where there are none."""
    found = _SCANNED.search(text.strip())
    return found[1] if found else ""


def without(text: str) -> str:
    """The same scan as any copy has it: what may be shown."""
    digits = scanned(text)
    return text.strip().removesuffix(digits).removesuffix("#") if digits else text
