"""Who sits at the counter: roles, activation codes, PINs, and what wrong tries cost.

A PIN is set at the counter with a one-time activation code whose hash the feed brought; its verifier is
local. A try is written before it is checked, so that pulling the plug gains nobody a try.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict
from itertools import pairwise
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.core.counter_context import CounterContext
from kiosk.model.facts import PIN_GUESSES
from kiosk.model.store_changes import PutAttempts
from kiosk.ports.store import Attempts
from protocol.documents.operators import PIN_DIGITS, OperatorRole
from protocol.errors import Refused, Unavailable
from protocol.values.arabic import clean, fold_digits

FREE_TRIES: Final = 5
LOCKED_AT: Final = 10
TELEPHONE: Final = "telephone"
"""Whose tries wrong codes count as: the counter's, whatever they were typed for."""
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 3_600_000


# ---- activation codes and PINs ------------------------------------------------------------------------------


def read_pin(text: str, role: OperatorRole) -> str:
    """The PIN in ASCII digits. Raises Refused("pin_form") when it is not exactly as many digits as the role wants."""
    pin = fold_digits(clean(text)).replace(" ", "")
    wanted = PIN_DIGITS[role]
    if not (len(pin) == wanted and pin.isascii() and pin.isdigit()):
        raise Refused("pin_form", digits=wanted)
    return pin


def refuse_weak(pin: str) -> None:
    """Raises Refused("pin_weak") for one digit repeated or a straight run: the first thing a stranger tries."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refused("pin_weak")


def _peppered(pin: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, pin.encode(), hashlib.sha256).digest()


def make_verifier(pin: str, pepper: bytes, salt: bytes) -> str:
    """The PHC text to keep: Argon2id, 64 MiB, 3 passes, 1 lane, over the PIN under the device's pepper."""
    kdf = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=65_536)
    return kdf.derive_phc_encoded(_peppered(pin, pepper))


def is_pin(pin: str, pepper: bytes, verifier: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_peppered(pin, pepper), verifier)
    except InvalidKey:
        return False
    return True


# ---- wrong tries ---------------------------------------------------------------------------------------------


def wait_ms(failed: int) -> int:
    """How long after `failed` wrong tries in a row the next may come: 30 s after the fifth, doubling to an hour."""
    if failed < FREE_TRIES:
        return 0
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << (failed - FREE_TRIES))


def left_ms(attempts: Attempts | None, mono_ms: int, boot_id: bytes) -> int:
    """How much of a wait is left; nothing or less when there is none.

    Measured on the monotonic clock of the same boot; after a restart the whole wait begins again, so that
    neither a new start nor a moved clock shortens it.
    """
    if attempts is None:
        return 0
    since = mono_ms - attempts.last_mono_ms if attempts.boot_id == boot_id else 0
    return wait_ms(attempts.failed) - since


def refuse_early(attempts: Attempts | None, mono_ms: int, boot_id: bytes, *, by_telephone: bool = False) -> None:
    """Raises Refused("pin_wait", seconds) while a wait runs, Refused("pin_locked") at ten wrong tries.

    The telephone's codes are never locked, for there is no other way out: Refused("code_wait") for an hour at most.
    """
    if not by_telephone and attempts is not None and attempts.failed >= LOCKED_AT:
        raise Refused("pin_locked")
    left = left_ms(attempts, mono_ms, boot_id)
    if left > 0:
        raise Refused("code_wait" if by_telephone else "pin_wait", seconds=-(-left // 1000))


class PinGuesses:
    """Guesses at PINs and codes: counted before they are looked at, and in the keystore before they are answered.

    So neither a power cut nor an older copy of the database gives a guess back: one that knows of fewer guesses than
    the keystore was put back. What is guessed at is named by `of`: a person's PIN (``id``), one code (``id/hash``), the
    telephone's codes.
    """

    def __init__(self, context: CounterContext) -> None:
        self._store = context.store
        self._journal = context.journal
        self._clock = context.world.clock

    def count(self, of: str) -> int:
        """One more; answers how many in a row. Raises as `refuse_early`, and Unavailable("keystore_…").

        A guess that the keystore did not hear of in time is not looked at, and so costs nothing.
        """
        before = self._store.attempts(of)
        refuse_early(before, self._clock.mono_ms(), self._clock.boot_id, by_telephone=of == TELEPHONE)
        failed = 1 if before is None else before.failed + 1
        with self._journal.turn():
            ever = (PIN_GUESSES.kept(self._store) or 0) + 1
            self._journal.write([], [self._put(of, failed), PIN_GUESSES.put(ever)])
            self._journal.mirror.guessed(ever)
        try:
            self._journal.mirror.settle()
        except Unavailable:
            self._journal.write([], [self.forgiven(of) if before is None else PutAttempts(of, **asdict(before))])
            raise
        return failed

    def forgiven(self, of: str) -> PutAttempts:
        """What is written once somebody has guessed right: the next wrong one is the first in a row."""
        return self._put(of, 0)

    def _put(self, of: str, failed: int) -> PutAttempts:
        return PutAttempts(of, failed, self._clock.wall_ms(), self._clock.mono_ms(), self._clock.boot_id)
