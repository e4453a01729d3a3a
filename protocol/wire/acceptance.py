"""The acceptance report as a signed document: the counter's word that it may work."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from protocol.documents import trust
from protocol.keys import Signer
from protocol.strict_json import dumps, loads_object

ACCEPTANCE: Final = "application/vnd.kiosk.acceptance.v1+json"


def sign_report(report: Mapping[str, Any], signer: Signer) -> bytes:
    """The signed document."""
    return trust.seal(ACCEPTANCE, dumps(report), signer)


def read_report(document: bytes, public: bytes) -> dict[str, Any]:
    """A report that this key has signed. Raises Forged, BadJson."""
    return loads_object(trust.open_bytes(document, ACCEPTANCE, [public]))


def report_fingerprint(document: bytes) -> str:
    """SHA-256 of the payload in hex: what the QR on the paper carries."""
    return hashlib.sha256(base64.b64decode(json.loads(document)["payload"])).hexdigest()
