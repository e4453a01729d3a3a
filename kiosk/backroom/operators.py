"""Who sits at the counter: roles, activation codes, PINs, and what wrong tries cost.

A PIN is set at the counter with a one-time activation code whose hash the feed brought; its verifier is
local (decisions 23). A try is written before it is checked, so that pulling the plug gains nobody a try.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.errors import Refused
from kiosk.ports import Attempts
from kiosk.signed.trust import Forged
from kiosk.values.arabic import clean, fold_digits
from kiosk.values.ids import normalise_code

OperatorRole = Literal["operator", "supervisor", "technician"]
PIN_DIGITS: Final[Mapping[OperatorRole, int]] = {"operator": 6, "supervisor": 8, "technician": 8}
FREE_TRIES: Final = 5
LOCKED_AT: Final = 10
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Operator:
    """A person the centre lets work here until `not_after_ms`. `activation` is (salt, hash) of a one-time code.

    `pins` are the hashes (hex) of the activations whose PINs are good; None: a centre that does not say. `link` is the
    tail of the chain whose links mend a forgotten PIN by telephone; "": a centre that gives none.
    """

    id: str
    name_ar: str
    name_en: str
    role: OperatorRole
    active: bool
    not_after_ms: int
    activation: tuple[bytes, bytes] | None
    pins: frozenset[str] | None = None
    link: str = ""

    def pin_stands(self, used: str) -> bool:
        """Whether a PIN set with the activation of that hash (hex) is still good."""
        if self.pins is not None:
            return used in self.pins
        return self.activation is None or self.activation[1].hex() == used

    def works_at(self, wall_ms: int) -> bool:
        return self.active and wall_ms <= self.not_after_ms


def read_operators(members: Mapping[str, Any]) -> dict[str, Operator]:
    """The people in a verified operators document, by id. Raises Forged for signed nonsense."""
    try:
        people = [_operator(person) for person in members["operators"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Forged("not operators") from error
    return {person.id: person for person in people}


def _operator(person: Mapping[str, Any]) -> Operator:
    if person["role"] not in PIN_DIGITS:
        raise ValueError
    activation, pins = person.get("activation"), person.get("pins")
    return Operator(
        str(person["id"]),
        str(person["name"]["ar"]),
        str(person["name"]["en"]),
        person["role"],
        person["active"] is True,
        int(person["not_after_ms"]),
        activation and (bytes.fromhex(activation["salt"]), bytes.fromhex(activation["hash"])),
        None if pins is None else frozenset(str(used) for used in pins),
        str(person.get("link") or ""),
    )


# ---- activation codes and PINs ------------------------------------------------------------------------------


def activation_hash(code: str, salt: bytes) -> bytes:
    """The slow hash of an 11-character activation code, as the operators document carries it."""
    kdf = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19_456)
    return kdf.derive(normalise_code(code).encode())


def is_activation(operator: Operator, code: str) -> bool:
    if operator.activation is None:
        return False
    salt, expected = operator.activation
    return hmac.compare_digest(activation_hash(code, salt), expected)


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
