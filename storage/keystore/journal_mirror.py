"""The last (epoch, seq, hash) and the number of guesses, kept in the keystore: a database older than it was put back.

Written behind the commit by a loop of its own, because a keystore write costs ten sales. It may be
late by no more than `protocol.journal.mirror_lag` says: a keystore that is held up hides nothing beyond that.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from protocol.errors import Unavailable
from protocol.journal.kj01 import Chain
from protocol.journal.mirror_lag import MOST, Lag
from protocol.override import override
from protocol.program.loop import Loop
from storage.keystore.store_secrets import StoreSecrets

NAME: Final = "mirror"
LATE_MS: Final = 1_000
AGAIN_MS: Final = 5_000
"""After a failure, unless somebody waits: a locked keystore may show a window at each try."""
CROWDED: Final = MOST // 4
"""So many entries with money in them wait for no second."""
PATIENCE_S: Final = 5.0
"""How long a guess waits for the keystore, and the end of the program."""
CATCH_UP_S: Final = 1.0
"""How long a sale waits that comes before the mirror could be written; nobody sells so fast by hand."""
_FORM: Final = struct.Struct(">IQQ12s")  # 32 bytes, like every secret; 96 bits of the hash tell histories apart
_HASH_LEN: Final = 12


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What the keystore remembers; `hash` is the beginning of the entry's, `guesses` how many there have ever been."""

    epoch: int
    seq: int
    hash: bytes
    guesses: int = 0

    def is_of(self, entry_hash: bytes) -> bool:
        return entry_hash[:_HASH_LEN] == self.hash

    def pack(self) -> bytes:
        return _FORM.pack(self.epoch, self.seq, self.guesses, self.hash)

    @classmethod
    def unpack(cls, value: bytes) -> Self:
        epoch, seq, guesses, begin = _FORM.unpack(value)
        return cls(epoch, seq, begin, guesses)


def read(secrets: StoreSecrets) -> Mirrored | None:
    """Raises Unavailable("keystore_…")."""
    value = secrets.get(NAME)
    return None if value is None else Mirrored.unpack(value)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is to be remembered; `n` counts the notes, `money` the entries with money in them, since the opening."""

    mirrored: Mirrored | None = None
    n: int = 0
    money: int = 0


class KeystoreMirror(Loop):
    """The mirror in the keystore (`kiosk.ports.store.Mirror`). It writes notes within a second, the newest only, and at
    the end. Any thread.

    A keystore that hangs holds up the end for `PATIENCE_S` at most.
    """

    def __init__(
        self, secrets: StoreSecrets, mono_ms: Callable[[], int], late_ms: int = LATE_MS, *,
        remembered: Mirrored | None = None, guesses: int = 0,
    ) -> None:  # fmt: skip
        """`remembered` is what the keystore has, `guesses` how many the database knows of."""
        super().__init__("mirror", mono_ms, AGAIN_MS, longest_s=PATIENCE_S)
        self._secrets = secrets
        self._late_ms = late_ms
        self._changed = threading.Condition()
        self._guesses = guesses
        self._noted = self._written = self._tried = _Noted(remembered)
        self._since: int | None = None
        self._tried_ms = 0
        self._fault: Unavailable | None = None
        self._urgent = False

    # ---- what the counter says and asks -------------------------------------------------------------------

    def remember(self, chain: Chain, money: int = 0) -> None:
        with self._changed:
            self._remember(Mirrored(chain.epoch, chain.seq, chain.hash[:_HASH_LEN], self._guesses), money)

    def run_now(self) -> None:
        with self._changed:
            self._wake_now()

    def guessed(self, guesses: int) -> None:
        with self._changed:
            self._guesses = guesses
            if self._noted.mirrored is not None:
                self._remember(replace(self._noted.mirrored, guesses=guesses), 0)

    def lag(self) -> Lag:
        with self._changed:
            return self._lag()

    def allow(self, money: int) -> None:
        with self._changed:
            if not self._fits(money) and not self._reached(lambda: self._fits(money), CATCH_UP_S):
                lag = self._lag()
                raise Unavailable("mirror_late", entries=lag.entries, seconds=lag.seconds)

    def settle(self) -> None:
        with self._changed:
            n = self._noted.n
            if not self._reached(lambda: max(self._written.n, self._tried.n) >= n, PATIENCE_S):
                raise Unavailable("keystore_silent")
            if self._written.n < n and self._fault is not None:
                raise self._fault

    # ---- under the lock

    def _wake_now(self) -> None:
        self._urgent = True
        self.wake()

    def _reached(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Whether it came to that in time. Where no thread runs, whoever waits takes the step himself."""
        self._wake_now()
        if not self._running:  # one that begins just now waits for the lock that is held here
            self.step()
            return holds()
        return self._changed.wait_for(holds, seconds)

    def _remember(self, mirrored: Mirrored, money: int) -> None:
        if mirrored != self._noted.mirrored:
            self._noted = _Noted(mirrored, self._noted.n + 1, self._noted.money + money)
            self._since = self._mono_ms() if self._since is None else self._since
            self.wake()

    def _lag(self) -> Lag:
        seconds = 0 if self._since is None else (self._mono_ms() - self._since) // 1000
        return Lag(self._noted.money - self._written.money, seconds)

    def _fits(self, money: int) -> bool:
        """A first sale waits for a first write: from then on a mirror that is gone was taken away."""
        return self._written.mirrored is not None and not self._lag().late(money)

    def _due(self) -> int | None:
        """A little after the first note, so that many sales cost one write; at once where somebody waits."""
        if self._since is None:
            return None
        if self._urgent or (self._fault is None and self._lag().entries >= CROWDED):
            return self._since
        return max(self._since, self._tried_ms) + (AGAIN_MS if self._fault else self._late_ms // 2)

    # ---- the loop

    @override
    def step(self) -> int | None:
        with self._changed:
            due = self._due()
            if due is None or self._mono_ms() < due:
                return due
            self._urgent = False
        self._write()
        with self._changed:
            return self._due()

    @override
    def ended(self) -> None:
        self._write()

    def _write(self) -> None:
        with self._changed:
            noted, since = self._noted, self._mono_ms()
        if noted.mirrored is None or noted.n == self._written.n:
            return
        fault: Unavailable | None = None
        try:
            self._secrets.put(NAME, noted.mirrored.pack())
        except Unavailable as error:
            fault = error
        with self._changed:
            self._fault, self._tried, self._tried_ms = fault, noted, self._mono_ms()
            if fault is None:
                self._written = noted
                self._since = since if self._noted.n > noted.n else None
            self._changed.notify_all()
