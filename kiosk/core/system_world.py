"""The real clock, the real chance, the real threads. Only the composition hands these out."""

from __future__ import annotations

import os
import time

from kiosk.ports.world import Milestones, World
from protocol.program.loop import start_thread


class SystemClock:
    """The machine's clocks. The monotonic one counts sleep where the system can say."""

    def __init__(self) -> None:
        self.boot_id: bytes = os.urandom(8)

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        return time.monotonic_ns() // 1_000_000  # Windows: counts sleep already (QueryUnbiased is not used)


class SystemRandomness:
    """The operating system's generator."""

    def take(self, count: int) -> bytes:
        return os.urandom(count)

    def below(self, ceiling: float) -> float:
        return (int.from_bytes(os.urandom(7), "big") >> 3) / (1 << 53) * ceiling


class NoMilestones:
    """Milestones that nobody watches."""

    def pass_(self, name: str) -> None:
        """Go on."""


def system_world(milestones: Milestones | None = None) -> World:
    return World(SystemClock(), SystemRandomness(), milestones or NoMilestones(), start_thread)
