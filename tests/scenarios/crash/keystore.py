"""The keystore under a counter that is killed: held up in a way that each life draws, and looked into after its end.

Frozen is the real Secret Service, by its number; locked, slow and gone stand before it in the counter's own process.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, Self

from protocol.journal.mirror_lag import MOST
from storage.keystore.journal_mirror import Mirrored
from storage.keystore.system_keystore import SystemKeystore

FAULTS: Final = ("none", "frozen", "locked", "slow", "gone")
SHUT: Final = frozenset({"frozen", "locked", "gone"})
PRESSING: Final = 1 / 6
"""Of the lives under a keystore that is shut: how many sell until they are refused."""
EARLY: Final = 1 / 20
"""How many find it shut before anybody has signed in."""
WITHIN_S: Final = 30.0


class Refusal(Exception):
    """The kiosk says no; the code of its error."""


class Asked(Protocol):
    def ask(self, name: str, **asked: Any) -> Any: ...


class HeldKeystore:
    """Use as a context. `wrong` are the violations, `most` the sales that were furthest beyond the mirror."""

    def __init__(self, folder: Path, chance: random.Random, confirmed: Mapping[str, Mapping[str, Any]]) -> None:
        self._folder = folder
        self._chance = chance
        self._confirmed = confirmed
        self._daemon = int(os.environ["MANFAZ_TEST_KEYSTORE"])
        self._keystore = SystemKeystore()
        self._wanted = self.fault = "none"
        self._starting = self._early = self._presses = False
        self._sold = 0
        self.lives: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.most = 0
        self.wrong: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._daemon, signal.SIGCONT)

    # ---- one life

    def draw(self, *, starting: bool, opening: bool) -> None:
        """What happens in the next life. One that is to end as it starts must not be refused before."""
        among = ("none", "slow", *(("frozen",) if opening else ())) if starting else FAULTS
        self._wanted = self._chance.choice(among)
        shut = self._wanted in SHUT and not starting
        self._starting, self._early = starting, shut and self._chance.random() < EARLY
        self._presses = shut and self._chance.random() < PRESSING

    def leave_alone(self) -> None:
        self._wanted, self._starting, self._early, self._presses = "none", False, False, False

    def begin(self) -> str:
        """The fault that the next process of the kiosk begins with."""
        if not self._starting:
            return "none"
        self.lives[self._wanted] += 1
        return self._freeze_or(self._wanted)

    def sign_in(self, life: Asked, act: Callable[[], object]) -> None:
        if self._early:
            self.strike(life)
            try:
                act()
                self.wrong.append(f"a PIN was taken though the keystore was {self.fault}")
            except Refusal as why:
                if not str(why).startswith("keystore_"):
                    self.wrong.append(f"a PIN was answered with {why} though the keystore was {self.fault}")
            self.heal(life)
        act()

    def strike(self, life: Asked) -> None:
        self.lives[self._wanted] += 1
        self.fault, self._sold = self._wanted, 0
        life.ask("hold", fault=self._freeze_or(self._wanted))

    def sales_before_the_end(self) -> int:
        return MOST + 5 if self._presses else self._chance.randint(0, 2)

    def sold(self, life: Asked, sell: Callable[[], Any], *, again: bool) -> Any:
        """What `sell` answers. Where the mirror is late the fault ends, and the sale must go through soon.

        `again`: it may have been taken before.
        """
        until = time.monotonic() + WITHIN_S
        while (answer := self._taken(sell)) is None:
            if time.monotonic() > until:
                raise AssertionError("no sale goes through though nothing holds the keystore up")
            if self.fault != "frozen":
                self._look()
            self.refused[self.fault] += 1
            self.heal(life)
            time.sleep(0.1)
        self._sold += not again
        if self.fault in SHUT and self._sold > MOST:
            self.wrong.append(f"sale {self._sold} was taken while the keystore was {self.fault}")
        return answer

    def _taken(self, sell: Callable[[], Any]) -> Any:
        try:
            return sell()
        except Refusal as why:
            if str(why) != "mirror_late":
                raise
            return None

    def heal(self, life: Asked) -> None:
        self._thaw()
        life.ask("hold", fault="none")

    def after(self) -> None:
        """The life is over."""
        self._thaw()
        self._look()

    def _look(self) -> None:
        """Whoever put an older folder back now would hide what the keystore does not know."""
        name = self._folder / "instance"
        value = self._keystore.get(f"{name.read_text().strip()}/mirror") if name.exists() else None
        seq = 0 if value is None else Mirrored.unpack(value).seq
        beyond = sum(said["seq"] > seq for said in self._confirmed.values())
        self.most = max(self.most, beyond)
        if beyond > MOST:
            self.wrong.append(f"{beyond} sales are beyond the mirror, which stands at {seq}")

    def _freeze_or(self, fault: str) -> str:
        if fault != "frozen":
            return fault
        os.kill(self._daemon, signal.SIGSTOP)
        return "none"

    def _thaw(self) -> None:
        self.fault = "none"
        os.kill(self._daemon, signal.SIGCONT)
