"""Signed documents and who may sign them: one envelope (DSSE), one keyset under an offline root.

Nothing from outside is believed unsigned. A document is a JSON object in a DSSE v1 envelope
``{"payloadType", "payload" (base64), "signatures": [{"keyid", "sig"}]}``; the root signs the keyset, and
the keyset names which two keys (current and next) may sign each kind of document.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from protocol import members, strict_json
from protocol.errors import Corrupt, malformed_as
from protocol.keys import PUBLIC_LEN, Signer, fingerprint, key_id, pae, verifies
from protocol.members import Codec

T = TypeVar("T")
KEYSET: Final = "application/vnd.kiosk.keyset.v1+json"
ENROLMENT: Final = "application/vnd.kiosk.enrolment.v1+json"
VERDICT: Final = "application/vnd.kiosk.verdict.v1+json"
FEED: Final = "application/vnd.kiosk.feed.v1+json"
LEASE: Final = "application/vnd.kiosk.lease.v1+json"
PING: Final = "application/vnd.kiosk.ping.v1+json"
INQUIRY: Final = "application/vnd.kiosk.inquiry.v1+json"
FOUND: Final = "application/vnd.kiosk.found.v1+json"
REFUND: Final = "application/vnd.kiosk.refund.v1+json"
SETTINGS: Final = "application/vnd.kiosk.settings.v1+json"
OPERATORS: Final = "application/vnd.kiosk.operators.v1+json"
CATALOGUE: Final = "application/vnd.kiosk.catalogue.v1+json"

MAX_FEED_STRING: Final = 4 << 20
"""A feed page carries whole envelopes, and a price list in base64 is one string."""

Role = Literal["enrol", "ack", "feed", "catalogue"]
NO_UPDATES: Final = "0" * 64
"""`update_root_sha256` of a centre that publishes no updates yet."""


class Forged(Corrupt):
    """A document that nobody we trust has signed, or that is not a document; `reason` is a fixed word."""

    def __init__(self, reason: str) -> None:
        super().__init__("forged", reason=reason)
        self.reason = reason


def seal(payload_type: str, payload: bytes, signer: Signer) -> bytes:
    """A DSSE envelope around `payload`, signed once."""
    signature = signer.sign(pae(payload_type, payload))
    return json.dumps(
        {
            "payloadType": payload_type,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": key_id(signer.public).hex(), "sig": base64.b64encode(signature).decode()}],
        }
    ).encode()


def seal_object(payload_type: str, said: Mapping[str, Any], signer: Signer) -> bytes:
    return seal(payload_type, strict_json.dumps(said), signer)


def open_bytes(envelope: bytes, payload_type: str, publics: Iterable[bytes]) -> bytes:
    """The payload, if one of `publics` signed exactly this type and these bytes. Raises Forged."""
    with malformed_as(Forged("not an envelope")):
        outer = json.loads(envelope)
        kind, payload, signatures = outer["payloadType"], _unbase64(outer["payload"]), outer["signatures"]
        offered = [(str(s["keyid"]), _unbase64(s["sig"])) for s in signatures]
    if kind != payload_type:
        raise Forged("other type")
    known = {key_id(public).hex(): public for public in publics}
    signed = pae(payload_type, payload)
    if not any(keyid in known and verifies(known[keyid], sig, signed) for keyid, sig in offered[:4]):
        raise Forged("signature")
    return payload


def open_object(envelope: bytes, payload_type: str, publics: Iterable[bytes]) -> dict[str, Any]:
    """`open_bytes`, read as a JSON object. Raises Forged, or BadJson for signed nonsense."""
    longest = MAX_FEED_STRING if payload_type == FEED else strict_json.MAX_STRING_BYTES
    return strict_json.loads_object(open_bytes(envelope, payload_type, publics), longest)


def read_as(form: type[T], said: Mapping[str, Any], otherwise: str) -> T:
    """What a verified payload says. Raises Forged(`otherwise`) for signed nonsense."""
    with malformed_as(Forged(otherwise)):
        return members.read(form, said)


def _unbase64(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Forged("not an envelope") from error


def _key(text: object) -> bytes:
    key = bytes.fromhex(str(text))
    if len(key) != PUBLIC_LEN:
        raise ValueError
    return key


def _keys(texts: object) -> tuple[bytes, ...]:
    if not isinstance(texts, list) or not 1 <= len(texts) <= 2:
        raise TypeError
    return tuple(map(_key, texts))


_Key = Annotated[bytes, Codec(_key, bytes.hex)]
_Keys = Annotated[tuple[bytes, ...], Codec(_keys, lambda keys: [key.hex() for key in keys])]


@dataclass(frozen=True, slots=True)
class Keyset:
    """Who may sign what. Public keys are 32 bytes; two for each role, current first."""

    version: int
    enrol: _Keys
    ack: _Keys
    feed: _Keys
    catalogue: _Keys
    seal_x25519: _Key
    recovery_x25519: _Key
    update_root_sha256: str
    issued_ms: int

    def publics(self, role: Role) -> tuple[bytes, ...]:
        keys: tuple[bytes, ...] = getattr(self, role)
        return keys

    def members(self) -> dict[str, Any]:
        """The JSON members of the payload."""
        return {"v": 1, **members.write(self)}


def open_keyset(envelope: bytes, root_public: bytes, root_fp: bytes, at_least: int = 0) -> Keyset:
    """The keyset in `envelope`.

    * `root_public` must have the pinned fingerprint `root_fp` and have signed it;
    * its version must not be lower than `at_least`, the one in force: no rollback.

    Raises Forged.
    """
    if fingerprint(root_public) != root_fp:
        raise Forged("other root")
    keyset = read_as(Keyset, open_object(envelope, KEYSET, [root_public]), "not a keyset")
    if keyset.version < at_least:
        raise Forged("older keyset")
    return keyset


def payload(envelope: bytes) -> dict[str, Any]:
    """The JSON object inside an envelope that was verified before it was stored."""
    return strict_json.loads_object(base64.b64decode(json.loads(envelope)["payload"]))
