"""The operators document: who may sit at the counter, and in which role."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.documents.trust import Forged
from protocol.values.ids import normalise_code

OperatorRole = Literal["operator", "supervisor", "technician"]
PIN_DIGITS: Final[Mapping[OperatorRole, int]] = {"operator": 6, "supervisor": 8, "technician": 8}


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


def activation_hash(code: str, salt: bytes) -> bytes:
    """The slow hash of an 11-character activation code, as the operators document carries it."""
    kdf = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19_456)
    return kdf.derive(normalise_code(code).encode())


def is_activation(operator: Operator, code: str) -> bool:
    if operator.activation is None:
        return False
    salt, expected = operator.activation
    return hmac.compare_digest(activation_hash(code, salt), expected)
