"""What a device sends and asks for: its journal, plain or in a sealed bundle; the feed, the heartbeat with its lease,
what is owed, how it was set up, files for whoever supports it; and a ping.
"""

from __future__ import annotations

import base64
import re
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import update
from sqlmodel import col

from central.centre import Centre
from central.devices import registry, reports
from central.devices.registry import Chain
from central.documents import feed, publishing
from central.fleet import overview
from central.journal import ingestion
from central.requests import evidence_files, reference_authority
from central.store.device_models import Device
from central.store.interface import Session
from central.web.authentication import Caller, fill, shut_out
from central.web.exchange import (
    Answer,
    Denied,
    ReceivedRequest,
    ack,
    ack_bytes,
    document,
    json_object,
    members,
    refusal,
    verdict,
)
from protocol import strict_json
from protocol.clock import HOUR_MS
from protocol.documents.device_standing import Lease, payload
from protocol.documents.trust import FEED, INQUIRY, LEASE, PING
from protocol.errors import Corrupt, Refused
from protocol.strict_json import MAX_INTEGER
from protocol.wire import support_file, wire
from protocol.wire.bundle import BadBundle, BundleHead, open_bundle
from protocol.wire.support_file import BadSupport

_CURSOR: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_VERSION: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}")


def ping(centre: Centre, received: ReceivedRequest) -> Answer:
    """An unsigned question, a signed answer: a captive portal cannot give it."""
    nonce = _parameter(received, "n", _NONCE)
    return document(PING, {"v": 1, "nonce": nonce, "server_ms": centre.now_ms()}, centre)


def pull(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """The page of the feed after the caller's cursor."""
    after = int(_parameter(received, "after", _CURSOR))
    answer = page_after(centre, caller, after)
    with centre.store.reading() as session:
        news = feed.is_news(session, caller.chain.device, after)
    if news:
        with centre.store.writing() as session:
            feed.mark_read(session, caller.chain.device, after, centre.now_ms())
    return answer


def page_after(centre: Centre, caller: Caller, after: int) -> Answer:
    """A page, and nothing else: who asks for `after` may not have read so far yet."""
    with centre.store.reading() as session:
        page = feed.page(session, caller.chain.device, after)
    values = {"after": page.after, "next": page.next, "more": page.more, "items": page.items}
    return document(FEED, {**head(centre, caller), **values}, centre)


def heartbeat(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """Keep what the device says of itself, renew its lease."""
    facts = json_object(received)
    if facts.get("v") != 1:
        raise Denied(refusal(400, "bad_request"))
    with centre.store.writing() as session:
        holds = _holds_picture(session, caller.chain, facts)
        if received.by_stick:
            _hear(session, caller.chain.device, facts, min(centre.now_ms(), caller.created_ms), caller.created_ms)
        else:
            _hear(session, caller.chain.device, facts, centre.now_ms(), MAX_INTEGER)
        settings = publishing.in_force(session, centre, caller.chain.shop)
        earlier = registry.earlier(session, caller.chain)
    if _version(facts.get("app"), 10**9) < _version(settings.min_client, 0):
        return verdict(centre, caller.chain, 426, "upgrade", caller.nonce, min_client=settings.min_client)
    chain, until_ms = caller.chain, centre.now_ms() + settings.limits.lease_h * HOUR_MS
    lease = Lease(
        chain.name, chain.epoch, caller.nonce, max(centre.now_ms(), chain.server_ms), until_ms, chain.durable,
        ack_bytes(centre, chain), earlier or None, holds,
    )  # fmt: skip
    return document(LEASE, payload(lease), centre)


def _holds_picture(session: Session, chain: Chain, facts: dict[str, Any]) -> bool | None:
    """Whether the picture that the heartbeat names as the newest is here; None where it names none.

    What it was told and is not here is noted in `facts`: then this database is a copy of before.
    """
    claimed = evidence_files.named(chain.device, facts.get("picture"))
    lacks = claimed is not None and evidence_files.lacks(session, claimed)
    facts |= {"epoch": chain.epoch, "lacks_picture": lacks}
    return None if claimed is None else not lacks


def _hear(session: Session, device: bytes, facts: dict[str, Any], told_ms: int, unless_after_ms: int) -> None:
    """Keep what was said at `told_ms`. A stick comes late, and perhaps twice: it takes the place of nothing newer."""
    older = update(Device).filter_by(id=device).where(col(Device.heard_ms) <= unless_after_ms)
    if session.run(older.values(heard_ms=told_ms, heartbeat=strict_json.dumps(facts).decode())):
        overview.keep_health(session, device, facts, told_ms)


def _version(text: object, otherwise: int) -> tuple[int, ...]:
    """A version as numbers; what is not one counts as `otherwise`, so that a slip shuts nobody out."""
    if not isinstance(text, str) or _VERSION.fullmatch(text) is None:
        return (otherwise,)
    return tuple(int(part) for part in text.split("."))


def head(centre: Centre, caller: Caller) -> dict[str, Any]:
    chain = caller.chain
    return {
        "v": 1, "device": chain.name, "epoch": chain.epoch, "request_nonce": caller.nonce,
        "server_ms": max(centre.now_ms(), chain.server_ms),
    }  # fmt: skip


def _parameter(received: ReceivedRequest, name: str, shape: re.Pattern[str]) -> str:
    """The one query parameter there may be. Raises Denied 400."""
    pairs = parse_qsl(received.query, keep_blank_values=True, encoding="utf-8", errors="replace")
    if len(pairs) != 1 or pairs[0][0] != name or shape.fullmatch(pairs[0][1]) is None:
        raise Denied(refusal(400, "bad_query"))
    return pairs[0][1]


def keep_acceptance(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """`POST /v1/acceptance`: the report of a counter that a technician has just set up."""
    try:
        with centre.store.writing() as session:
            reports.keep_acceptance(centre, session, caller.chain, received.body)
    except Corrupt as error:
        raise Denied(refusal(400, "bad_request")) from error
    return members(200, state="kept")


def take_support(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """`POST /v1/support`: a support file, or a problem that somebody there reports with it.

    Answers signed, with the number under which the file is kept.
    """
    if received.only("content-type") != support_file.MEDIA:
        raise Denied(refusal(400, "bad_request"))
    try:
        with centre.store.writing() as session:
            number = reports.keep_support(centre, session, caller.chain, received.body)
    except BadSupport as error:
        raise Denied(refusal(400, "bad_request")) from error
    return document(support_file.TAKEN, {**head(centre, caller), "number": number}, centre)


def inquire(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """What an authority says is owed now, or of a citizen, with the minute it stops being true."""
    asked = json_object(received)
    service, fields = asked.get("service"), asked.get("fields")
    if asked.get("v") != 1 or not isinstance(service, str) or not isinstance(fields, dict):
        raise Denied(refusal(400, "bad_request"))
    newest = publishing.newest_catalogue(centre)
    offered = newest.services.get(service) if newest else None
    if offered is None or not offered.needs_line:
        raise Denied(refusal(400, "no_inquiry"))
    with centre.store.writing() as session:
        try:
            bill = reference_authority.answer(centre, session, caller.chain.device, offered, fields)
        except Refused:
            bill = None
    return document(INQUIRY, {**head(centre, caller), "service": service, **_bill_members(centre, bill)}, centre)


def _bill_members(centre: Centre, bill: reference_authority.Bill | None) -> dict[str, Any]:
    if bill is None:
        expiry = centre.now_ms() + reference_authority.BILL_LIFE_MS
        return {"reference": "", "found": False, "lines": [], "amount_pt": 0, "expiry_ms": expiry}
    lines = [{"label": {"ar": ar, "en": en}, "amount_pt": amount} for ar, en, amount in bill.lines]
    return {
        "reference": bill.reference, "found": True, "lines": lines, "amount_pt": bill.amount_pt,
        "expiry_ms": bill.expiry_ms,
    }  # fmt: skip


_RANGE: Final = re.compile(r"(0|[1-9][0-9]{0,9})-([1-9][0-9]{0,15})-([1-9][0-9]{0,15})")

ROW_BYTES: Final = 2048
"""What a record takes in our tables beside its own bytes."""


def upload(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
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


def _answer(centre: Centre, taken: ingestion.Taken, nonce: str) -> Answer:
    if taken.behind:
        return ack(centre, taken.chain, 409)
    if taken.fork is not None or taken.chain.state in {"suspended", "frozen"}:
        return shut_out(centre, taken.chain, nonce)
    if taken.fault is not None:
        fault, stands = taken.fault, base64.b64encode(ack_bytes(centre, taken.chain)).decode()
        said = {"fault": fault.fault, "seq": fault.seq, "ack": stands}
        return verdict(centre, taken.chain, 422, "structural", nonce, **said)
    return ack(centre, taken.chain)


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
    try:
        return open_bundle(head, bundle, *centre.keys.seals)
    except BadBundle as fault:
        if fault.reason == "size":
            raise Denied(refusal(413, "too_big")) from fault
        raise Denied(refusal(400, "old_bundle" if fault.reason == "version" else "bad_bundle")) from fault
