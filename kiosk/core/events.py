"""Facts that go up: an event names what changed, and whoever shows it reads it again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from protocol.clock import Clock


@dataclass(frozen=True, slots=True)
class RequestsChanged:
    """These requests (ids), or all of them when empty, look different now."""

    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintJobsChanged:
    """A paper moved on."""

    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncChanged:
    """The line's state, the counts of the chip, or the lease changed."""


@dataclass(frozen=True, slots=True)
class DocumentsChanged:
    """A settings, operators, catalogue or keyset document came into force; `kind` says which."""

    kind: str


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """Somebody signed in, out or locked; a day was opened or closed."""


@dataclass(frozen=True, slots=True)
class ApprovalsChanged:
    """The centre has answered something that was asked of it."""


Event = RequestsChanged | PrintJobsChanged | SyncChanged | DocumentsChanged | SessionChanged | ApprovalsChanged


class Events:
    """Who wants to know. Subscribers are called on the thread that publishes, and must only pass it on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, subscriber: Callable[[Event], None]) -> None:
        with self._lock:
            self._subscribers.append(subscriber)

    def publish(self, event: Event) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber(event)


class QuietTime:
    """How long nothing of these kinds has happened."""

    def __init__(self, events: Events, clock: Clock, *kinds: type[Event]) -> None:
        self._clock = clock
        self._kinds = kinds
        self.begin()
        events.subscribe(lambda event: self.begin() if isinstance(event, self._kinds) else None)

    def begin(self) -> None:
        """From now on."""
        self._since_ms = self._clock.mono_ms()

    def ms(self) -> int:
        return self._clock.mono_ms() - self._since_ms
