"""While somebody works at the counter the computer does not go to sleep, and says in time that its power runs out.

Nothing here is waited for: what the system refuses is left as it is, and tried again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.core.events import Events, SessionChanged, SyncChanged
from kiosk.staff.sign_in import StaffSession
from protocol.clock import Clock
from protocol.override import override
from protocol.program.loop import Loop

log = logging.getLogger("manfaz")
LOOK_MS: Final = 30_000
LOW_PERCENT: Final = 20
"""Of a battery or a UPS: a quarter of an hour or more on most, enough to end a visit and close."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Whether the computer draws on a battery or a UPS, and what is left in it; None where that is not said."""

    draining: bool
    percent: int | None


class Power(Protocol):
    """The battery and the mains, as the system tells them."""

    def charge(self) -> Charge: ...


class Holder(Protocol):
    """The system's own ways to be kept awake; both may be called twice, and raise OSError."""

    def hold(self) -> None: ...
    def release(self) -> None: ...


class SleepGuard(Loop):
    """On one thread from beginning to end: some systems tie what they were asked to the thread that asked."""

    def __init__(self, events: Events, people: StaffSession, holder: Holder, power: Power, clock: Clock) -> None:
        super().__init__("awake", clock.mono_ms, LOOK_MS)
        self._events = events
        self._people = people
        self._holder = holder
        self._power = power
        self._held = False
        self._low: int | None = None
        events.subscribe(lambda event: self.wake() if isinstance(event, SessionChanged) else None)

    def low(self) -> int | None:
        """What is left in percent, once that is little; None as long as nobody has to do anything."""
        return self._low

    @override
    def ended(self) -> None:
        self._hold(wanted=False)

    @override
    def step(self) -> int:
        """Look at both once."""
        self._hold(wanted=not self._people.away())
        self._measure()
        return self._after()

    def _hold(self, *, wanted: bool) -> None:
        if wanted == self._held:
            return
        try:
            if wanted:
                self._holder.hold()
            else:
                self._holder.release()
            self._held = wanted
        except OSError as error:
            log.warning("awake: %s", type(error).__name__)

    def _measure(self) -> None:
        try:
            seen = self._power.charge()
        except OSError:
            return
        little = seen.draining and seen.percent is not None and seen.percent <= LOW_PERCENT
        low = seen.percent if little else None
        if low != self._low:
            self._low = low
            self._events.publish(SyncChanged())
