"""Guesses at PINs and codes: counted before they are looked at, and in the keystore before they are answered.

So neither a power cut nor an older copy of the database gives a guess back: one that knows of fewer guesses than the
keystore was put back.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.core.counter_context import CounterContext
from kiosk.model.facts import PIN_GUESSES
from kiosk.model.store_changes import PutAttempts
from kiosk.ports.facts import Attempts
from kiosk.staff.pins import refuse_early
from protocol.errors import Unavailable


class PinGuesses:
    """What is guessed at is named by `of`: a person's PIN (``id``), one code (``id/hash``), the telephone's codes."""

    def __init__(
        self, context: CounterContext, refuse: Callable[[Attempts | None, int, bytes], None] = refuse_early
    ) -> None:
        """`refuse` raises while earlier guesses still cost a wait."""
        self._store = context.store
        self._journal = context.journal
        self._clock = context.world.clock
        self._refuse = refuse

    def count(self, of: str) -> int:
        """One more; answers how many in a row. Raises what `refuse` raises, and Unavailable("keystore_…").

        A guess that the keystore did not hear of in time is not looked at, and so costs nothing.
        """
        before = self._store.attempts(of)
        self._refuse(before, self._clock.mono_ms(), self._clock.boot_id)
        failed = 1 if before is None else before.failed + 1
        with self._journal.turn():
            ever = (PIN_GUESSES.kept(self._store) or 0) + 1
            self._journal.write([], [self._put(of, failed), PIN_GUESSES.put(ever)])
            self._journal.mirror.guessed(ever)
        try:
            self._journal.mirror.settle()
        except Unavailable:
            self._journal.write([], [self.forgiven(of) if before is None else _again(of, before)])
            raise
        return failed

    def forgiven(self, of: str) -> PutAttempts:
        """What is written once somebody has guessed right: the next wrong one is the first in a row."""
        return self._put(of, 0)

    def _put(self, of: str, failed: int) -> PutAttempts:
        return PutAttempts(of, failed, self._clock.wall_ms(), self._clock.mono_ms(), self._clock.boot_id)


def _again(of: str, before: Attempts) -> PutAttempts:
    return PutAttempts(of, before.failed, before.last_wall_ms, before.last_mono_ms, before.boot_id)
