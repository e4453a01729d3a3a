"""How a path is added: who may take it how often, which thread does its work, what `/openapi.json` says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.centre import Centre
from central.rate_limit import Limiter, Rate, asker
from central.web import enrolment_endpoints
from central.web.authentication import Caller, authenticate
from central.web.exchange import MAX_JSON, Denied, Pace, ReceivedRequest, headers_of, receive, refusal
from central.web.exchange import Response as Answer
from protocol.wire import support_file, wire

# ---- what `/openapi.json` says; docs/protocol.md is the contract, and this agrees with it

Described = dict[str, Any]

_TEXT: Final = {"type": "string"}
_ENVELOPE: Final = {
    "type": "object",
    "required": ["payloadType", "payload", "signatures"],
    "properties": {
        "payloadType": _TEXT,
        "payload": _TEXT,
        "signatures": {
            "type": "array",
            "items": {"type": "object", "required": ["keyid", "sig"], "properties": {"keyid": _TEXT, "sig": _TEXT}},
        },
    },
}
_REFUSAL: Final = {"type": "object", "required": ["code", "message"], "properties": {"code": _TEXT, "message": _TEXT}}
_BINARY: Final = {"type": "string", "format": "binary"}


def _content(**schemas: Mapping[str, Any]) -> Described:
    media = {"json": wire.JSON, "dsse": wire.DSSE, "ack": wire.ACK, "html": "text/html; charset=utf-8"}
    return {media[name]: {"schema": schema} for name, schema in schemas.items()}


def described_answers(**by_status: tuple[str, Described]) -> dict[int | str, Described]:
    """``s200=("what it means", content)`` and so on, with the refusals that every endpoint may give."""
    always = {
        "s400": ("not understandable", REFUSED),
        "s429": ("too many", REFUSED),
        "s503": ("come back later", REFUSED),
    }
    return {
        int(status[1:]): {"description": says, "content": content}
        for status, (says, content) in (always | by_status).items()
    }


REFUSED: Final = _content(json=_REFUSAL)
DOCUMENT: Final = _content(dsse=_ENVELOPE)
EITHER: Final = _content(json=_REFUSAL, dsse=_ENVELOPE)
ACKNOWLEDGED: Final = _content(ack=_BINARY)
PAGE: Final = _content(html=_TEXT)
SHUT_OUT: Final = {
    "s401": ("no valid signature of a device in force, or a clock out of step (signed)", EITHER),
    "s403": ("suspended, revoked or two histories (signed)", DOCUMENT),
    "s408": ("the body came too slowly", REFUSED),
    "s413": ("too many bytes or records", REFUSED),
}


def answers_json(properties: Mapping[str, Any]) -> Described:
    return _content(json={"type": "object", "required": list(properties), "properties": dict(properties)})


def strings_body(shapes: Mapping[str, re.Pattern[str]]) -> Described:
    """A JSON object of exactly these strings."""
    properties = {name: {"type": "string", "pattern": f"^{shape.pattern}$"} for name, shape in shapes.items()}
    schema = {"type": "object", "required": list(shapes), "properties": properties, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {wire.JSON: {"schema": schema}}}}


def query(name: str, pattern: str) -> Described:
    schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return {"parameters": [{"name": name, "in": "query", "required": True, "schema": schema}]}


def object_body(**properties: Mapping[str, Any]) -> Described:
    """A JSON object with at least the members given; more are ignored."""
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"requestBody": {"required": True, "content": {wire.JSON: {"schema": schema}}}}


def texts_in(where: str, *names: str) -> Described:
    """Parameters that are plain texts; those of a path must be there."""
    return {"parameters": [{"name": name, "in": where, "required": where == "path", "schema": _TEXT} for name in names]}


PAGE_ANSWERS: Final = {
    "s200": ("the receipt, or the form", PAGE), "s400": ("not of our form", PAGE), "s404": ("not known", PAGE),
}  # fmt: skip
"""The page of a receipt is a page whatever it says; only who asks too often gets a bare refusal."""
EMPTY: Final[Described] = {}
STREAM_BODY: Final = {
    "requestBody": {"required": True, "content": {wire.STREAM: {"schema": _BINARY}, wire.BUNDLE: {"schema": _BINARY}}}
}
TUS_PIECE: Final[Described] = {"requestBody": {"required": True, "content": {wire.TUS_PIECE: {"schema": _BINARY}}}}
TUS_REFUSED: Final = {
    "s404": ("no such file was begun", REFUSED),
    "s409": ("its entry is not here yet, or the file stands elsewhere: Upload-Offset says where", REFUSED),
    "s410": ("its citizen's data was erased", REFUSED),
    "s412": ("not tus 1.0.0", EMPTY),
    "s415": ("not a piece of a file", REFUSED),
    "s460": ("other bytes than were meant: ask where it stands", REFUSED),
}
CLAIMED: Final = answers_json(
    {"device": _TEXT, "epoch": {"type": "integer"}, "ns": _TEXT, "root": _TEXT, "keyset": _ENVELOPE}
)
INVITED: Final = answers_json(
    {"shop": {"type": "object"}, "server_ms": {"type": "integer"}, "authorities": {"type": "array"}}
)
WAITING: Final = answers_json({"state": _TEXT})
_SIGNED_HEADERS: Final = ("Signature-Input", "Signature")
_BODY_HEADERS: Final = (*_SIGNED_HEADERS, "Content-Digest", "Idempotency-Key")


def signed_headers(described: Described, *, body: bool) -> Described:
    """The headers of RFC 9421 and 9530 that a device adds (optional here: without them the answer is 401)."""
    names = _BODY_HEADERS if body else _SIGNED_HEADERS
    headers = [{"name": name, "in": "header", "required": False, "schema": _TEXT} for name in names]
    return {**described, "parameters": [*described.get("parameters", []), *headers]}


SUPPORT_BODY: Final[Described] = {
    "requestBody": {"required": True, "content": {support_file.MEDIA: {"schema": _BINARY}}}
}
LOOK_BODY: Final = strings_body(enrolment_endpoints.LOOK)
CLAIM_BODY: Final = strings_body(enrolment_endpoints.CLAIM)
REVEAL_BODY: Final = strings_body(enrolment_endpoints.REVEAL)
STATUS_BODY: Final = strings_body(enrolment_endpoints.STATUS)


# ---- how a path is answered

SHED_MS: Final = 10_000
"""Who has waited so long for a thread is asked to come again: an answer would come after he has hung up."""
LEAST_REFUSED: Final = 400
DAY_BYTES: Final = 256 << 20
"""What one device may fill of our tables in a day: a hundred times what a busy shop does."""
DAY_PICTURES: Final = 4 << 30
"""As above, of pictures: a busy shop takes 200 MiB a day, and one that comes back has ten days of them to send. They
are counted apart: however many there are, journal and heartbeat do not wait for them.
"""
_WITH_BODY: Final = ("POST", "PATCH")
Handler = Callable[[Centre, ReceivedRequest], Answer]
SignedHandler = Callable[[Centre, Caller, ReceivedRequest], Answer]
Answered = tuple[str, Described]
"""What a status means, and the forms of its body."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one network may ask and be refused (what is right costs a twentieth), and what one device may ask."""

    enrol: Rate = field(default_factory=lambda: Rate(20, 20))
    status: Rate = field(default_factory=lambda: Rate(120, 60))
    page: Rate = field(default_factory=lambda: Rate(20, 15))
    device: Rate = field(default_factory=lambda: Rate(600, 300))
    shop: Rate = field(default_factory=lambda: Rate(20, 30))
    volume: Rate = field(default_factory=lambda: Rate(DAY_BYTES / 1440, DAY_BYTES))
    pictures: Rate = field(default_factory=lambda: Rate(DAY_PICTURES / 1440, DAY_PICTURES))

    @classmethod
    def unlimited(cls) -> Rates:
        """For load tests and fuzzing on a machine of one's own."""
        return cls(*(Rate(1e12, 1e12),) * len(fields(cls)))


class Routes:
    """Adds a path whose handler blocks: it runs on a thread, after the body is in and the network has been counted."""

    def __init__(self, app: FastAPI, centre: Centre, rates: Rates, proxy: str) -> None:
        self._app, self.centre, self._proxy = app, centre, proxy
        self._turns, self._volume, self._pictures = (
            Limiter(one, centre.now_ms) for one in (rates.device, rates.volume, rates.pictures)
        )

    def _pace_of(self, path: str) -> Pace:
        filled = self._pictures if path.startswith(wire.PATH_EVIDENCE) else self._volume
        return lambda who, turns, size: self._turns.wait_s(who, turns) or filled.wait_s(who, size)

    def open(
        self, method: str, path: str, handler: Handler, description: Described, rate: Rate | None = None, /,
        **answers: Answered,
    ) -> None:  # fmt: skip
        """A path for whoever asks; with a `rate` each network is counted."""
        self._add(method, path, handler, description, answers, rate=rate)

    def signed(
        self, method: str, path: str, handler: SignedHandler, description: Described, limit: int = MAX_JSON, /,
        **answers: Answered,
    ) -> None:  # fmt: skip
        """A path for devices, which sign what they ask; each is counted once it is known."""

        @wraps(handler)
        def of_a_device(centre: Centre, received: ReceivedRequest) -> Answer:
            return handler(centre, authenticate(centre, received), received)

        described = signed_headers(description, body=method in _WITH_BODY)
        self._add(method, path, of_a_device, described, SHUT_OUT | answers, limit=limit)

    def _add(  # noqa: PLR0913 - a path is all of these
        self, method: str, path: str, handler: Handler, description: Described, answers: dict[str, Answered], *,
        rate: Rate | None = None, limit: int = MAX_JSON,
    ) -> None:  # fmt: skip
        centre, pace = self.centre, self._pace_of(path)
        limiter = Limiter(rate, centre.now_ms) if rate else None

        async def answer(request: Request) -> Answer:
            received = await receive(request, limit, pace)
            return await run_in_threadpool(_in_time, centre.mono_ms(), handler, centre, received)

        async def endpoint(request: Request) -> Response:
            if limiter is None:
                return to_response(await answer(request))
            who = asker(request.client.host if request.client else "", headers_of(request), self._proxy)
            wait = limiter.wait_s(who)
            if wait:
                raise Denied(refusal(429, "too_many", wait))
            given = await answer(request)
            if given.status < LEAST_REFUSED:
                limiter.forgive(who)
            return to_response(given)

        endpoint.__name__ = handler.__name__
        self._app.add_api_route(
            path, endpoint, methods=[method], responses=described_answers(**answers), openapi_extra=description,
            response_class=Response, status_code=200, summary=path,
        )  # fmt: skip


def _in_time(arrived_ms: int, handler: Handler, centre: Centre, received: ReceivedRequest) -> Answer:
    """What `handler` answers, unless its turn came too late."""
    if centre.mono_ms() - arrived_ms > SHED_MS:
        raise Denied(refusal(503, "later"))
    return handler(centre, received)


def to_response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.media)
