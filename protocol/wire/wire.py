"""The words of the wire, shared by counter and centre: media types, signed requests, sealed bundles.

docs/protocol.md is the specification; tests/vectors and tests/protocol/strangers/stranger_client.py hold this to it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from protocol.keys import Signer, verifies

_PORTS: Final = {"https": 443, "http": 80}


def authority_of(address: str) -> str:
    """What whoever is given this address signs for: its host, with the port where it is not the scheme's own.

    Raises ValueError for a port that is no number.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    named = f"[{host}]" if ":" in host else host
    return named if port in (None, _PORTS.get(parts.scheme)) else f"{named}:{port}"


STREAM: Final = "application/vnd.kiosk.journal+octet-stream"
BUNDLE: Final = "application/vnd.kiosk.bundle"
ACK: Final = "application/vnd.kiosk.journal-ack"
TUS: Final = "1.0.0"
TUS_PIECE: Final = "application/offset+octet-stream"
DSSE: Final = "application/vnd.dsse+json"
JSON: Final = "application/json"

MAX_RECORDS: Final = 500
MAX_PLAIN: Final = 1 << 20
"""Bytes of records and frames in one batch, before compression."""
MAX_BODY: Final = MAX_PLAIN + 4096
"""Bytes of one request body."""
MAX_PIECE: Final = 256 * 1024
"""Bytes of one piece of a file."""
MAX_ANSWER: Final = 8 << 20
"""Bytes of one answer that a counter reads at most."""
MAX_AGE_S: Final = 300
"""How far `created` of a signed request may lie from the centre's clock, either way."""

PATH_JOURNAL: Final = "/v1/journal"
PATH_FEED: Final = "/v1/feed"
PATH_HEARTBEAT: Final = "/v1/heartbeat"
PATH_INQUIRIES: Final = "/v1/inquiries"
PATH_SHOP_SEARCH: Final = "/v1/shop/search"
PATH_SHOP_REFUNDS: Final = "/v1/shop/refunds"
PATH_PING: Final = "/v1/ping"
PATH_EVIDENCE: Final = "/v1/evidence"
PATH_ACCEPTANCE: Final = "/v1/acceptance"
PATH_LOOK: Final = "/v1/enrol/look"
PATH_CLAIM: Final = "/v1/enrol/claim"
PATH_REVEAL: Final = "/v1/enrol/reveal"
PATH_STATUS: Final = "/v1/enrol/status"


# ---- signed requests: RFC 9421 and RFC 9530, one fixed profile ------------------------------------------

_WITH_BODY: Final = '("@method" "@authority" "@path" "@query" "content-type" "content-digest" "idempotency-key")'
_WITHOUT_BODY: Final = '("@method" "@authority" "@path" "@query")'
_INPUT: Final = re.compile(
    r"k=(?P<params>(?P<covered>\([^()]{1,200}\));created=(?P<created>[0-9]{1,12});keyid=\""
    r"(?P<device>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<epoch>[0-9]{1,10})\";alg=\"ed25519\""
    r";nonce=\"(?P<nonce>[A-Za-z0-9_-]{22})\";tag=\"kiosk-v1\")"
)
_SIGNATURE: Final = re.compile(r"k=:([A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature covers. `query` is without its question mark; `idempotency` is empty for a GET."""

    method: str
    authority: str
    path: str
    query: str = ""
    content_type: str = ""
    body: bytes = b""
    idempotency: str = ""
    content_digest: str = ""
    """What the header says of a body that has not been read; empty where `body` is here."""

    def base(self, params: str) -> bytes:
        """The signature base (RFC 9421 §2.5) under these signature parameters."""
        lines = [
            f'"@method": {self.method}', f'"@authority": {self.authority}', f'"@path": {self.path}',
            f'"@query": ?{self.query}',
        ]  # fmt: skip
        if self.idempotency:
            lines += [
                f'"content-type": {self.content_type}', f'"content-digest": {self.content_digest or digest(self.body)}',
                f'"idempotency-key": "{self.idempotency}"',
            ]  # fmt: skip
        return "\n".join([*lines, f'"@signature-params": {params}']).encode()

    @property
    def covered(self) -> str:
        return _WITH_BODY if self.idempotency else _WITHOUT_BODY


DIGEST: Final = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")


def digest(body: bytes) -> str:
    """The Content-Digest of the body as sent (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def nonce_text(sixteen: bytes) -> str:
    """22 characters of unpadded base64url."""
    return base64.urlsafe_b64encode(sixteen).decode().rstrip("=")


def sign(request: SignedRequest, signer: Signer, device: str, epoch: int, created: int, nonce: str) -> dict[str, str]:
    """The headers to send with `request`; `device` is the UUID as text, `created` Unix seconds."""
    params = (
        f'{request.covered};created={created};keyid="{device}/{epoch}";alg="ed25519";nonce="{nonce}";tag="kiosk-v1"'
    )
    signature = base64.b64encode(signer.sign(request.base(params))).decode()
    headers = {"Signature-Input": f"k={params}", "Signature": f"k=:{signature}:"}
    if request.idempotency:
        headers |= {
            "Content-Type": request.content_type, "Content-Digest": digest(request.body),
            "Idempotency-Key": f'"{request.idempotency}"',
        }  # fmt: skip
    return headers


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who a request says it is from; nothing of it is believed before `verify`."""

    params: str
    signature: bytes
    device: str
    epoch: int
    created: int
    nonce: str


def read_signature(signature_input: str, signature: str, request: SignedRequest) -> Claimed | None:
    """What the two headers claim, if they have exactly our form and cover exactly our components."""
    found, sig = _INPUT.fullmatch(signature_input), _SIGNATURE.fullmatch(signature)
    if found is None or sig is None or found["covered"] != request.covered:
        return None
    return Claimed(
        found["params"],
        base64.b64decode(sig[1]),
        found["device"],
        int(found["epoch"]),
        int(found["created"]),
        found["nonce"],
    )


def verify(claimed: Claimed, request: SignedRequest, public: bytes) -> bool:
    """Whether `public` signed `request`; the caller checks the age, the nonce, the digest and the key's state."""
    return verifies(public, claimed.signature, request.base(claimed.params))
