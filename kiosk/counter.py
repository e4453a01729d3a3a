"""The counter put together from its parts, given a world: clock, chance, store, keys, line, printer.

What is wired here is wired the same way in the shop, in a test and in a simulator; only the parts differ.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk import fees
from kiosk.clock import Clock
from kiosk.desk import Desk, Forms, Line, Rules
from kiosk.enrolment import Statement
from kiosk.events import Events
from kiosk.inforce import InForce
from kiosk.keys import Signer
from kiosk.people import People
from kiosk.ports import Milestones, Mirror, Randomness, Store
from kiosk.printing import Papers
from kiosk.scribe import Scribe
from kiosk.settings import Settings
from kiosk.till import Till

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class World:
    """What comes in from outside and has no memory."""

    clock: Clock
    randomness: Randomness
    milestones: Milestones


@dataclass(frozen=True, slots=True)
class Kept:
    """What comes in from outside and remembers: the store, its mirror, and the device's secrets."""

    store: Store
    mirror: Mirror
    signer: Signer
    pepper: bytes


class CounterLine(Line, Protocol):
    """The line as the counter needs it beside the desk."""

    def wake(self) -> None: ...


class Counter:
    """The desk, the till, the people and the papers of one enrolled kiosk.

    `run` is the one thread on which the screen's commands reach the store; `run_slow` is for what waits on
    the network. Neither is ever the screen's own.
    """

    def __init__(self, world: World, kept: Kept, events: Events, line: CounterLine, forms: Callable[[], Forms]) -> None:
        store, clock, chance = kept.store, world.clock, world.randomness
        self.events = events
        self.line = line
        self.in_force = InForce(store, events)
        self.scribe = Scribe(store, kept.signer, clock, chance, kept.mirror, world.milestones)
        self.people = People(store, self.scribe, self.in_force, events, clock, chance, kept.pepper)
        self.till = Till(store, self.scribe, self.people, events, clock)
        self.papers = Papers(store, self.scribe, self.people, events, clock, chance, world.milestones)
        self.desk = Desk(
            store, self.scribe, self.in_force, self.people, self.till, events, clock, chance, line, line.wake,
            Rules(forms, fees),
        )  # fmt: skip
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
