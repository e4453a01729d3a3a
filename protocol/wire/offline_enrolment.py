"""First trust without a line: a request and its answer, carried as files (docs/protocol.md, docs/adr/0023).

One round, and whoever holds a file may try as long as he likes, so that six digits prove nothing here. Two codes of
eighty bits are read over the telephone instead: that of the request, by which the centre knows whose key it signs, and
that of the answer, by which the counter knows whose signature it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from protocol.documents import trust
from protocol.documents.kinds import DOCUMENTS
from protocol.errors import Corrupt, Refused, malformed_as
from protocol.keys import PUBLIC_LEN, Signer, fingerprint
from protocol.strict_json import BadJson, dumps, loads_object
from protocol.values import ids
from protocol.wire import enrolment
from protocol.wire.enrolment import NONCE_LEN, Enrolment, Statement

REQUEST: Final = "application/vnd.kiosk.enrol-request.v1+json"
REQUEST_FILE: Final = "manfaz-request.json"
ANSWER_FILE: Final = "manfaz-answer.json"
CODE_LEN: Final = 16
MOST_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """What a counter asks for: a slot with its code, for its key. `payload` is what was signed, byte for byte."""

    payload: bytes
    slot: str
    code: str = field(repr=False)
    public: bytes
    made_ms: int

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.payload).digest()


def stick_at(named: str) -> Path:
    """The folder of the stick, typed or found. Raises Refused("stick_unnamed"): nothing is written just anywhere."""
    if not named.strip():
        raise Refused("stick_unnamed")
    return Path(named)


def write_request(slot: str, code: str, signer: Signer, nonce: bytes, made_ms: int) -> bytes:
    """The file, signed by the key it asks for. `code` has its check character; `nonce` makes two requests two."""
    members = {
        "v": 1, "slot": slot, "code": code, "pub": signer.public.hex(), "nonce": nonce.hex(), "made_ms": made_ms,
    }  # fmt: skip
    return trust.seal_object(REQUEST, members, signer)


def read_request(data: bytes) -> EnrolmentRequest:
    """Raises Refused("stick_torn") for what is no whole file, ("stick_changed") for one that somebody changed."""
    with malformed_as(Refused("stick_torn"), Corrupt):
        outer = json.loads(data)
        payload = base64.b64decode(outer["payload"], validate=True)  # the signer's key is inside what it signed
        members = loads_object(payload)
        public = bytes.fromhex(str(members["pub"]))
        request = EnrolmentRequest(payload, str(members["slot"]), str(members["code"]), public, int(members["made_ms"]))
        sound = len(bytes.fromhex(str(members["nonce"]))) == NONCE_LEN and len(public) == PUBLIC_LEN
    try:
        trust.open_bytes(data, REQUEST, [public])
    except Corrupt as error:
        raise Refused("stick_changed") from error
    if not (sound and ids.SLOT.fullmatch(request.slot) and ids.SLOT_CODE.fullmatch(request.code)):
        raise Refused("stick_changed")
    return request


def request_code(payload: bytes) -> str:
    """What the counter shows and the centre compares: 16 characters and one to check them."""
    return _code(b"KJ01/enrol-request\n" + payload)


def answer_code(root_fp: bytes, statement: bytes) -> str:
    """What the centre reads out and the counter compares; `statement` is the payload."""
    return _code(b"KJ01/enrol-answer\n" + root_fp + statement)


def _code(hashed: bytes) -> str:
    code = ids.crockford(hashlib.sha256(hashed).digest()[:10])
    return code + ids.check_char(code)


def same_code(typed: str, expected: str) -> bool:
    """Whether these are one code. Raises Refused as `ids.check_code`: a slip is not a difference."""
    return ids.check_code(typed, CODE_LEN) == expected[:CODE_LEN]


# ---- the answer


@dataclass(frozen=True, slots=True)
class EnrolmentAnswer:
    """What came back, read and verified against itself, not yet believed: that is up to `code`."""

    statement: Statement
    enrolment: Enrolment
    code: str
    centre: str
    documents: Mapping[str, bytes]


def write_answer(
    request: EnrolmentRequest, root: bytes, keyset: bytes, statement: bytes, centre: str, documents: Mapping[str, bytes]
) -> bytes:
    """`keyset` and `statement` are envelopes; `documents` those in force for the shop."""
    return dumps({
        "v": 1, "request": request.sha256.hex(), "root": root.hex(), "keyset": json.loads(keyset),
        "statement": json.loads(statement), "centre": centre,
        "documents": {kind: json.loads(envelope) for kind, envelope in documents.items()},
    })  # fmt: skip


def read_answer(data: bytes, request: bytes, public: bytes) -> EnrolmentAnswer:
    """The answer to the request of payload `request`, made for my key.

    Raises Refused: stick_torn, other_file (an answer to another request, of this computer or another), stick_changed
    (it does not hang together under its own root).
    """
    members = _whole(data)
    with malformed_as(Refused("stick_torn")):
        answers, root = str(members["request"]), bytes.fromhex(str(members["root"]))
        keyset, envelope = dumps(members["keyset"]), dumps(members["statement"])
        centre, documents = str(members["centre"]), _documents(members)
    if answers != hashlib.sha256(request).hexdigest():
        raise Refused("other_file")
    try:
        opened = trust.open_keyset(keyset, root, fingerprint(root))
        statement = enrolment.open_statement(envelope, opened, public, root)
    except (Corrupt, BadJson) as error:
        raise Refused("stick_changed") from error
    kept = Enrolment(statement.payload, root, keyset)
    return EnrolmentAnswer(statement, kept, answer_code(fingerprint(root), statement.payload), centre, documents)


def read_documents(data: bytes) -> dict[str, bytes]:
    """The signed documents in an answer: each is verified by whoever takes it, so no code is asked for them.

    Raises Refused("stick_torn").
    """
    with malformed_as(Refused("stick_torn")):
        return _documents(_whole(data))


def _whole(data: bytes) -> dict[str, Any]:
    with malformed_as(Refused("stick_torn")):
        members = json.loads(data)
    if not isinstance(members, dict):
        raise Refused("stick_torn")
    return members


def _documents(members: Mapping[str, Any]) -> dict[str, bytes]:
    found = members["documents"]
    return {kind: dumps(found[kind]) for kind in DOCUMENTS if kind in found}
