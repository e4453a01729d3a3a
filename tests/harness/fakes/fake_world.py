"""Time and chance, as a test wants them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.ports.store import Mirror
from kiosk.ports.world import Milestones, Randomness
from protocol.clock import Clock
from protocol.errors import Unavailable
from protocol.journal.mirror_lag import Lag

if TYPE_CHECKING:
    from protocol.journal.kj01 import Chain

NOON_MS = 1_795_600_800_000  # 2026-11-25 12:00 in Cairo


@dataclass
class FakeClock:
    """A clock that stands still until it is told to `pass_ms`."""

    wall: int = NOON_MS
    mono: int = 1_000_000
    boot_id: bytes = b"boot-id1"

    def wall_ms(self) -> int:
        return self.wall

    def mono_ms(self) -> int:
        return self.mono

    def pass_ms(self, ms: int) -> None:
        self.wall += ms
        self.mono += ms


class SeededRandomness:
    """The same chance each time."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def take(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def below(self, ceiling: float) -> float:
        return self._random.random() * ceiling


class Done:
    """A thread that has ended."""

    def join(self, timeout: float | None = None) -> None:
        return None


def start_at_once(_name: str, run: Callable[[], None]) -> Done:
    """A `Starter` that is back when it is done."""
    run()
    return Done()


class NoMilestones:
    """Nobody is listening."""

    def pass_(self, name: str) -> None:
        return None


class FakeMirror:
    """Remembers at once, unless something is said to be wrong: `fault` for guesses, `late` for money."""

    def __init__(self) -> None:
        self.noted: list[Chain] = []
        self.money = self.hurried = 0
        self.guesses: list[int] = []
        self.behind = Lag()
        self.fault: Unavailable | None = None

    def remember(self, chain: Chain, money: int = 0) -> None:
        self.noted.append(chain)
        self.money += money

    def run_now(self) -> None:
        self.hurried += 1

    def guessed(self, guesses: int) -> None:
        self.guesses.append(guesses)

    def allow(self, money: int) -> None:
        if self.behind.late(money):
            raise Unavailable("mirror_late", entries=self.behind.entries, seconds=self.behind.seconds)

    def settle(self) -> None:
        if self.fault is not None:
            raise self.fault

    def lag(self) -> Lag:
        return self.behind


if TYPE_CHECKING:

    def _keep_the_contracts(
        clock: FakeClock, chance: SeededRandomness, nobody: NoMilestones, mirror: FakeMirror
    ) -> None:
        _: tuple[Clock, Randomness, Milestones, Mirror] = (clock, chance, nobody, mirror)
