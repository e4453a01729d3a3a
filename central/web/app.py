"""The HTTP application: each path, who may take it how often, and which thread does its work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from central.centre import Centre
from central.devices import support_files
from central.documents.catalogues import Catalogues
from central.projection.chain_projection import Projector
from central.rate_limit import Limiter, Rate, asker
from central.web import enrolment_endpoints as enrol
from central.web import (
    evidence_endpoints,
    feed_endpoints,
    journal_endpoint,
    openapi,
    receipt_page,
    report_endpoints,
    shop_endpoints,
    updates_endpoint,
)
from central.web.inquiry_endpoint import inquirer
from central.web.openapi import Described
from central.web.request_reader import MAX_JSON, Pace, ReceivedRequest, headers_of, receive
from central.web.responses import Denied, refusal
from central.web.responses import Response as Answer
from protocol.errors import Corrupt, Unavailable
from protocol.wire import support_file, wire

SHED_MS: Final = 10_000
"""Who has waited so long for a thread is asked to come again: an answer would come after he has hung up."""
FRESH_MS: Final = 2_000
"""How long the centre is taken to be as well as it was: strangers may ask, and each look is a write."""
REFUSED: Final = 400
DAY_BYTES: Final = 256 << 20
"""What one device may fill of our tables in a day: a hundred times what a busy shop does."""
DAY_PICTURES: Final = 4 << 30
"""As above, of pictures: a busy shop takes 200 MiB a day, and one that comes back has ten days of them to send. They
are counted apart: however many there are, journal and heartbeat do not wait for them.
"""
Handler = Callable[[Centre, ReceivedRequest], Answer]


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


def build(
    centre: Centre, rates: Rates | None = None, arrived: Callable[[], None] = lambda: None, proxy: str = ""
) -> FastAPI:
    """The application; `arrived` is told of each upload, `proxy` is the address whose word on addresses is taken."""
    rates = rates or Rates()
    app = FastAPI(title="Manfaz centre", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    _errors(app)
    route = _Routes(app, centre, rates, proxy)
    _enrolment(route, rates)
    _devices(route, arrived, rates)
    _support(route)
    _public(route, rates)
    if centre.updates is not None:
        updates_endpoint.serve(app, centre.updates)
    route.add(
        "GET",
        "/healthz",
        _health(),
        {},
        openapi.responses(s200=("alive", openapi.answers_json({"status": {"type": "string"}}))),
    )
    return app


def _health() -> Handler:
    """Well is a centre that can write: a standby that nobody has promoted would answer to no counter."""
    seen = [-FRESH_MS]

    def health(centre: Centre, _received: ReceivedRequest) -> Answer:
        if centre.mono_ms() - seen[0] >= FRESH_MS:
            with centre.store.writing() as session:
                session.run("UPDATE meta SET value = value WHERE name = ?", "")
            seen[0] = centre.mono_ms()
        return Answer(200, wire.JSON, b'{"status":"ok"}')

    return health


class _Routes:
    """Adds a path whose handler blocks: it runs on a thread, after the body is in and the network has been counted.

    A path with a `rate` is for strangers and counts by network; every other one counts by device, once it is known.
    """

    def __init__(self, app: FastAPI, centre: Centre, rates: Rates, proxy: str) -> None:
        self._app, self.centre, self._proxy = app, centre, proxy
        self._turns, self._volume, self._pictures = (
            Limiter(one, centre.now_ms) for one in (rates.device, rates.volume, rates.pictures)
        )

    def _pace_of(self, path: str) -> Pace:
        filled = self._pictures if path.startswith(wire.PATH_EVIDENCE) else self._volume
        return lambda who, turns, size: self._turns.wait_s(who, turns) or filled.wait_s(who, size)

    def add(  # noqa: PLR0913 - a path is all of these
        self,
        method: str,
        path: str,
        handler: Handler,
        description: Described,
        responses: dict[int | str, Described],
        *,
        rate: Rate | None = None,
        limit: int = MAX_JSON,
    ) -> None:
        centre, pace = self.centre, self._pace_of(path)
        limiter = Limiter(rate, centre.now_ms) if rate else None

        async def answer(request: Request) -> Answer:
            received = await receive(request, limit, pace)
            return await run_in_threadpool(_in_time, centre.mono_ms(), handler, centre, received)

        async def endpoint(request: Request) -> Response:
            if limiter is None:
                return _response(await answer(request))
            who = asker(request.client.host if request.client else "", headers_of(request), self._proxy)
            wait = limiter.wait_s(who)
            if wait:
                raise Denied(refusal(429, "too_many", wait))
            given = await answer(request)
            if given.status < REFUSED:
                limiter.forgive(who)
            return _response(given)

        endpoint.__name__ = handler.__name__
        self._app.add_api_route(
            path, endpoint, methods=[method], responses=responses, openapi_extra=description, response_class=Response,
            status_code=200, summary=path,
        )  # fmt: skip


def _in_time(arrived_ms: int, handler: Handler, centre: Centre, received: ReceivedRequest) -> Answer:
    """What `handler` answers, unless its turn came too late."""
    if centre.mono_ms() - arrived_ms > SHED_MS:
        raise Denied(refusal(503, "later"))
    return handler(centre, received)


def _enrolment(route: _Routes, rates: Rates) -> None:
    refused = {
        "s403": ("refused; only the right code hears more than that it is wrong", openapi.REFUSED),
        "s413": ("too many bytes", openapi.REFUSED),
    }
    answers = openapi.responses(s200=("whose code it is; nothing is spent", openapi.INVITED), **refused)
    route.add("POST", wire.PATH_LOOK, enrol.inspect_slot, openapi.LOOK_BODY, answers, rate=rates.enrol)
    answers = openapi.responses(s200=("the key is laid on the slot", openapi.CLAIMED), **refused)
    route.add("POST", wire.PATH_CLAIM, enrol.claim, openapi.CLAIM_BODY, answers, rate=rates.enrol)
    answers = openapi.responses(s200=("now two people compare", openapi.WAITING), **refused)
    route.add("POST", wire.PATH_REVEAL, enrol.reveal, openapi.REVEAL_BODY, answers, rate=rates.enrol)
    answers = openapi.responses(
        s200=("the enrolment statement", openapi.DOCUMENT), s202=("not approved yet", openapi.WAITING), **refused
    )
    route.add("POST", wire.PATH_STATUS, enrol.status, openapi.STATUS_BODY, answers, rate=rates.status)


def _devices(route: _Routes, arrived: Callable[[], None], rates: Rates) -> None:
    def upload(centre: Centre, received: ReceivedRequest) -> Answer:
        answer = journal_endpoint.upload(centre, received)
        arrived()
        return answer

    signed, shut_out, respond = openapi.signed, openapi.SHUT_OUT, openapi.responses
    answers = respond(
        s200=("all of it is kept", openapi.ACKNOWLEDGED), s409=("you are here", openapi.ACKNOWLEDGED),
        s422=("kept up to a faulty record (signed)", openapi.DOCUMENT), **shut_out,
    )  # fmt: skip
    body = signed(openapi.STREAM_BODY, body=True)
    route.add("POST", wire.PATH_JOURNAL, upload, body, answers, limit=wire.MAX_BODY)
    number = {"type": "integer"}
    body = signed(openapi.object_body(v=number, service={"type": "string"}, fields={"type": "object"}), body=True)
    answers = respond(s200=("what is owed now", openapi.DOCUMENT), **shut_out)
    route.add("POST", wire.PATH_INQUIRIES, inquirer(Catalogues(route.centre)), body, answers)
    body = signed(openapi.object_body(v=number), body=True)
    answers = respond(
        s200=("the lease", openapi.DOCUMENT), s426=("too old a client (signed)", openapi.DOCUMENT), **shut_out
    )
    route.add("POST", wire.PATH_HEARTBEAT, feed_endpoints.heartbeat, body, answers)
    page = respond(s200=("a page of the feed", openapi.DOCUMENT), **shut_out)
    route.add(
        "GET",
        wire.PATH_FEED,
        feed_endpoints.pull,
        signed(openapi.query("after", "0|[1-9][0-9]{0,14}"), body=False),
        page,
    )
    answers = respond(s200=("the report is kept", openapi.WAITING), **shut_out)
    body = openapi.signed(openapi.object_body(payloadType={"type": "string"}), body=True)
    route.add("POST", wire.PATH_ACCEPTANCE, report_endpoints.keep_acceptance, body, answers)
    _evidence(route)
    _neighbours(route, rates.shop)
    answers = respond(s200=("signed pong", openapi.DOCUMENT))
    body = openapi.query("n", "[A-Za-z0-9_-]{22}")
    route.add("GET", wire.PATH_PING, feed_endpoints.ping, body, answers, rate=rates.status)


def _support(route: _Routes) -> None:
    answers = openapi.responses(s200=("the file is kept (signed)", openapi.DOCUMENT), **openapi.SHUT_OUT)
    body = openapi.signed(openapi.SUPPORT_BODY, body=True)
    route.add("POST", support_file.PATH, report_endpoints.take_support, body, answers, limit=support_files.MOST_BYTES)


def _evidence(route: _Routes) -> None:
    one, refused = f"{wire.PATH_EVIDENCE}/{{file}}", openapi.TUS_REFUSED
    named = openapi.signed(openapi.texts_in("path", "file"), body=False)
    answers = openapi.responses(s201=("begun, at Upload-Offset", {}), **refused)
    route.add(
        "POST", wire.PATH_EVIDENCE, evidence_endpoints.create, openapi.signed(openapi.TUS_BEGIN, body=True), answers
    )
    route.add("HEAD", one, evidence_endpoints.head, named, openapi.responses(s200=("where it stands", {}), **refused))
    piece = openapi.signed({**openapi.texts_in("path", "file"), **openapi.TUS_PIECE}, body=True)
    answers = openapi.responses(s204=("taken; Upload-Offset", {}), **refused)
    route.add("PATCH", one, evidence_endpoints.patch, piece, answers, limit=wire.MAX_PIECE)
    answers = openapi.responses(s204=("what this server can do", {}))
    route.add("OPTIONS", wire.PATH_EVIDENCE, evidence_endpoints.options, {}, answers, rate=Rate(120, 60))


def _neighbours(route: _Routes, rate: Rate) -> None:
    """What the tills of one shop may know of each other, each counted for itself."""
    text, number, shut_out = {"type": "string"}, {"type": "integer"}, openapi.SHUT_OUT
    body = openapi.signed(openapi.object_body(v=number, op=text), body=True)
    answers = openapi.responses(s200=("requests of the other tills, masked", openapi.DOCUMENT), **shut_out)
    find = shop_endpoints.finder(Catalogues(route.centre), rate, route.centre.now_ms)
    route.add("POST", wire.PATH_SHOP_SEARCH, find, body, answers)
    members = {"v": number, "act": text, "op": text, "device": text, "epoch": number, "seq": number, "id": text}
    body = openapi.signed(openapi.object_body(**members), body=True)
    answers = openapi.responses(s200=("whether this till may pay it back", openapi.DOCUMENT), **shut_out)
    pay = shop_endpoints.payer(Projector(route.centre))
    route.add("POST", wire.PATH_SHOP_REFUNDS, pay, body, answers)


def _public(route: _Routes, rates: Rates) -> None:
    page = receipt_page.pages(Catalogues(route.centre))
    shown = openapi.page_responses()
    route.add(
        "GET",
        receipt_page.PATH,
        page,
        openapi.texts_in("query", "device", "seq", "code", "lang"),
        shown,
        rate=rates.page,
    )
    scanned = f"{receipt_page.PATH}/{{device}}/{{seq}}/{{code}}"
    route.add("GET", scanned, page, openapi.texts_in("path", "device", "seq", "code"), shown, rate=rates.page)
    for name, media in receipt_page.ASSETS.items():
        answers = openapi.responses(s200=("style or font of the page", {media: {}}))
        route.add("GET", f"{receipt_page.STATIC}/{name}", receipt_page.asset, {}, answers)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.media)


def _errors(app: FastAPI) -> None:
    """Foreign and early errors become answers of ours here, and nowhere else."""

    async def denied(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Denied)  # noqa: S101 - registered for it
        return _response(error.answer)

    async def away(_request: Request, _error: Exception) -> Response:
        return _response(refusal(503, "later"))

    async def damaged(_request: Request, error: Exception) -> Response:
        # A kiosk waits and keeps what it has; the people of the centre must hear of it.
        sys.stderr.write(f"corrupt: {error}\n")
        return _response(refusal(503, "later"))

    async def plain(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
        known = {404: "no_such_path", 405: "no_such_method"}
        answer = _response(refusal(error.status_code, known.get(error.status_code, "bad_request")))
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(Denied, denied)
    app.add_exception_handler(Unavailable, away)
    app.add_exception_handler(Corrupt, damaged)
    app.add_exception_handler(HTTPException, plain)
