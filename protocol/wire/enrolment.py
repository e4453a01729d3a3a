"""First trust: how a counter and a centre that never met agree on their keys, and the statement that results.

claim {slot, code, pub, commit} → {ns, device, epoch, root, keyset} → reveal {slot, nd, proof} → both sides
show the same six digits → a second person approves → the signed statement. Commit before reveal: otherwise
a man in the middle grinds a matching number in seconds.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from protocol import members
from protocol.documents.trust import ENROLMENT, Forged, Keyset, open_bytes, read_as
from protocol.errors import Refused
from protocol.keys import Signer, fingerprint, pae, verifies
from protocol.members import Called, Codec, Hex
from protocol.strict_json import count, loads_object
from protocol.values.receipt_number import MOST_TILLS, receipt_number
from protocol.values.scanned import fold_layout

PROOF_TYPE: Final = "application/vnd.kiosk.enrol-proof.v1"
STATUS_TYPE: Final = "application/vnd.kiosk.enrol-status.v1"
NONCE_LEN: Final = 16
_Device = Annotated[bytes, Codec(lambda text: uuid.UUID(text).bytes, lambda sixteen: str(uuid.UUID(bytes=sixteen)))]

_Till = Annotated[int, Codec(lambda said: count(said, MOST_TILLS))]


def commitment(public: bytes, device_nonce: bytes) -> bytes:
    """SHA-256(pub ‖ nd): what the device says before it has seen the centre's nonce."""
    return hashlib.sha256(public + device_nonce).digest()


def short_number(public: bytes, device_nonce: bytes, centre_nonce: bytes, root_fp: bytes) -> str:
    """The six digits both sides show and two people compare."""
    digest = hashlib.sha256(b"KJ01/sas\n" + public + device_nonce + centre_nonce + root_fp).digest()
    return f"{int.from_bytes(digest[:4], 'big') % 1_000_000:06d}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the device signs to show that it holds the key it claims. Nonces are 16 bytes, `slot` 4 digits."""

    slot: str
    public: bytes
    centre_nonce: bytes
    device_nonce: bytes
    root_fp: bytes

    def _signed(self) -> bytes:
        inside = self.slot.encode() + self.public + self.centre_nonce + self.device_nonce + self.root_fp
        return pae(PROOF_TYPE, inside)

    def sign(self, signer: Signer) -> bytes:
        return signer.sign(self._signed())

    def verifies(self, signature: bytes) -> bool:
        return verifies(self.public, signature, self._signed())


def status_bytes(slot: str, device_nonce: bytes) -> bytes:
    """What the device signs each time it asks whether it has been approved."""
    return pae(STATUS_TYPE, slot.encode() + device_nonce)


@dataclass(frozen=True, slots=True)
class Statement:
    """The enrolment statement; `payload` is the exact bytes, of which the genesis is made.

    `till` is the shop's number for this device, from 1; 0 in the practice room, where no centre has given one.
    """

    payload: Annotated[bytes, Codec()]
    device: _Device
    epoch: int
    shop: str
    till: _Till
    public: Annotated[Hex, Called("pub")]
    alg: Literal["ed25519"] = field(default="ed25519", kw_only=True)
    root_fp: Hex
    keyset_version: int
    issued_ms: int

    @property
    def device_text(self) -> str:
        return str(uuid.UUID(bytes=self.device))

    def number(self, seq: int) -> str:
        """Of an entry of this epoch, as papers and lists show it."""
        return receipt_number(self.till, self.epoch, seq)


def statement_members(statement: Statement) -> dict[str, Any]:
    """The JSON members, in their order, of a statement about to be issued (its `payload` is ignored)."""
    said = members.write(statement)
    del said["payload"]
    return {"v": 1, **said}


def read_statement(payload: bytes) -> Statement:
    """The statement in payload bytes already verified or stored. Raises Forged when it is not one."""
    said = {**loads_object(payload), "payload": payload}
    if said.get("alg") != "ed25519":
        raise Forged("other algorithm")
    return read_as(Statement, said, "not a statement")


def open_statement(envelope: bytes, keyset: Keyset, public: bytes, root_public: bytes) -> Statement:
    """The statement in `envelope`: signed by an enrol key, for my key, under the root I saw. Raises Forged."""
    statement = read_statement(open_bytes(envelope, ENROLMENT, keyset.publics("enrol")))
    if statement.public != public:
        raise Forged("other key")
    if statement.root_fp != fingerprint(root_public):
        raise Forged("other root")
    return statement


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What first trust left behind: statement payload bytes, root public key, keyset envelope."""

    statement: bytes
    root_public: bytes
    keyset: bytes


# ---- an invitation: what the centre gives a technician for one counter; typed, scanned, in a file
#
# One line for all three ways, in small letters: a scanner types as a keyboard does, and through an Arabic layout only
# the keys without Shift can be taken back (`protocol.values.scanned`).

INVITATION_FILE: Final = "manfaz-slot.txt"
_FORM: Final = re.compile(r"manfaz1 (https?://[a-z0-9.:\[\]/_-]{1,200}) ([0-9]{4}) ([0-9a-hj-km-np-tv-z]{11})")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Its address, a slot, a one-time code."""

    centre: str
    slot: str
    code: str = field(repr=False)

    def text(self) -> str:
        """The line."""
        return f"manfaz1 {self.centre} {self.slot} {self.code}".lower()


def is_invitation(typed: str) -> bool:
    """Whether this is meant to be one, however it was typed."""
    return fold_layout(typed).lower().startswith("manfaz1")


def read_invitation(typed: str) -> Invitation:
    """Raises Refused("invitation_form")."""
    found = _FORM.fullmatch(" ".join(fold_layout(typed).lower().split()))
    if found is None:
        raise Refused("invitation_form")
    return Invitation(found[1], found[2], found[3].upper())
