"""An updater whose version stands ready, for screens."""

from __future__ import annotations

from kiosk.upkeep.updates.update_standing import LongWait, UpdateStatus
from kiosk.upkeep.updates.update_worker import Updater
from tests.harness.fakes.fake_world import NOON_MS, FakeClock

WAITING = UpdateStatus("WAITING", "0.2.0", NOON_MS)


class Asked:
    """As `kiosk.upkeep.updates.update_states.UpdateStates` is seen from the counter."""

    def __init__(self, standing: UpdateStatus) -> None:
        self._standing = standing
        self.asked = 0

    def ask(self) -> None:
        self.asked += 1

    def standing(self) -> UpdateStatus:
        return self._standing


class Questioned:
    """`kiosk.upkeep.updates.update_standing.LongWaitQuestion`: what is asked, and what was answered."""

    def __init__(self, found: LongWait | None) -> None:
        self.found = found
        self.answers: list[bool] = []

    def asks(self, _standing: UpdateStatus) -> LongWait | None:
        return None if self.answers else self.found

    def answer(self, *, evening: bool) -> None:
        self.answers.append(evening)


def waiting_update(standing: UpdateStatus = WAITING, asks: LongWait | None = None) -> Updater:
    return Updater(Asked(standing), lambda: None, Questioned(asks), FakeClock())  # type: ignore[arg-type]
