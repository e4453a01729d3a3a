"""How far an enrolment has come, and what keeps the device's key meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

from protocol.errors import KioskError, Unavailable
from protocol.texts import both

_NO_LINE: Final = ("line_offline", "line_portal", "line_server_down")
"""How a line fails. In its usual words the counter "goes on working": not where no centre knows it yet."""


class SeedKeeper(Protocol):
    """The device's signing seeds in the OS keystore."""

    def signing_seed(self, epoch: int) -> bytes | None: ...
    def put_signing_seed(self, epoch: int, seed: bytes) -> None: ...
    def forget_signing_seed(self, epoch: int) -> None: ...


class Enrolments(Protocol):
    """Both ways of first trust: over the line, and by files; `ui/setup/enrolment_flow.py` asks them."""

    @property
    def enrolment(self) -> Any: ...
    @property
    def offline_enrolment(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An enrolment that only waits for its approval; `number` is the six digits to compare."""

    centre: str
    slot: str
    number: str


@dataclass(frozen=True, slots=True)
class RestoredIdentity:
    """A restored counter that waits for its code: whose it is, and the last number that the backup holds."""

    shop: str
    till: int
    seq: int


def unenrolled(error: KioskError) -> KioskError:
    """The same error in the words of somebody who enrols a computer; there is the stick."""
    if error.code not in _NO_LINE:
        return error
    return Unavailable("setup_no_line", reason=both(f"setup.{error.code}"))
