"""What comes in from outside and has no memory: time, chance, and the moments at which tests cut the power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from protocol.program.loop import Starter

if TYPE_CHECKING:
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
