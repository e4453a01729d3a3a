"""Once a day, while nobody works at the counter, the whole store is read and its chain verified.

Never in front of an operator: it begins when nobody has been signed in, or the screen has been locked, for two
minutes, and breaks off as soon as somebody comes back. What was found is kept for whoever asks how the store is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import QuietTime, SessionChanged, SyncChanged
from kiosk.model.facts import CHECKED, QUARANTINE, alarm
from kiosk.model.store_changes import Change
from kiosk.staff.sign_in import StaffSession
from protocol.clock import DAY_MS
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
    """`step` is one look whether it is time."""

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
