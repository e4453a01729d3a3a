"""The counter put together from its parts, given a world: clock, chance, store, keys, line, printer.

What is wired here is wired the same way in the shop, in a test and in a simulator; only the parts differ.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from kiosk.desk import Desk, Forms, Line
from kiosk.enrolment import Statement
from kiosk.events import Events
from kiosk.inforce import InForce
from kiosk.keys import Signer
from kiosk.office import Office
from kiosk.people import People
from kiosk.ports import Mirror, Store, World
from kiosk.printing import Papers
from kiosk.scribe import Scribe
from kiosk.settings import Settings
from kiosk.till import Till

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """What comes in from outside and remembers: the store, its mirror, and the device's secrets."""

    store: Store
    mirror: Mirror
    signer: Signer
    pepper: bytes


class Counter:
    """The desk, the till, the people and the papers of one enrolled kiosk.

    `run` is the one thread on which the screen's commands reach the store; `run_slow` is for what waits on
    the network. Neither is ever the screen's own.
    """

    def __init__(self, world: World, kept: Kept, events: Events, line: Line, forms: Callable[[], Forms]) -> None:
        self.events = events
        self.line = line
        self.in_force = InForce(kept.store, events)
        self.scribe = Scribe(kept.store, kept.signer, world, kept.mirror)
        self.scribe.on_written = line.wake
        self.office = Office(kept.store, self.scribe, self.in_force, events, world)
        self.people = People(self.office, kept.pepper)
        self.till = Till(self.office, self.people)
        self.papers = Papers(self.office, self.people)
        self.desk = Desk(self.office, self.people, self.till, line, forms)
        self._storage_thread = ThreadPoolExecutor(1, "storage")
        self._network_thread = ThreadPoolExecutor(2, "network")

    def run(self, command: Callable[[], T]) -> Future[T]:
        """Do `command` on the storage thread, in the order of the calls."""
        return self._storage_thread.submit(command)

    def run_slow(self, command: Callable[[], T]) -> Future[T]:
        """Do `command` where waiting on the network harms nobody."""
        return self._network_thread.submit(command)

    def settings(self) -> Settings:
        return self.in_force.settings()

    def statement(self) -> Statement:
        return self.in_force.statement()

    def close(self) -> None:
        """Finish what has begun; nothing new is taken."""
        self._storage_thread.shutdown(wait=True)
        self._network_thread.shutdown(wait=False, cancel_futures=True)


def lazy_forms() -> Forms:
    """`kiosk.forms`, imported when the first form is opened: its validator costs 80 ms."""
    from kiosk import forms  # noqa: PLC0415 - the reason stands above

    return forms
