"""What hangs on whether anybody works here: while nobody does the store is checked, else the computer stays awake.

Once a day the whole store is read and its chain verified, never in front of an operator: it begins when nobody has been
signed in, or the screen has been locked, for two minutes, and breaks off as soon as somebody comes back. What was found
is kept for whoever asks how the store is.

While somebody works the computer does not go to sleep, and says in time that its power runs out. Nothing of that is
waited for: what the system refuses is left as it is, and tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import Events, QuietTime, SessionChanged, SyncChanged
from kiosk.model.facts import CHECKED, QUARANTINE, alarm
from kiosk.model.store_changes import Change
from kiosk.staff.sign_in import StaffSession
from protocol.clock import DAY_MS, Clock
from protocol.errors import Corrupt, Unavailable
from protocol.override import override
from protocol.program.loop import Loop

log = logging.getLogger("manfaz")
QUIET_MS: Final = 120_000
EVERY_MS: Final = DAY_MS
LOOK_MS: Final = 20_000
Check = Callable[[Callable[[], bool]], int | None]
Aside = Callable[[Callable[[], bool]], None]


class IdleCheck(Loop):
    """Checks the store while nobody works. `step` asks whether it is time, and does it."""

    def __init__(self, check: Check, context: CounterContext, people: StaffSession, aside: Aside | None = None) -> None:
        """`check` asks its argument whether to go on; it answers with the number of entries, None when it broke off.

        `aside` is done at each look while nobody works here; it asks the same.
        """
        super().__init__("idle check", context.world.clock.mono_ms, LOOK_MS)
        self._check = check
        self._aside = aside
        self._context = context
        self._people = people
        self._clock = context.world.clock
        self._quiet = QuietTime(context.events, self._clock, SessionChanged)

    @override
    def step(self) -> int:
        """Check the store if nobody has worked for a while and the last whole check is a day old."""
        if self._idle() and self._quiet.ms() >= QUIET_MS:
            if self._due():
                self._check_store()
            if self._aside is not None:
                self._aside(self._idle)
        return self._after()

    def _idle(self) -> bool:
        return self.going() and self._people.away()

    def _due(self) -> bool:
        kept = CHECKED.kept(self._context.store)
        last = int(kept[0]) if kept else -EVERY_MS
        return not 0 <= self._clock.wall_ms() - last < EVERY_MS  # a last time in the future was a wrong clock

    def _check_store(self) -> None:
        for again in (False, True):
            try:
                count = self._check(self._idle)
            except Unavailable as error:
                log.warning("idle check: %s", error.code)
                self._quiet.begin()  # a disk in trouble is not asked again at once
                return
            except Corrupt as error:
                if again:  # found twice, it is there, and is no disk that read badly once
                    self._damaged(error)
            else:
                if count is not None:
                    self._keep("ok", count)
                return

    def _damaged(self, error: Corrupt) -> None:
        """No money is taken on a store that is damaged, nothing is sent from it, and support is called."""
        store = self._context.store
        found, epoch = error.values.get("seq"), store.journal.tail().chain.epoch
        seq = found if isinstance(found, int) else 0
        log.error("idle check: %s %s", error.code, seq)
        changes: list[Change] = [alarm(error.code, seq)]
        mine = error.values.get("epoch", epoch) == epoch  # an earlier epoch's journal is only read
        if mine and QUARANTINE.kept(store, epoch) is None:
            changes.append(QUARANTINE.put(epoch, error.code, seq))
        self._keep(error.code, seq, *changes)
        self._context.events.publish(SyncChanged())

    def _keep(self, word: str, number: int, *changes: Change) -> None:
        found = str(self._clock.wall_ms()), word, str(number)
        self._context.journal.write([], [CHECKED.put(found), *changes])


log = logging.getLogger("manfaz")
POWER_LOOK_MS: Final = 30_000
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
        super().__init__("awake", clock.mono_ms, POWER_LOOK_MS)
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
