"""First trust over the wire: claim, show six digits, reveal, ask until a person at the centre has approved.

The caller keeps the `Application` after each step, next to the seed in the keystore, so that a power cut in between
costs nothing but time. Nothing is signed by the centre yet: what is checked is that all of it hangs on one root,
whose fingerprint is in the six digits that two people compare.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kiosk.ports.world import Randomness
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Refused, malformed_as
from protocol.keys import PUBLIC_LEN, Signer, fingerprint
from protocol.members import Hex, read, write
from protocol.strict_json import BadJson, dumps, loads_object
from protocol.texts import Bilingual
from protocol.values.arabic import clean, isolate
from protocol.values.ids import slot_and_code
from protocol.wire import enrolment, wire
from protocol.wire.enrolment import NONCE_LEN, Enrolment, Proof
from sync.centre_client import sort
from sync.line import NoAnswer, Raw, Wire

_REFUSED: Final = 403
_WAITING: Final = 202
_UNKNOWN: Final = 404


@dataclass(frozen=True, slots=True)
class Claim:
    """What the centre answered: its nonce, the device it means, its root key, and the keyset the root signed."""

    device: str
    epoch: int
    centre_nonce: Hex
    root_public: Hex
    keyset: Hex


@dataclass(frozen=True, slots=True)
class Invited:
    """Whose code it is, as the centre says unsigned: it guards against slips, for nobody is trusted yet."""

    shop: Bilingual
    server_ms: int


@dataclass(frozen=True, slots=True)
class Application:
    """An enrolment under way; what must survive a restart."""

    slot: str
    code: str = field(repr=False)
    device_nonce: Hex = field(repr=False)
    claim: Claim | None = None
    revealed: bool = False


@dataclass(frozen=True)
class Enroller:
    """Speaks for a device that has a key but no name yet. `_now_s` is only for the date form of a Retry-After."""

    _line: Wire
    _signer: Signer = field(repr=False)
    _randomness: Randomness
    _now_s: float = 0.0

    def begin(self, slot: str, code: str) -> Application:
        """An application, to be kept before `claim`. Raises as `ids.slot_and_code`."""
        return Application(*slot_and_code(slot, code), self._randomness.take(NONCE_LEN))

    def whose_code(self, application: Application) -> Invited | None:
        """Whose code this is, before anything is laid on it; None where the centre cannot say.

        Raises Refused("enrol_address") where the centre would not take what is signed for this address.
        """
        raw = self._post(wire.PATH_LOOK, {"slot": application.slot, "code": application.code}, 200, _UNKNOWN)
        if raw.status == _UNKNOWN:
            return None
        members = self._members(raw)
        with malformed_as(NoAnswer("portal", "look")):
            name, known = members["shop"]["name"], [clean(str(one))[:200] for one in members.get("authorities", ())]
            invited = Invited(Bilingual(str(name["ar"]), str(name["en"])), int(members["server_ms"]))
        if known and self._line.authority not in known:
            raise Refused("enrol_address", mine=isolate(self._line.authority), theirs=isolate(known[0]))
        return invited

    def claim(self, application: Application) -> Application:
        """Commit to key and nonce, learn the centre's. Again with the same application if the answer was lost."""
        asked = {
            "slot": application.slot,
            "code": application.code,
            "pub": self._signer.public.hex(),
            "commit": enrolment.commitment(self._signer.public, application.device_nonce).hex(),
        }
        members = self._members(self._post(wire.PATH_CLAIM, asked, 200))
        with malformed_as(NoAnswer("portal", "claim")):
            claim = Claim(
                str(members["device"]), int(members["epoch"]), _hex(members["ns"], NONCE_LEN),
                _hex(members["root"], PUBLIC_LEN), dumps(members["keyset"]),
            )  # fmt: skip
        trust.open_keyset(claim.keyset, claim.root_public, fingerprint(claim.root_public))
        return replace(application, claim=claim)

    def number(self, application: Application) -> str:
        """The six digits to show and compare."""
        claim = _claimed(application)
        root_fp = fingerprint(claim.root_public)
        return enrolment.short_number(self._signer.public, application.device_nonce, claim.centre_nonce, root_fp)

    def reveal(self, application: Application) -> Application:
        """Open the commitment and prove the key."""
        claim = _claimed(application)
        proof = Proof(
            application.slot, self._signer.public, claim.centre_nonce, application.device_nonce,
            fingerprint(claim.root_public),
        )  # fmt: skip
        asked = {"nd": application.device_nonce.hex(), "proof": proof.sign(self._signer).hex()}
        self._post(wire.PATH_REVEAL, {"slot": application.slot, **asked}, 200)
        return replace(application, revealed=True)

    def status(self, application: Application) -> Enrolment | None:
        """The enrolment once somebody has approved, None while it waits. Every 2 s or slower.

        Raises Refused("enrolment_refused"); Forged for a statement that is not about this key under this root.
        """
        claim = _claimed(application)
        signed = self._signer.sign(enrolment.status_bytes(application.slot, application.device_nonce))
        asked = {"slot": application.slot, "nd": application.device_nonce.hex(), "sig": signed.hex()}
        raw = self._post(wire.PATH_STATUS, asked, 200, _WAITING)
        if raw.status == _WAITING:
            return None
        keyset = trust.open_keyset(claim.keyset, claim.root_public, fingerprint(claim.root_public))
        statement = enrolment.open_statement(raw.body, keyset, self._signer.public, claim.root_public)
        if (statement.device_text, statement.epoch) != (claim.device, claim.epoch):
            raise Forged("other device")
        return Enrolment(statement.payload, claim.root_public, claim.keyset)

    def close(self) -> None:
        self._line.close()

    def _post(self, path: str, members: Mapping[str, Any], *wanted: int) -> Raw:
        raw = self._line.send("POST", path, {"Content-Type": wire.JSON}, dumps(members))
        if raw.status in wanted and raw.content_type in (wire.JSON, wire.DSSE):
            return raw
        if raw.content_type == wire.JSON and raw.status in (400, _REFUSED):
            raise _refusal(self._members(raw))
        raise sort(raw, self._now_s)

    def _members(self, raw: Raw) -> dict[str, Any]:
        try:
            return loads_object(raw.body)
        except BadJson as error:
            raise NoAnswer("portal", error.reason) from error


def _refusal(members: Mapping[str, Any]) -> Refused:
    """The centre's no in the words of technician and operator; what it does not say is not made up."""
    why, at_ms = members.get("why"), members.get("at_ms")
    if members.get("code") in ("bad_key", "duplicate_key"):
        return Refused("enrolment_key")
    if why == "wrong":
        return Refused("enrol_unknown")
    if why in ("used", "expired") and type(at_ms) is int:
        return Refused(f"enrol_{why}", at_ms=at_ms)
    if why == "denied":
        said = {name: clean(str(members.get(name) or "—"))[:200] for name in ("reason", "phone")}
        return Refused("enrol_denied", **said)
    return Refused("enrolment_refused")


def _claimed(application: Application) -> Claim:
    if application.claim is None:
        raise Refused("not_claimed")
    return application.claim


def _hex(text: object, length: int) -> bytes:
    found = bytes.fromhex(str(text))
    if len(found) != length:
        raise ValueError
    return found


def write_application(application: Application) -> bytes:
    """An application as bytes to keep."""
    return json.dumps(write(application)).encode()


def read_application(kept: bytes) -> Application:
    """What `write_application` wrote."""
    return read(Application, json.loads(kept))
