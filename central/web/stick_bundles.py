"""Bundles that came on a stick (docs/protocol.md, Stick): the same requests as on the line, by the same handlers.

Every signature is looked at before the first request has an effect. What is taken twice has one effect and is
answered again, so that a lost answer costs a second look at the same file and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from central import audit
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from central.projection.chain_projection import Projector
from central.web import device_endpoints
from central.web.authentication import Caller, authenticate
from central.web.exchange import Answer, Denied, ReceivedRequest
from protocol.documents.trust import FEED, open_bytes
from protocol.errors import Refused
from protocol.wire import stick_file, wire
from protocol.wire.feed_items import page_members
from protocol.wire.stick_file import StickRequest, StickResponse

MOST_PAGES: Final = 200
"""Of the feed in one answer; what is left comes with the next."""
_HANDLERS: Final[Mapping[str, Callable[[Centre, Caller, ReceivedRequest], Answer]]] = {
    wire.PATH_JOURNAL: device_endpoints.upload, wire.PATH_HEARTBEAT: device_endpoints.heartbeat, wire.PATH_FEED:
    device_endpoints.pull,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a bundle. `entries` are new since; `answer` goes back under `name`."""

    chain: Chain
    entries: int
    name: str
    answer: bytes


def take(centre: Centre, data: bytes, staff: str) -> Taken:
    """Take a bundle. Raises Refused: stick_torn, stick_changed, stick_stranger (of no device of ours), stick_old."""
    requests = stick_file.read_bundle(data)
    chain, nonces = _verified(centre, requests)
    before = _held(centre, chain)
    answers: list[StickResponse] = []
    projected = False
    for sent, nonce in zip(requests, nonces, strict=True):
        if sent.path != wire.PATH_JOURNAL and not projected:
            Projector(centre).drain(chain.device)  # what is wrong with the work goes back with this answer
            projected = True
        answers += [
            StickResponse(nonce, one.status_code, str(one.media_type), bytes(one.body)) for one in _ask(centre, sent)
        ]
    entries = _held(centre, chain) - before
    with centre.store.writing() as session:
        audit.append(session, centre.now_ms(), staff, "stick.taken", chain.name, epoch=chain.epoch, entries=entries)
    name = stick_file.name_of(chain.device, stick_file.IN_SUFFIX)
    return Taken(chain, entries, name, stick_file.write_answer(answers))


def _verified(centre: Centre, requests: list[StickRequest]) -> tuple[Chain, list[str]]:
    """Whose it is; all of it must be of one device and one epoch."""
    claims = [sent.claimed() for sent in requests]
    first = claims[0]
    if first is None or any(sent.path not in _HANDLERS for sent in requests):
        raise Refused("stick_changed")
    with centre.store.reading() as session:
        chain = registry.chain(session, UUID(first.device).bytes, first.epoch)
    if chain is None:
        raise Refused("stick_stranger")
    nonces = []
    for sent, claim in zip(requests, claims, strict=True):
        mine = claim is not None and (claim.device, claim.epoch) == (first.device, first.epoch)
        if claim is None or not mine or not _sound(sent) or not wire.verify(claim, sent.request(), chain.public):
            raise Refused("stick_changed")
        nonces.append(claim.nonce)
    if first.created < centre.now_ms() // 1000 - stick_file.OLDEST_S:
        raise Refused("stick_old", days=stick_file.OLDEST_S // 86_400)
    return chain, nonces


def _sound(sent: StickRequest) -> bool:
    """The signature covers the digest of the body that is here; a GET has none."""
    return not sent.body if sent.method == "GET" else sent.headers.get("content-digest") == wire.digest(sent.body)


def _held(centre: Centre, chain: Chain) -> int:
    with centre.store.reading() as session:
        return sum(one.hwm for one in registry.chains(session) if one.device == chain.device)


def _ask(centre: Centre, sent: StickRequest) -> list[Answer]:
    headers = {name: (value,) for name, value in sent.headers.items()}
    received = ReceivedRequest(sent.method, sent.path, sent.query, headers, sent.body, by_stick=True)
    try:
        caller = authenticate(centre, received)
        answer = _HANDLERS[sent.path](centre, caller, received)
        return [answer, *_more(centre, caller, answer)] if sent.path == wire.PATH_FEED else [answer]
    except Denied as denied:
        return [denied.answer]


def _more(centre: Centre, caller: Caller, page: Answer) -> list[Answer]:
    """The pages behind the first: nobody can ask for them from afar."""
    pages: list[Answer] = []
    while len(pages) < MOST_PAGES:
        members = page_members(open_bytes(bytes(page.body), FEED, [centre.keys.signer("feed").public]))
        if not members["more"]:
            break
        page = device_endpoints.page_after(centre, caller, int(members["next"]))
        pages.append(page)
    return pages
