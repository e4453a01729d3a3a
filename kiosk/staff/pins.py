"""Who sits at the counter: roles, activation codes, PINs, and what wrong tries cost.

A PIN is set at the counter with a one-time activation code whose hash the feed brought; its verifier is
local. A try is written before it is checked, so that pulling the plug gains nobody a try.
"""

from __future__ import annotations

import hashlib
import hmac
from itertools import pairwise
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.ports.facts import Attempts
from protocol.documents.operators import PIN_DIGITS, OperatorRole
from protocol.errors import Refused
from protocol.values.arabic import clean, fold_digits

FREE_TRIES: Final = 5
LOCKED_AT: Final = 10
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


def refuse_early(attempts: Attempts | None, mono_ms: int, boot_id: bytes) -> None:
    """Raises Refused("pin_wait", seconds) while a wait runs, Refused("pin_locked") at ten wrong tries."""
    if attempts is not None and attempts.failed >= LOCKED_AT:
        raise Refused("pin_locked")
    left = left_ms(attempts, mono_ms, boot_id)
    if left > 0:
        raise Refused("pin_wait", seconds=-(-left // 1000))
