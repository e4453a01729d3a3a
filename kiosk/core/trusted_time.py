"""How far the computer's clock is believed.

Three things are known besides it. The *floor*: what the centre last signed and the time this counter has been switched
on since; the true time is never before it, and no person can move it. The time the counter last *went by*, which a
person may correct either way, with an entry in the journal, so that one wrong date does not rule for ever. And the
*sure* time: when a person last looked, and the time switched on since; steps ahead that nobody was asked about do not
move it, so that they add up.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final, cast

from kiosk.core.journal_writer import JournalWriter
from kiosk.model.facts import CLOCK_BACK_MS, CLOCK_MS, CLOCK_SURE_MS, EXTENDED_UNTIL_MS, FLOOR_MS
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from kiosk.ports.world import World
from protocol.clock import HOUR_MS
from protocol.errors import Refused
from protocol.journal.entries import ClockConfirmed
from protocol.journal.people import Author

SLACK_MS: Final = 15 * 60_000
"""How far back a clock may be put, or drift, before anybody is asked; so much ends nothing that the centre has lent."""
JUMP_MS: Final = 12 * HOUR_MS
MARK_MS: Final = 10 * 60_000
"""How often at most the floor is kept; so much a restart may lose of it."""
Running = tuple[int, int]  # a time, and the monotonic clock when it was that time


class TrustedTime:
    """The time that the counter believes. Thread-safe."""

    def __init__(self, store: Store, journal: JournalWriter, world: World) -> None:
        self._store = store
        self._journal = journal
        self._clock = world.clock
        self._lock = threading.Lock()
        self._floor: Running | None = None
        self._went: Running | None = None
        self._sure: Running | None = None
        self._heard = False
        self._marked_ms: int | None = None

    def now_ms(self, facts: Mapping[str, bytes] | None = None) -> int:
        """The time for limits and permissions: the computer's, but never before the floor."""
        return max(self._clock.wall_ms(), self.floor_ms(facts))

    def floor_ms(self, facts: Mapping[str, bytes] | None = None) -> int:
        """Where the floor stands now; without `facts` by what this process has seen of them."""
        with self._lock:
            if facts is None and self._floor is None:
                facts = self._store.facts()
            mono = self._clock.mono_ms()
            running = 0 if self._floor is None else self._floor[0] + mono - self._floor[1]
            kept = 0 if facts is None else FLOOR_MS.of(facts) or 0
            if kept > running:  # no floor yet is none, and not one that begins in 1970
                self._heard = self._floor is not None  # raised while this process runs: the centre has just spoken
                self._floor = kept, mono
            return max(kept, running)

    def doubt(self, facts: Mapping[str, bytes] | None = None) -> Refused | None:
        """Why the clock is not believed, or None.

        clock_behind: before the floor, so it is wrong; clock_ahead, clock_back: a person must look (`confirm`).
        """
        facts = self._store.facts() if facts is None else facts
        floor, wall = self.floor_ms(facts), self._clock.wall_ms()
        if wall < floor - SLACK_MS:
            return _doubt("clock_behind", wall, floor)
        went, sure = self._expected(facts), self._certain(facts)
        if went is not None and wall < went - SLACK_MS:
            return _doubt("clock_back", wall, went)
        sure = max(floor, sure or went or 0)
        if max(floor, went or 0) > 0 and wall > max(floor, went or 0) + JUMP_MS:
            return _doubt("clock_ahead", wall, sure)
        self._go_by(wall, sure or wall)
        return _doubt("clock_ahead", wall, sure) if sure > 0 and wall > sure + JUMP_MS else None

    def believed_ms(self, facts: Mapping[str, bytes]) -> tuple[int, bool]:
        """The time that the lease is judged by, and whether it is certain.

        A date far ahead that nobody has confirmed is not: it may lock the screen, but not keep it locked once the clock
        has been set right. Where the centre has spoken since the program began, its word counts and no such date,
        confirmed or not.
        """
        doubt, wall, floor = self.doubt(facts), self._clock.wall_ms(), self.floor_ms(facts)
        if self._heard and wall > floor + JUMP_MS:
            return floor, True
        went = self._expected(facts)
        leapt = went is None or wall > went + JUMP_MS  # in one step; many small ones are nights switched off
        return max(wall, floor), doubt is None or doubt.code != "clock_ahead" or not leapt

    def lent_ms(self, facts: Mapping[str, bytes] | None = None) -> int:
        """The time by which ends what the centre has lent for a while.

        A clock that was put back lengthens none of it: until somebody has looked, it ends by the time gone by before,
        and then what was left of it is left (`confirm`).
        """
        doubt, now_ms = self.doubt(facts), self.now_ms(facts)
        return now_ms if doubt is None or doubt.code != "clock_back" else max(now_ms, _known_ms(doubt))

    def refuse(self, facts: Mapping[str, bytes] | None = None) -> None:
        """Raises Refused where `doubt` finds a reason: no money is taken on a date nobody believes."""
        doubt = self.doubt(facts)
        if doubt is not None:
            raise doubt

    def confirm(self, author: Author) -> None:
        """Somebody has looked: the clock is right. Raises Refused("clock_behind") where it cannot be."""
        doubt = self.doubt()
        if doubt is None:
            return
        if doubt.code == "clock_behind":
            raise doubt
        wall = self._clock.wall_ms()
        changes = [CLOCK_MS.put(wall), CLOCK_SURE_MS.put(wall)]
        if doubt.code == "clock_back":
            changes.append(CLOCK_BACK_MS.put(wall))
            lent_ms = (EXTENDED_UNTIL_MS.kept(self._store) or 0) - (_known_ms(doubt) - wall)
            changes += [EXTENDED_UNTIL_MS.put(lent_ms)] if lent_ms > 0 else []
        confirmed = ClockConfirmed(author=author, from_ms=_known_ms(doubt), to_ms=wall)
        self._journal.append(confirmed, changes)
        self._go_by(wall, wall)

    def marks(self) -> list[PutFact]:
        """What to keep with the next commit; nothing most of the time. To be asked within the journal's turn."""
        mono = self._clock.mono_ms()
        if self._marked_ms is not None and mono - self._marked_ms < MARK_MS:
            return []
        self._marked_ms = mono
        facts = self._store.facts()
        floor_ms = self.floor_ms(facts) if FLOOR_MS.name in facts else None
        running = ((FLOOR_MS, floor_ms), (CLOCK_MS, self._expected(facts)), (CLOCK_SURE_MS, self._certain(facts)))
        return [fact.put(ms) for fact, ms in running if ms is not None]

    def mark(self) -> None:
        """Keep it now, if it is time to."""
        with self._journal.turn():
            marks = self.marks()
            if marks:
                self._journal.write([], marks)

    def since_ms(self, written_ms: int, facts: Mapping[str, bytes], now_ms: int) -> int:
        """When an entry dated `written_ms` was written at the latest: one dated in the future before the step back."""
        if written_ms <= now_ms:
            return written_ms
        back_ms = CLOCK_BACK_MS.of(facts)
        return now_ms if back_ms is None else min(now_ms, back_ms)

    def _expected(self, facts: Mapping[str, bytes]) -> int | None:
        return self._running(self._went, CLOCK_MS.of(facts))

    def _certain(self, facts: Mapping[str, bytes]) -> int | None:
        return self._running(self._sure, CLOCK_SURE_MS.of(facts))

    def _running(self, since: Running | None, kept: int | None) -> int | None:
        if since is not None:
            return since[0] + self._clock.mono_ms() - since[1]
        return kept

    def _go_by(self, wall_ms: int, sure_ms: int) -> None:
        mono = self._clock.mono_ms()
        self._went, self._sure = (wall_ms, mono), (sure_ms, mono)


def _known_ms(doubt: Refused) -> int:
    return cast("int", doubt.values["known_ms"])


def _doubt(code: str, wall_ms: int, known_ms: int) -> Refused:
    return Refused(code, shown_ms=wall_ms, known_ms=known_ms)
