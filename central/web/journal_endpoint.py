"""`POST /v1/journal`: a signed batch of records, plain or in a sealed bundle."""

from __future__ import annotations

import base64
import re
from typing import Final

from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from central.journal import ingestion
from central.web import exchange
from central.web.authentication import Caller, fill, shut_out
from central.web.exchange import Denied, ReceivedRequest, Response, refusal
from protocol.wire import wire
from protocol.wire.bundle import BadBundle, BundleHead, open_bundle

_RANGE: Final = re.compile(r"(0|[1-9][0-9]{0,9})-([1-9][0-9]{0,15})-([1-9][0-9]{0,15})")

ROW_BYTES: Final = 2048
"""What a record takes in our tables beside its own bytes."""


def upload(centre: Centre, caller: Caller, received: ReceivedRequest) -> Response:
    """Take a batch in. Blocking; runs on a thread of its own."""
    epoch, first, last = _range(caller.idempotency)
    if epoch > caller.chain.epoch or last < first:
        raise Denied(refusal(400, "bad_range"))
    if last - first >= wire.MAX_RECORDS:
        raise Denied(refusal(413, "too_big"))
    plain = _plain(centre, received, BundleHead(caller.chain.device, epoch, first, last))
    fill(received, caller, max(0, len(plain) - len(received.body)) + (last - first + 1) * ROW_BYTES)
    chain = caller.chain if epoch == caller.chain.epoch else _older(centre, caller, epoch)
    taken = ingestion.take(centre, chain, first, last, plain)
    return _answer(centre, taken, caller.nonce)


def _answer(centre: Centre, taken: ingestion.Taken, nonce: str) -> Response:
    if taken.behind:
        return exchange.ack(centre, taken.chain, 409)
    if taken.fork is not None or taken.chain.state in {"suspended", "frozen"}:
        return shut_out(centre, taken.chain, nonce)
    if taken.fault is not None:
        ack = base64.b64encode(exchange.ack_bytes(centre, taken.chain)).decode()
        fault = taken.fault
        return exchange.verdict(
            centre, taken.chain, 422, "structural", nonce, fault=fault.fault, seq=fault.seq, ack=ack
        )
    return exchange.ack(centre, taken.chain)


def _range(key: str) -> tuple[int, int, int]:
    found = _RANGE.fullmatch(key)
    if found is None:
        raise Denied(refusal(400, "bad_range"))
    return int(found[1]), int(found[2]), int(found[3])


def _older(centre: Centre, caller: Caller, epoch: int) -> Chain:
    """An earlier epoch of the same device: its records under its own key, the upload under the newer one."""
    with centre.store.reading() as session:
        chain = registry.chain(session, caller.chain.device, epoch)
    if chain is None:
        raise Denied(refusal(400, "bad_range"))
    return chain


def _plain(centre: Centre, received: ReceivedRequest, head: BundleHead) -> bytes:
    kind = received.only("content-type")
    if kind == wire.STREAM:
        plain = received.body
    elif kind == wire.BUNDLE:
        plain = _opened(centre, received.body, head)
    else:
        raise Denied(refusal(400, "content_type"))
    if len(plain) > wire.MAX_PLAIN:
        raise Denied(refusal(413, "too_big"))
    return plain


def _opened(centre: Centre, bundle: bytes, head: BundleHead) -> bytes:
    fault = BadBundle("seal")
    for seal in centre.keys.seals:
        try:
            return open_bundle(head, bundle, seal)
        except BadBundle as error:
            fault = error
            if error.reason != "seal":
                break
    if fault.reason == "size":
        raise Denied(refusal(413, "too_big"))
    raise Denied(refusal(400, "old_bundle" if fault.reason == "version" else "bad_bundle"))
