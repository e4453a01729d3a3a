"""Who is asking: the one place where a device's request is believed (docs/protocol.md, Signed requests)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from central import rejected_auth
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from central.journal import ingestion
from central.store.device_models import Nonce
from central.web.exchange import Answer, Denied, ReceivedRequest, refusal, verdict
from protocol.wire import stick_file, wire

NONCE_LIFE_MS: Final = 15 * 60_000
WRITTEN_BYTES: Final = 128 << 10
"""What a question costs that is written down for ever: some two thousand of them fill a device's day."""
_KEY: Final = re.compile(r'"([!#-~]{1,128})"')


@dataclass(frozen=True, slots=True)
class Caller:
    """A device whose key is in force, and what it just asked under."""

    chain: Chain
    nonce: str
    idempotency: str
    created_ms: int = 0


SignedHandler = Callable[[Centre, Caller, ReceivedRequest], Answer]


@dataclass(frozen=True, slots=True)
class Signer:
    """The device whose key signed the headers of a request. Its body has not been looked at."""

    chain: Chain
    claimed: wire.Claimed
    idempotency: str


def authenticate(centre: Centre, received: ReceivedRequest) -> Caller:
    """The device that signed `received`. Raises Denied as `identify` and `admit` do."""
    return admit(centre, received, identify(centre, received))


def identify(centre: Centre, received: ReceivedRequest) -> Signer:
    """The device that signed the headers of `received`; its body is not looked at. Raises Denied 401."""
    request, claimed = _claimed(centre, received)
    with centre.store.reading() as session:
        chain = registry.chain(session, UUID(claimed.device).bytes, claimed.epoch)
    if chain is None:
        raise _unauthorised(centre, rejected_auth.UNKNOWN)
    names = (stick_file.STICK,) if received.by_stick else centre.authorities
    if not any(wire.verify(claimed, replace(request, authority=name), chain.public) for name in names):
        raise _unauthorised(centre, rejected_auth.SIGNATURE, chain)
    age_s = centre.now_ms() // 1000 - claimed.created
    oldest, ahead = (stick_file.OLDEST_S, stick_file.AHEAD_S) if received.by_stick else (wire.MAX_AGE_S, wire.MAX_AGE_S)
    if not -ahead <= age_s <= oldest:
        _count_rejected(centre, rejected_auth.CLOCK, chain)
        raise Denied(verdict(centre, chain, 401, "clock_skew", claimed.nonce))
    return Signer(chain, claimed, request.idempotency)


def admit(centre: Centre, received: ReceivedRequest, signer: Signer) -> Caller:
    """The caller, once the body is here. Raises Denied: 401 for another body or a repeated request, 403 for a device
    that is shut out, 429 for one that asks too often.
    """
    chain, claimed = signer.chain, signer.claimed
    if signer.idempotency and received.only("content-digest") != wire.digest(received.body):
        raise _unauthorised(centre, rejected_auth.UNREADABLE)
    if not received.by_stick:
        chain = _take_turn(centre, received, chain, claimed.nonce)
    if chain.state != "active":
        _count_rejected(centre, chain.state, chain)
        raise Denied(shut_out(centre, chain, claimed.nonce))
    return Caller(chain, claimed.nonce, signer.idempotency, claimed.created * 1000)


def _take_turn(centre: Centre, received: ReceivedRequest, chain: Chain, nonce: str) -> Chain:
    """Each request of the line once. One from a stick does nothing twice, and is answered again to whoever lost it.
    Returns the chain as it stands now: while the body came, it may have been shut out.
    """
    with centre.store.writing() as session:
        fresh = session.add_new(Nonce, device=chain.device, nonce=nonce, at_ms=centre.now_ms())
        present = registry.chain(session, chain.device, chain.epoch) or chain
    if not fresh:
        raise _unauthorised(centre, rejected_auth.REPEATED, chain)
    # Counted only now: nobody else can use up a device's turns, not even with copies of its own requests.
    wait = received.pace(chain.name, 1, len(received.body))
    if wait:
        raise Denied(refusal(429, "too_many", wait))
    return present


def fill(received: ReceivedRequest, caller: Caller, size: int = WRITTEN_BYTES) -> None:
    """Count what `caller` makes us keep beside the bytes that it sent. Raises Denied 429 once its day is full."""
    wait = received.pace(caller.chain.name, 0, size)
    if wait:
        raise Denied(refusal(429, "too_many", wait))


def _claimed(centre: Centre, received: ReceivedRequest) -> tuple[wire.SignedRequest, wire.Claimed]:
    """What was asked, for whatever authority, and who says that he asked it."""
    signature_input, signature = received.only("signature-input"), received.only("signature")
    if signature_input is None or signature is None:
        raise _unauthorised(centre, rejected_auth.UNREADABLE)
    if received.method in ("GET", "HEAD"):
        request = wire.SignedRequest(received.method, "", received.path, received.query)
    else:
        key = _KEY.fullmatch(received.only("idempotency-key") or "")
        content_type, digest = received.only("content-type"), received.only("content-digest")
        if key is None or content_type is None or digest is None or wire.DIGEST.fullmatch(digest) is None:
            raise _unauthorised(centre, rejected_auth.UNREADABLE)
        request = wire.SignedRequest(
            received.method, "", received.path, received.query, content_type, b"", key[1], digest
        )
    claimed = wire.read_signature(signature_input, signature, request)
    if claimed is None:
        raise _unauthorised(centre, rejected_auth.UNREADABLE)
    return request, claimed


def _count_rejected(centre: Centre, why: str, chain: Chain | None) -> None:
    centre.rejected_auth.count(why, chain.device if chain else rejected_auth.NOBODY, centre.now_ms())


def _unauthorised(centre: Centre, why: str, chain: Chain | None = None) -> Denied:
    _count_rejected(centre, why, chain)
    return Denied(refusal(401, "unauthorised"))


def shut_out(centre: Centre, chain: Chain, nonce: str) -> Answer:
    """The signed 403 for a chain that is not active."""
    if chain.state == "frozen":
        with centre.store.reading() as session:
            fork = ingestion.first_fork(session, chain)
        assert fork is not None  # noqa: S101 - a chain is frozen in the commit that keeps the evidence
        return verdict(centre, chain, 403, "equivocation", nonce, seq=fork.seq, entry_hash=fork.hash.hex())
    code = {"suspended": "suspended", "erased": "erase"}.get(chain.state, "revoked")
    return verdict(centre, chain, 403, code, nonce)


def purge_nonces(centre: Centre) -> int:
    """Forget nonces that no request in time could repeat."""
    with centre.store.writing() as session:
        return session.run(delete(Nonce).where(col(Nonce.at_ms) < centre.now_ms() - NONCE_LIFE_MS))
