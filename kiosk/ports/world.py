"""What comes in from outside and has no memory: time, chance, and the moments at which tests cut the power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from protocol.errors import Unavailable
from protocol.program.loop import Starter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.model.other_till_request import OtherTillRequest, RefundHold
    from kiosk.model.paper_sheet import Content
    from kiosk.model.service_request import AuthorityBill
    from protocol.clock import Clock


class Randomness(Protocol):
    """The only source of chance."""

    def take(self, count: int) -> bytes:
        """`count` unpredictable bytes."""

    def below(self, ceiling: float) -> float:
        """A number in [0, ceiling)."""


class Milestones(Protocol):
    """Named moments of a transaction's life, announced as they are passed; tests cut the power at them."""

    def pass_(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """What comes in from outside and has no memory."""

    clock: Clock
    randomness: Randomness
    milestones: Milestones
    start: Starter


class PrinterBroke(Unavailable):
    """It failed after the first byte: nobody but a person can say whether the paper came out."""


class Printer(Protocol):
    """Something that turns bytes into paper."""

    def status(self) -> None:
        """Returns when ready. Raises Unavailable("printer", reason=…): paper_out, offline, error, silent, none."""

    def send(self, data: bytes) -> None:
        """All bytes, then a good status. Raises PrinterBroke when it fails after the first byte, else Unavailable."""


class Renderer(Protocol):
    """Makes a paper's content what a printer prints."""

    def __call__(self, content: Content, copy: int) -> bytes:
        """The bytes for the printer in use, whatever it takes: raster and cut, or pages."""


@dataclass(frozen=True, slots=True)
class LineStatus:
    """Where the line stands: online, offline, portal, server_down, clock_wrong, suspended, quarantined, alarm, idle.

    `waiting` counts money entries not acknowledged; `detail` is a word for support.
    """

    state: str = "offline"
    last_success_ms: int | None = None
    next_try_ms: int | None = None
    waiting: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    """A bundle that lies on a stick: where, and how many entries are in it."""

    place: str
    entries: int


@dataclass(frozen=True, slots=True)
class StickAnswer:
    """What an answer has changed: entries that count as sent since; `waiting` requests still do not."""

    sent: int
    waiting: int


class Line(Protocol):
    """The line to the centre: what the desk and the other tills ask by it, and what the screen says of it.

    `inquire`, `find` and `refund` block, and raise Unavailable.
    """

    def online(self) -> bool: ...
    def status(self) -> LineStatus: ...
    def wake(self) -> None:
        """There is something to send: try soon. Never blocks."""

    def now(self) -> None:
        """Send and fetch what there is. Never blocks."""

    def inquire(self, service_id: str, fields: dict[str, Any]) -> AuthorityBill:
        """Ask the authority now."""

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]: ...
    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        """Raises Refused ``refund_…``."""
