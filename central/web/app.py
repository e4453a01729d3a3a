"""The HTTP application: its paths, and what it answers where something fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from central.centre import Centre
from central.devices import support_files
from central.documents.catalogues import Catalogues
from central.projection.chain_projection import Projector
from central.rate_limit import Rate
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
from central.web.request_reader import ReceivedRequest
from central.web.responses import Denied, refusal
from central.web.responses import Response as Answer
from central.web.routes import Handler, Rates, Routes, to_response
from protocol.errors import Corrupt, Unavailable
from protocol.wire import support_file, wire

FRESH_MS: Final = 2_000
"""How long the centre is taken to be as well as it was: strangers may ask, and each look is a write."""


def build(
    centre: Centre, rates: Rates | None = None, arrived: Callable[[], None] = lambda: None, proxy: str = ""
) -> FastAPI:
    """The application; `arrived` is told of each upload, `proxy` is the address whose word on addresses is taken."""
    rates = rates or Rates()
    app = FastAPI(title="Manfaz centre", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    _errors(app)
    route = Routes(app, centre, rates, proxy)
    _enrolment(route, rates)
    _devices(route, arrived, rates)
    _evidence(route)
    _neighbours(route, rates.shop)
    _public(route, rates)
    if centre.updates is not None:
        updates_endpoint.serve(app, centre.updates)
    well = openapi.answers_json({"status": {"type": "string"}})
    route.open("GET", "/healthz", _health(), {}, s200=("alive", well))
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


def _enrolment(route: Routes, rates: Rates) -> None:
    refused = {
        "s403": ("refused; only the right code hears more than that it is wrong", openapi.REFUSED),
        "s413": ("too many bytes", openapi.REFUSED),
    }
    for path, handler, body, answers in (
        (wire.PATH_LOOK, enrol.inspect_slot, openapi.LOOK_BODY,
         {"s200": ("whose code it is; nothing is spent", openapi.INVITED)}),
        (wire.PATH_CLAIM, enrol.claim, openapi.CLAIM_BODY, {"s200": ("the key is laid on the slot", openapi.CLAIMED)}),
        (wire.PATH_REVEAL, enrol.reveal, openapi.REVEAL_BODY, {"s200": ("now two people compare", openapi.WAITING)}),
        (wire.PATH_STATUS, enrol.status, openapi.STATUS_BODY,
         {"s200": ("the enrolment statement", openapi.DOCUMENT), "s202": ("not approved yet", openapi.WAITING)}),
    ):  # fmt: skip
        rate = rates.status if path == wire.PATH_STATUS else rates.enrol
        route.open("POST", path, handler, body, rate, **answers, **refused)


def _devices(route: Routes, arrived: Callable[[], None], rates: Rates) -> None:
    def upload(centre: Centre, received: ReceivedRequest) -> Answer:
        answer = journal_endpoint.upload(centre, received)
        arrived()
        return answer

    number, signed_document = {"type": "integer"}, openapi.DOCUMENT
    route.signed(
        "POST", wire.PATH_JOURNAL, upload, openapi.STREAM_BODY, wire.MAX_BODY,
        s200=("all of it is kept", openapi.ACKNOWLEDGED), s409=("you are here", openapi.ACKNOWLEDGED),
        s422=("kept up to a faulty record (signed)", signed_document),
    )  # fmt: skip
    body = openapi.object_body(v=number, service={"type": "string"}, fields={"type": "object"})
    inquire = inquirer(Catalogues(route.centre))
    route.signed("POST", wire.PATH_INQUIRIES, inquire, body, s200=("what is owed now", signed_document))
    route.signed(
        "POST", wire.PATH_HEARTBEAT, feed_endpoints.heartbeat, openapi.object_body(v=number),
        s200=("the lease", signed_document), s426=("too old a client (signed)", signed_document),
    )  # fmt: skip
    after = openapi.query("after", "0|[1-9][0-9]{0,14}")
    route.signed("GET", wire.PATH_FEED, feed_endpoints.pull, after, s200=("a page of the feed", signed_document))
    body, kept = openapi.object_body(payloadType={"type": "string"}), ("the report is kept", openapi.WAITING)
    route.signed("POST", wire.PATH_ACCEPTANCE, report_endpoints.keep_acceptance, body, s200=kept)
    route.signed(
        "POST", support_file.PATH, report_endpoints.take_support, openapi.SUPPORT_BODY,
        support_files.MOST_BYTES, s200=("the file is kept (signed)", signed_document),
    )  # fmt: skip
    nonce = openapi.query("n", "[A-Za-z0-9_-]{22}")
    pong = ("signed pong", signed_document)
    route.open("GET", wire.PATH_PING, feed_endpoints.ping, nonce, rates.status, s200=pong)


def _evidence(route: Routes) -> None:
    every, one, refused = wire.PATH_EVIDENCE, f"{wire.PATH_EVIDENCE}/{{file}}", openapi.TUS_REFUSED
    named = openapi.texts_in("path", "file")
    route.signed("POST", every, evidence_endpoints.create, {}, s201=("begun, at Upload-Offset", {}), **refused)
    route.signed("HEAD", one, evidence_endpoints.head, named, s200=("where it stands", {}), **refused)
    piece, taken = {**named, **openapi.TUS_PIECE}, ("taken; Upload-Offset", openapi.EMPTY)
    route.signed("PATCH", one, evidence_endpoints.patch, piece, wire.MAX_PIECE, s204=taken, **refused)
    able = ("what this server can do", openapi.EMPTY)
    route.open("OPTIONS", every, evidence_endpoints.options, {}, Rate(120, 60), s204=able)


def _neighbours(route: Routes, rate: Rate) -> None:
    """What the tills of one shop may know of each other, each counted for itself."""
    text, number = {"type": "string"}, {"type": "integer"}
    find = shop_endpoints.finder(Catalogues(route.centre), rate, route.centre.now_ms)
    masked = ("requests of the other tills, masked", openapi.DOCUMENT)
    route.signed("POST", wire.PATH_SHOP_SEARCH, find, openapi.object_body(v=number, op=text), s200=masked)
    body = openapi.object_body(v=number, act=text, op=text, device=text, epoch=number, seq=number, id=text)
    pay, whether = (
        shop_endpoints.payer(Projector(route.centre)),
        ("whether this till may pay it back", openapi.DOCUMENT),
    )
    route.signed("POST", wire.PATH_SHOP_REFUNDS, pay, body, s200=whether)


def _public(route: Routes, rates: Rates) -> None:
    page = receipt_page.pages(Catalogues(route.centre))
    typed = openapi.texts_in("query", "device", "seq", "code", "lang")
    route.open("GET", receipt_page.PATH, page, typed, rates.page, **openapi.PAGE_ANSWERS)
    named = ("device", "seq", "code")
    scanned = f"{receipt_page.PATH}/{'/'.join(f'{{{name}}}' for name in named)}"
    route.open("GET", scanned, page, openapi.texts_in("path", *named), rates.page, **openapi.PAGE_ANSWERS)
    for name, media in receipt_page.ASSETS.items():
        shown = ("style or font of the page", dict[str, Any]({media: {}}))
        route.open("GET", f"{receipt_page.STATIC}/{name}", receipt_page.asset, {}, s200=shown)


def _errors(app: FastAPI) -> None:
    """Foreign and early errors become answers of ours here, and nowhere else."""

    async def denied(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Denied)  # noqa: S101 - registered for it
        return to_response(error.answer)

    async def away(_request: Request, _error: Exception) -> Response:
        return to_response(refusal(503, "later"))

    async def damaged(_request: Request, error: Exception) -> Response:
        # A kiosk waits and keeps what it has; the people of the centre must hear of it.
        sys.stderr.write(f"corrupt: {error}\n")
        return to_response(refusal(503, "later"))

    async def plain(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
        known = {404: "no_such_path", 405: "no_such_method"}
        answer = to_response(refusal(error.status_code, known.get(error.status_code, "bad_request")))
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(Denied, denied)
    app.add_exception_handler(Unavailable, away)
    app.add_exception_handler(Corrupt, damaged)
    app.add_exception_handler(HTTPException, plain)
