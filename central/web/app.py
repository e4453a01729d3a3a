"""The HTTP application: its paths, and what it answers where something fails. ``/metrics``, which names every shop, is
one of its own, for no public address.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from central.centre import Centre
from central.devices import reports
from central.fleet import metrics
from central.projection.chain_projection import Projector
from central.rate_limit import Rate
from central.web import device_endpoints, evidence_endpoints, journal_endpoint, receipt_page, routes, shop_endpoints
from central.web import enrolment_endpoints as enrol
from central.web.authentication import Caller
from central.web.exchange import Denied, ReceivedRequest, refusal
from central.web.exchange import Response as Answer
from central.web.routes import Handler, Rates, Routes, to_response
from protocol.errors import Corrupt, KioskError, Unavailable
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
        _updates(app, centre.updates)
    well = routes.answers_json({"status": {"type": "string"}})
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
        "s403": ("refused; only the right code hears more than that it is wrong", routes.REFUSED),
        "s413": ("too many bytes", routes.REFUSED),
    }
    for path, handler, body, answers in (
        (wire.PATH_LOOK, enrol.inspect_slot, routes.LOOK_BODY,
         {"s200": ("whose code it is; nothing is spent", routes.INVITED)}),
        (wire.PATH_CLAIM, enrol.claim, routes.CLAIM_BODY, {"s200": ("the key is laid on the slot", routes.CLAIMED)}),
        (wire.PATH_REVEAL, enrol.reveal, routes.REVEAL_BODY, {"s200": ("now two people compare", routes.WAITING)}),
        (wire.PATH_STATUS, enrol.status, routes.STATUS_BODY,
         {"s200": ("the enrolment statement", routes.DOCUMENT), "s202": ("not approved yet", routes.WAITING)}),
    ):  # fmt: skip
        rate = rates.status if path == wire.PATH_STATUS else rates.enrol
        route.open("POST", path, handler, body, rate, **answers, **refused)


def _devices(route: Routes, arrived: Callable[[], None], rates: Rates) -> None:
    def upload(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
        answer = journal_endpoint.upload(centre, caller, received)
        arrived()
        return answer

    number, signed_document = {"type": "integer"}, routes.DOCUMENT
    route.signed(
        "POST", wire.PATH_JOURNAL, upload, routes.STREAM_BODY, wire.MAX_BODY,
        s200=("all of it is kept", routes.ACKNOWLEDGED), s409=("you are here", routes.ACKNOWLEDGED),
        s422=("kept up to a faulty record (signed)", signed_document),
    )  # fmt: skip
    body = routes.object_body(v=number, service={"type": "string"}, fields={"type": "object"})
    route.signed(
        "POST", wire.PATH_INQUIRIES, device_endpoints.inquire, body, s200=("what is owed now", signed_document)
    )
    route.signed(
        "POST", wire.PATH_HEARTBEAT, device_endpoints.heartbeat, routes.object_body(v=number),
        s200=("the lease", signed_document), s426=("too old a client (signed)", signed_document),
    )  # fmt: skip
    after = routes.query("after", "0|[1-9][0-9]{0,14}")
    route.signed("GET", wire.PATH_FEED, device_endpoints.pull, after, s200=("a page of the feed", signed_document))
    body, kept = routes.object_body(payloadType={"type": "string"}), ("the report is kept", routes.WAITING)
    route.signed("POST", wire.PATH_ACCEPTANCE, device_endpoints.keep_acceptance, body, s200=kept)
    route.signed(
        "POST", support_file.PATH, device_endpoints.take_support, routes.SUPPORT_BODY,
        reports.MOST_BYTES, s200=("the file is kept (signed)", signed_document),
    )  # fmt: skip
    nonce = routes.query("n", "[A-Za-z0-9_-]{22}")
    pong = ("signed pong", signed_document)
    route.open("GET", wire.PATH_PING, device_endpoints.ping, nonce, rates.status, s200=pong)


def _evidence(route: Routes) -> None:
    every, one, refused = wire.PATH_EVIDENCE, f"{wire.PATH_EVIDENCE}/{{file}}", routes.TUS_REFUSED
    named = routes.texts_in("path", "file")
    route.signed("POST", every, evidence_endpoints.create, {}, s201=("begun, at Upload-Offset", {}), **refused)
    route.signed("HEAD", one, evidence_endpoints.head, named, s200=("where it stands", {}), **refused)
    piece, taken = {**named, **routes.TUS_PIECE}, ("taken; Upload-Offset", routes.EMPTY)
    route.signed("PATCH", one, evidence_endpoints.patch, piece, wire.MAX_PIECE, s204=taken, **refused)
    able = ("what this server can do", routes.EMPTY)
    route.open("OPTIONS", every, evidence_endpoints.options, {}, Rate(120, 60), s204=able)


def _neighbours(route: Routes, rate: Rate) -> None:
    """What the tills of one shop may know of each other, each counted for itself."""
    text, number = {"type": "string"}, {"type": "integer"}
    find = shop_endpoints.finder(rate, route.centre.now_ms)
    masked = ("requests of the other tills, masked", routes.DOCUMENT)
    route.signed("POST", wire.PATH_SHOP_SEARCH, find, routes.object_body(v=number, op=text), s200=masked)
    body = routes.object_body(v=number, act=text, op=text, device=text, epoch=number, seq=number, id=text)
    pay, whether = (
        shop_endpoints.payer(Projector(route.centre)),
        ("whether this till may pay it back", routes.DOCUMENT),
    )
    route.signed("POST", wire.PATH_SHOP_REFUNDS, pay, body, s200=whether)


def _public(route: Routes, rates: Rates) -> None:
    typed = routes.texts_in("query", "device", "seq", "code", "lang")
    route.open("GET", receipt_page.PATH, receipt_page.page, typed, rates.page, **routes.PAGE_ANSWERS)
    named = ("device", "seq", "code")
    scanned = f"{receipt_page.PATH}/{'/'.join(f'{{{name}}}' for name in named)}"
    route.open("GET", scanned, receipt_page.page, routes.texts_in("path", *named), rates.page, **routes.PAGE_ANSWERS)
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


METRICS = "/metrics"


def build_metrics(centre: Centre) -> Starlette:
    """One path, answered on a thread, with what this process has counted until now."""

    def answer(_request: Request) -> Response:
        try:
            centre.rejected_auth.keep(centre.store)
            with centre.store.reading() as session:
                return Response(metrics.text(centre, session), headers={"Content-Type": metrics.MEDIA})
        except KioskError as error:  # a scrape that fails is what the rules hear of; nobody reads its words
            return Response(error.code, 503)

    return Starlette(routes=[Route(METRICS, answer)])


_UPDATE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = "public, max-age=60"
_KINDS: Final = {"metadata": wire.JSON, "targets": "application/octet-stream"}


def _updates(app: FastAPI, folder: Path) -> None:
    """The signed directory of releases, for anybody, to be kept by any cache: it is signed itself.

    Files by version or hash never change; a range is answered, so that a broken fetch goes on.
    """

    def file(request: Request, kind: str, name: str) -> Response:
        del request
        path = folder / kind / name
        if kind not in _KINDS or _UPDATE.fullmatch(name) is None or not path.is_file():
            raise Denied(refusal(404, "no_such_path"))
        kept = _SHORTLY if name == "timestamp.json" else _FOR_EVER
        return FileResponse(path, media_type=_KINDS[kind], headers={"Cache-Control": kept})

    app.add_api_route("/updates/{kind}/{name}", file, methods=["GET", "HEAD"], include_in_schema=False)
