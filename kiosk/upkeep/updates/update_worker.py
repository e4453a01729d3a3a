"""Updates go on by themselves: every so often, and when a person asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.upkeep.updates.update_standing import LongWait, LongWaitQuestion, UpdateStatus
from kiosk.upkeep.updates.update_states import UpdateStates
from protocol.clock import Clock
from protocol.override import override
from protocol.program.loop import Loop

CALM_MS: Final = 20_000
"""Until then the machine belongs to whoever is signing in."""
LOOK_MS: Final = 20_000


class Updater(Loop):
    """The loop that looks for updates and takes them. `close` breaks off what waits for the line."""

    def __init__(
        self, updating: UpdateStates, close: Callable[[], None], question: LongWaitQuestion, clock: Clock
    ) -> None:
        super().__init__("updates", clock.mono_ms, LOOK_MS, calm_ms=CALM_MS)
        self._updating = updating
        self._close = close
        self._question = question

    @override
    def step(self) -> int:
        self._updating.step(self.going)
        return self._after()

    @override
    def break_off(self) -> None:
        self._close()

    def now(self) -> None:
        """A person asked; returns at once."""
        self._updating.ask()
        self.wake()

    def standing(self) -> UpdateStatus:
        return self._updating.standing()

    def asks(self) -> LongWait | None:
        """What to ask whoever opens the day."""
        return self._question.asks(self.standing())

    def answer(self, *, evening: bool = False, now: bool = False) -> None:
        """To `asks`; neither: tomorrow again. Raises what writing raises."""
        self._question.answer(evening=evening)
        if now:
            self.now()
