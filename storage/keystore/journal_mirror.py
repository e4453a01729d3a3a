"""The last (epoch, seq, hash) and the number of guesses, kept in the keystore: a database older than it was put back.

Written behind the commit by a thread of its own, because a keystore write costs ten sales. It may be
late by no more than `protocol.journal.mirror_lag` says: a keystore that is held up hides nothing beyond that.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Self

from protocol.errors import Unavailable
from protocol.journal.kj01 import Chain
from protocol.journal.mirror_lag import MOST, Lag
from storage.keystore.store_secrets import StoreSecrets

NAME: Final = "mirror"
LATE_S: Final = 1.0
AGAIN_S: Final = 5.0
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


class KeystoreMirror:
    """`kiosk.ports.Mirror`: notes are written within a second, the newest only, until `close`. Any thread."""

    def __init__(
        self, secrets: StoreSecrets, late_s: float = LATE_S, *, remembered: Mirrored | None = None, guesses: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """`remembered` is what the keystore has, `guesses` how many the database knows of."""
        self._secrets = secrets
        self._late_s = late_s
        self._clock = clock
        self._changed = threading.Condition()
        self._guesses = guesses
        self._noted = self._written = self._tried = _Noted(remembered)
        self._since: float | None = None
        self._fault: Unavailable | None = None
        self._urgent = self._closing = False
        self._thread = threading.Thread(target=self._work, name="mirror", daemon=True)
        self._thread.start()

    # ---- what the counter says and asks -------------------------------------------------------------------

    def note(self, chain: Chain, money: int = 0) -> None:
        with self._changed:
            self._note(Mirrored(chain.epoch, chain.seq, chain.hash[:_HASH_LEN], self._guesses), money)

    def run_now(self) -> None:
        with self._changed:
            self._hurry()

    def guessed(self, guesses: int) -> None:
        with self._changed:
            self._guesses = guesses
            if self._noted.mirrored is not None:
                self._note(replace(self._noted.mirrored, guesses=guesses), 0)

    def lag(self) -> Lag:
        with self._changed:
            return self._lag()

    def allow(self, money: int) -> None:
        with self._changed:
            if self._fits(money):
                return
            self._hurry()
            if not self._changed.wait_for(lambda: self._fits(money), CATCH_UP_S):
                lag = self._lag()
                raise Unavailable("mirror_late", entries=lag.entries, seconds=lag.seconds)

    def settle(self) -> None:
        with self._changed:
            n = self._noted.n
            self._hurry()
            if not self._changed.wait_for(lambda: max(self._written.n, self._tried.n) >= n, PATIENCE_S):
                raise Unavailable("keystore_silent")
            if self._written.n < n and self._fault is not None:
                raise self._fault

    def close(self) -> None:
        """Stop, having tried to write what was noted last; a keystore that hangs holds up nobody for long."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(PATIENCE_S)

    # ---- under the lock

    def _hurry(self) -> None:
        self._urgent = True
        self._changed.notify_all()

    def _note(self, mirrored: Mirrored, money: int) -> None:
        if mirrored != self._noted.mirrored:
            self._noted = _Noted(mirrored, self._noted.n + 1, self._noted.money + money)
            self._since = self._clock() if self._since is None else self._since
            self._changed.notify_all()

    def _lag(self) -> Lag:
        seconds = 0 if self._since is None else int(self._clock() - self._since)
        return Lag(self._noted.money - self._written.money, seconds)

    def _fits(self, money: int) -> bool:
        """A first sale waits for a first write: from then on a mirror that is gone was taken away."""
        return self._written.mirrored is not None and not self._lag().late(money)

    # ---- the thread

    def _work(self) -> None:
        while self._wait():
            self._write()
        self._write()

    def _write(self) -> None:
        with self._changed:
            noted, since = self._noted, self._clock()
        if noted.mirrored is None or noted.n == self._written.n:
            return
        fault: Unavailable | None = None
        try:
            self._secrets.put(NAME, noted.mirrored.pack())
        except Unavailable as error:
            fault = error
        with self._changed:
            self._fault, self._tried = fault, noted
            if fault is None:
                self._written = noted
                self._since = since if self._noted.n > noted.n else None
            self._changed.notify_all()

    def _wait(self) -> bool:
        """Until something is noted, and then a little longer, so that many sales cost one write. False: closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._noted.n != self._written.n)
            self._changed.wait_for(self._hurried, AGAIN_S if self._fault else self._late_s / 2)
            self._urgent = False
            return not self._closing

    def _hurried(self) -> bool:
        crowded = self._fault is None and self._lag().entries >= CROWDED
        return self._closing or self._urgent or crowded
