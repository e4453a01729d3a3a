"""Types that all of sync's modules use: where the centre is, what it answered, why it does not, how long to wait.

Light to import.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from kiosk.ports.world import Randomness
from protocol.errors import Refused, Unavailable
from protocol.wire.wire import authority_of

State = Literal[
    "idle", "online", "offline", "portal", "server_down", "clock_wrong", "suspended", "quarantined", "alarm"
]  # fmt: skip
"""What the chip shows of the line."""

Trouble = Literal[
    "offline", "portal", "server_down", "clock_wrong", "suspended", "revoked", "quarantined", "upgrade", "too_large"
]  # fmt: skip

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NoAnswer(Unavailable):
    """No answer that decides anything. `detail` is a fixed word or a status for support, never content.

    `retry_after_s` is the centre's wish, `slow` says that time ran out (a smaller batch may pass).
    """

    def __init__(
        self, trouble: Trouble, detail: str = "", *, retry_after_s: float | None = None, slow: bool = False
    ) -> None:
        super().__init__(f"line_{trouble}", detail=detail)
        self.trouble: Trouble = trouble
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.slow = slow


@dataclass(frozen=True, slots=True)
class Raw:
    """An HTTP answer before anybody believes it. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").strip().lower()


class Wire(Protocol):
    """Something that carries one request and brings one answer, within its limits of size and time."""

    @property
    def authority(self) -> str:
        """What a signature covers as ``@authority``."""

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        """Raises NoAnswer. `target` is path and query as they go out."""

    def close(self) -> None:
        """Break off what is under way, from any thread, and let the connections go."""


@dataclass(frozen=True, slots=True)
class Base:
    """The centre's address; `url` has no path."""

    url: str
    authority: str


def read_base(address: str) -> Base:
    """Raises Refused("centre_address"): https anywhere, plain http to this machine only, and no path or user."""
    try:
        parts = urlsplit(address.strip())
        host, authority = parts.hostname or "", authority_of(address.strip())
    except ValueError:
        raise Refused("centre_address") from None
    plain = parts.scheme == "http" and host in LOOPBACK
    if (
        not host
        or not (parts.scheme == "https" or plain)
        or parts.username
        or parts.query
        or parts.path not in ("", "/")
    ):
        raise Refused("centre_address")
    return Base(f"{parts.scheme}://{authority}", authority)


LONGEST_S: Final = 900.0
RETRY_MIN_S: Final = 1.0
RETRY_MAX_S: Final = 6 * 3600.0
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_ENOUGH: Final = 20
"""Failures after which the ceiling has long been reached; 2^n need not grow further."""


class Backoff:
    """How long to wait after failures (docs/protocol.md, Waiting). Counts them in a row.

    `random(0, min(900, 2·2^n))` keeps 6,000 devices from coming back as one.
    """

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self.failures = 0

    def failed(self, retry_after_s: float | None = None) -> float:
        """Seconds until the next try; `retry_after_s` of them at least."""
        self.failures = min(self.failures + 1, _ENOUGH)
        return (retry_after_s or 0.0) + self._randomness.below(min(LONGEST_S, 2.0 * 2.0**self.failures))

    def succeeded(self) -> None:
        self.failures = 0


def retry_after(text: str | None, now_s: float) -> float | None:
    """Seconds that a Retry-After header asks for, held between 1 s and 6 h; None for none or nonsense."""
    if text is None:
        return None
    text = text.strip()
    if _SECONDS.fullmatch(text):
        wanted = float(text)
    else:
        try:
            wanted = parsedate_to_datetime(text).timestamp() - now_s
        except (ValueError, OverflowError):
            return None
    return min(max(wanted, RETRY_MIN_S), RETRY_MAX_S)
