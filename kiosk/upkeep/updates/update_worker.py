"""The thread on which updates go on by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.core.background_loop import BackgroundLoop
from kiosk.upkeep.updates.long_wait_question import LongWait, LongWaitQuestion
from kiosk.upkeep.updates.update_states import UpdateStates
from kiosk.upkeep.updates.update_status import UpdateStatus
from protocol.override import override

CALM_S: Final = 20.0
"""Until then the machine belongs to whoever is signing in."""
LOOK_S: Final = 20.0


class Updater(BackgroundLoop):
    """`close` breaks off what waits for the line."""

    def __init__(self, updating: UpdateStates, close: Callable[[], None], question: LongWaitQuestion) -> None:
        super().__init__("updates", LOOK_S, CALM_S)
        self._updating = updating
        self._close = close
        self._question = question

    @override
    def step(self) -> None:
        self._updating.step(self._going)

    @override
    def stop(self) -> None:
        self._stopping = True  # before the line is closed: what fails by that is not tried again
        self._close()
        super().stop()

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

    def _going(self) -> bool:
        return not self._stopping
