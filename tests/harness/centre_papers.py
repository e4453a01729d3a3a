"""A citizen's papers at the centre, as they come up behind their entry."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from central.requests import evidence_files
from central.requests.evidence_files import UploadPlace
from protocol.wire.evidence_file import NONCE, EvidenceHead, bound_to, seal_key
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device


def named(content: bytes, media: str = "image/jpeg") -> dict[str, Any]:
    """What a request says of a paper."""
    return {"id": "card", "sha256": hashlib.sha256(content).hexdigest(), "len": len(content), "media": media}


def upload(office: OwnCentre, device: Device, seq: int, content: bytes) -> None:
    digest, key = hashlib.sha256(content).digest(), secrets.token_bytes(32)
    where = UploadPlace(device.chain.device, 1, seq, digest)
    sealed = ChaCha20Poly1305(key).encrypt(NONCE, content, bound_to(digest))
    head = EvidenceHead(device.chain.device, 1, seq, digest)
    evidence_files.create(office.centre, where, len(sealed), seal_key(head, key, device.keyset.seal_x25519))
    evidence_files.append(office.centre, where, 0, sealed)
