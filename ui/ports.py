"""What the window needs of the counter behind it; `kiosk/app.py` hands it in. Types only: nothing is imported."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from kiosk.advice import Advice
    from kiosk.aftercare import Aftercare
    from kiosk.books import Books
    from kiosk.cash import CashDesk
    from kiosk.day_close import Closing
    from kiosk.desk import Desk
    from kiosk.enrol_desk import UnderWay
    from kiosk.enrolment import Statement
    from kiosk.events import Events
    from kiosk.people import People
    from kiosk.printing import Papers
    from kiosk.reversal import Reversals
    from kiosk.settings import Settings
    from kiosk.till import Till

T = TypeVar("T")


class SyncStatus(Protocol):
    """Where the line stands: online, offline, portal, server_down, clock_wrong, suspended, quarantined, alarm, idle."""

    @property
    def state(self) -> str: ...
    @property
    def last_success_ms(self) -> int | None: ...
    @property
    def next_try_ms(self) -> int | None: ...
    @property
    def waiting(self) -> int: ...
    @property
    def detail(self) -> str: ...


class Line(Protocol):
    """The line to the centre, as far as the screen may look at it."""

    def status(self) -> SyncStatus: ...
    def now(self) -> Any: ...
    def online(self) -> bool: ...


class Enrolment(Protocol):
    """First trust; `claim` and `poll` use the network."""

    def needed(self) -> bool: ...
    def centre(self) -> str:
        """The address to offer; "" for none."""

    def claim(self, url: str, slot: str, code: str) -> str: ...
    def under_way(self) -> UnderWay | None:
        """A claim that waits for its approval, from before a restart; uses no network."""

    def poll(self) -> bool: ...


class Counter(Protocol):
    """Everything the window may ask. Its services exist only once `ready` is true."""

    @property
    def ready(self) -> bool: ...
    @property
    def people(self) -> People: ...
    @property
    def till(self) -> Till: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def papers(self) -> Papers: ...
    @property
    def aftercare(self) -> Aftercare: ...
    @property
    def books(self) -> Books: ...
    @property
    def closing(self) -> Closing: ...
    @property
    def cash(self) -> CashDesk: ...
    @property
    def reversals(self) -> Reversals: ...
    @property
    def advice(self) -> Advice: ...
    @property
    def line(self) -> Line: ...
    @property
    def enrolment(self) -> Enrolment: ...
    @property
    def events(self) -> Events: ...
    def on_ready(self, callback: Callable[[], None]) -> None: ...
    def run(self, work: Callable[[], T]) -> Future[T]: ...
    def run_slow(self, work: Callable[[], T]) -> Future[T]: ...
    def settings(self) -> Settings: ...
    def statement(self) -> Statement: ...
