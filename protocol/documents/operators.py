"""The operators document: who may sit at the counter, and in which role."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protocol.documents.trust import read_as
from protocol.members import Hex
from protocol.texts import Bilingual
from protocol.values.ids import normalise_code

OperatorRole = Literal["operator", "supervisor", "technician"]
PIN_DIGITS: Final[Mapping[OperatorRole, int]] = {"operator": 6, "supervisor": 8, "technician": 8}


@dataclass(frozen=True, slots=True)
class Activation:
    """A one-time code, as its slow hash (`activation_hash`)."""

    salt: Hex
    hash: Hex


@dataclass(frozen=True, slots=True)
class Operator:
    """A person the centre lets work here until `not_after_ms`.

    `pins` are the hashes (hex) of the activations whose PINs are good; None: a centre that does not say. `link` is the
    tail of the chain whose links mend a forgotten PIN by telephone; "": a centre that gives none.
    """

    id: str
    name: Bilingual
    role: OperatorRole
    active: bool
    not_after_ms: int
    activation: Activation | None
    link: str = ""
    pins: tuple[str, ...] | None = None

    def pin_stands(self, used: str) -> bool:
        """Whether a PIN set with the activation of that hash (hex) is still good."""
        if self.pins is not None:
            return used in self.pins
        return self.activation is None or self.activation.hash.hex() == used

    def works_at(self, wall_ms: int) -> bool:
        return self.active and wall_ms <= self.not_after_ms


@dataclass(frozen=True, slots=True)
class OperatorsDocument:
    """Who may work at the counters of a shop, version by version."""

    version: int
    operators: tuple[Operator, ...]


def read_operators(payload: Mapping[str, Any]) -> dict[str, Operator]:
    """The people in a verified operators document, by id. Raises Forged for signed nonsense."""
    return {person.id: person for person in read_as(OperatorsDocument, payload, "not operators").operators}


def activation_hash(code: str, salt: bytes) -> bytes:
    """The slow hash of an 11-character activation code, as the operators document carries it."""
    kdf = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19_456)
    return kdf.derive(normalise_code(code).encode())


def is_activation(operator: Operator, code: str) -> bool:
    if operator.activation is None:
        return False
    return hmac.compare_digest(activation_hash(code, operator.activation.salt), operator.activation.hash)
