"""The HTTP application: its paths, who may take each how often, which thread does its work, and what it answers where
something fails. ``/metrics``, which names every shop, is one of its own, for no public address.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from central.centre import Centre
from central.devices import reports
from central.fleet import metrics
from central.projection.chain_projection import Projector
from central.rate_limit import Limiter, Rate, asker
from central.store.device_models import Config
from central.web import device_endpoints, evidence_endpoints, receipt_page, shop_endpoints
from central.web import enrolment_endpoints as enrol
from central.web.authentication import Caller, SignedHandler, admit, identify
from central.web.exchange import (
    MAX_JSON,
    Answer,
    Bodies,
    Denied,
    Pace,
    ReceivedRequest,
    headers_of,
    read_headers,
    receive,
    refusal,
)
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.wire import support_file, wire

FRESH_MS: Final = 2_000
"""How long the centre is taken to be as well as it was: strangers may ask, and each look is a write."""


def build(
    centre: Centre, rates: Rates | None = None, arrived: Callable[[], None] = lambda: None, proxy: str = ""
) -> FastAPI:
    """The application; `arrived` is told of each upload, `proxy` is the address whose word on addresses is taken.

    What a path takes and answers is told by ``templates/openapi.json``, which is served as it is.
    """
    rates = rates or Rates()
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    _errors(app)
    route = Routes(app, centre, rates, proxy)
    _add_open(route, rates)
    _add_signed(route, rates, arrived)
    if centre.updates is not None:
        _updates(app, centre.updates)
    return app


def _add_open(route: Routes, rates: Rates) -> None:
    """What whoever has no key yet asks for, and what anybody may ask."""
    route.open("POST", wire.PATH_LOOK, enrol.inspect_slot, rates.enrol)
    route.open("POST", wire.PATH_CLAIM, enrol.claim, rates.enrol)
    route.open("POST", wire.PATH_REVEAL, enrol.reveal, rates.enrol)
    route.open("POST", wire.PATH_STATUS, enrol.status, rates.status)
    route.open("GET", wire.PATH_PING, device_endpoints.ping, rates.status)
    route.open("OPTIONS", wire.PATH_EVIDENCE, evidence_endpoints.options, Rate(120, 60))
    for path in (receipt_page.PATH, f"{receipt_page.PATH}/{{device}}/{{seq}}/{{code}}"):
        route.open("GET", path, receipt_page.page, rates.page)
    for name in receipt_page.ASSETS:
        route.open("GET", f"{receipt_page.STATIC}/{name}", receipt_page.asset)
    described = (files("central.web.templates") / "openapi.json").read_bytes()
    route.open("GET", "/openapi.json", lambda _centre, _received: Answer(described, 200, None, wire.JSON))
    route.open("GET", "/healthz", _health())


def _add_signed(route: Routes, rates: Rates, arrived: Callable[[], None]) -> None:
    def upload(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
        answer = device_endpoints.upload(centre, caller, received)
        arrived()
        return answer

    route.signed("POST", wire.PATH_JOURNAL, upload, wire.MAX_BODY)
    route.signed("POST", wire.PATH_HEARTBEAT, device_endpoints.heartbeat)
    route.signed("GET", wire.PATH_FEED, device_endpoints.pull)
    route.signed("POST", wire.PATH_INQUIRIES, device_endpoints.inquire)
    route.signed("POST", wire.PATH_ACCEPTANCE, device_endpoints.keep_acceptance)
    route.signed("POST", support_file.PATH, device_endpoints.take_support, reports.MOST_BYTES)
    file = f"{wire.PATH_EVIDENCE}/{{file}}"
    route.signed("POST", wire.PATH_EVIDENCE, evidence_endpoints.create)
    route.signed("HEAD", file, evidence_endpoints.head)
    route.signed("PATCH", file, evidence_endpoints.patch, wire.MAX_PIECE)
    route.signed("POST", wire.PATH_SHOP_SEARCH, shop_endpoints.finder(rates.shop, route.centre.now_ms))
    route.signed("POST", wire.PATH_SHOP_REFUNDS, shop_endpoints.payer(Projector(route.centre)))


def _health() -> Handler:
    """Well is a centre that can write: a standby that nobody has promoted would answer to no counter."""
    seen = [-FRESH_MS]

    def health(centre: Centre, _received: ReceivedRequest) -> Answer:
        if centre.mono_ms() - seen[0] >= FRESH_MS:
            with centre.store.writing() as session:
                session.change(Config, "", value="")
            seen[0] = centre.mono_ms()
        return Answer(b'{"status":"ok"}', 200, None, wire.JSON)

    return health


def _errors(app: FastAPI) -> None:
    """Foreign and early errors become answers of ours here, and nowhere else."""

    async def denied(_request: Request, error: Exception) -> Answer:
        assert isinstance(error, Denied)  # noqa: S101 - registered for it
        return error.answer

    async def away(_request: Request, error: Exception) -> Answer:
        if isinstance(error, Corrupt):  # a counter waits and keeps what it has; the centre's people must hear of it
            sys.stderr.write(f"corrupt: {error}\n")
        return refusal(503, "later")

    async def plain(_request: Request, error: Exception) -> Answer:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
        known = {404: "no_such_path", 405: "no_such_method"}
        answer = refusal(error.status_code, known.get(error.status_code, "bad_request"))
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(Denied, denied)
    app.add_exception_handler(Unavailable, away)
    app.add_exception_handler(Corrupt, away)
    app.add_exception_handler(HTTPException, plain)


METRICS = "/metrics"


def build_metrics(centre: Centre) -> Starlette:
    """One path, answered on a thread, with what this process has counted until now."""

    def answer(_request: Request) -> Answer:
        try:
            centre.rejected_auth.keep(centre.store)
            with centre.store.reading() as session:
                return Answer(metrics.text(centre, session), headers={"Content-Type": metrics.MEDIA})
        except KioskError as error:  # a scrape that fails is what the rules hear of; nobody reads its words
            return Answer(error.code, 503)

    return Starlette(routes=[Route(METRICS, answer)])


_UPDATE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = "public, max-age=60"
_KINDS: Final = {"metadata": wire.JSON, "targets": "application/octet-stream"}


def _updates(app: FastAPI, folder: Path) -> None:
    """The signed directory of releases, for anybody, to be kept by any cache: it is signed itself.

    Files by version or hash never change; a range is answered, so that a broken fetch goes on.
    """

    def file(request: Request, kind: str, name: str) -> Answer:
        del request
        path = folder / kind / name
        if kind not in _KINDS or _UPDATE.fullmatch(name) is None or not path.is_file():
            raise Denied(refusal(404, "no_such_path"))
        kept = _SHORTLY if name == "timestamp.json" else _FOR_EVER
        return FileResponse(path, media_type=_KINDS[kind], headers={"Cache-Control": kept})

    app.add_api_route("/updates/{kind}/{name}", file, methods=["GET", "HEAD"], include_in_schema=False)


SHED_MS: Final = 10_000
"""Who has waited so long for a thread is asked to come again: an answer would come after he has hung up."""
LEAST_REFUSED: Final = 400
MOST_BODIES: Final = 64 << 20
MOST_BODIES_OF_NETWORK: Final = 32 << 20
"""Bytes of bodies that devices send at a time: a carrier may put a whole city's shops behind one network."""
MOST_OF_STRANGERS: Final = 8 << 20
MOST_OF_A_STRANGER: Final = 1 << 20
"""As above, of whoever has signed nothing: apart, so that no device waits for them."""
NO_BODY: Final = ("GET", "HEAD", "OPTIONS")
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


class Routes:
    """Adds a path whose handler blocks: it runs on a thread, after the network has been counted and the body is in.
    The body of a signed request is read once its headers have told whose it is.
    """

    def __init__(self, app: FastAPI, centre: Centre, rates: Rates, proxy: str) -> None:
        self._app, self.centre, self._proxy = app, centre, proxy
        self._devices, self._strangers = (
            Bodies(MOST_BODIES, MOST_BODIES_OF_NETWORK), Bodies(MOST_OF_STRANGERS, MOST_OF_A_STRANGER)
        )  # fmt: skip
        self._turns, self._volume, self._pictures = (
            Limiter(one, centre.now_ms) for one in (rates.device, rates.volume, rates.pictures)
        )

    def _pace_of(self, path: str) -> Pace:
        filled = self._pictures if path.startswith(wire.PATH_EVIDENCE) else self._volume
        return lambda who, turns, size: self._turns.wait_s(who, turns) or filled.wait_s(who, size)

    def open(self, method: str, path: str, handler: Handler, rate: Rate | None = None) -> None:
        """A path for whoever asks; with a `rate` each network is counted."""
        centre, pace, asks = self.centre, self._pace_of(path), method not in NO_BODY

        async def answer(request: Request, who: str) -> Answer:
            received = read_headers(request, MAX_JSON, pace)
            if not asks:
                return await run_in_threadpool(_in_time, centre.mono_ms(), handler, centre, received)
            with self._strangers.room(who, received, MAX_JSON):
                received = await receive(request, received, MAX_JSON)
                return await run_in_threadpool(_in_time, centre.mono_ms(), handler, centre, received)

        self._add(method, path, answer, rate)

    def signed(self, method: str, path: str, handler: SignedHandler, limit: int = MAX_JSON) -> None:
        """A path for devices, which sign what they ask; each is counted once it is known."""
        centre, pace = self.centre, self._pace_of(path)

        async def answer(request: Request, who: str) -> Answer:
            received = read_headers(request, limit, pace)
            signer = await run_in_threadpool(_in_time, centre.mono_ms(), identify, centre, received)

            def of_a_device(centre: Centre, received: ReceivedRequest) -> Answer:
                return handler(centre, admit(centre, received, signer), received)

            with self._devices.room(who, received, limit):
                if method not in NO_BODY:
                    received = await receive(request, received, limit)
                return await run_in_threadpool(_in_time, centre.mono_ms(), of_a_device, centre, received)

        self._add(method, path, answer, None)

    def _add(
        self, method: str, path: str, answer: Callable[[Request, str], Awaitable[Answer]], rate: Rate | None
    ) -> None:
        limiter = Limiter(rate, self.centre.now_ms) if rate else None

        async def endpoint(request: Request) -> Answer:
            who = asker(request.client.host if request.client else "", headers_of(request), self._proxy)
            if limiter is None:
                return await answer(request, who)
            wait = limiter.wait_s(who)
            if wait:
                raise Denied(refusal(429, "too_many", wait))
            given = await answer(request, who)
            if given.status_code < LEAST_REFUSED:
                limiter.forgive(who)
            return given

        self._app.add_api_route(path, endpoint, methods=[method], include_in_schema=False)


_T = TypeVar("_T")


def _in_time(
    arrived_ms: int, handler: Callable[[Centre, ReceivedRequest], _T], centre: Centre, received: ReceivedRequest
) -> _T:
    """What `handler` answers, unless its turn came too late."""
    if centre.mono_ms() - arrived_ms > SHED_MS:
        raise Denied(refusal(503, "later"))
    return handler(centre, received)
