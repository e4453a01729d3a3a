"""How a path is added: who may take it how often, which thread does its work, what `/openapi.json` says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.centre import Centre
from central.rate_limit import Limiter, Rate, asker
from central.web import openapi
from central.web.openapi import Described
from central.web.request_reader import MAX_JSON, Pace, ReceivedRequest, headers_of, receive
from central.web.responses import Denied, refusal
from central.web.responses import Response as Answer
from protocol.wire import wire

SHED_MS: Final = 10_000
"""Who has waited so long for a thread is asked to come again: an answer would come after he has hung up."""
REFUSED: Final = 400
DAY_BYTES: Final = 256 << 20
"""What one device may fill of our tables in a day: a hundred times what a busy shop does."""
DAY_PICTURES: Final = 4 << 30
"""As above, of pictures: a busy shop takes 200 MiB a day, and one that comes back has ten days of them to send. They
are counted apart: however many there are, journal and heartbeat do not wait for them.
"""
_WITH_BODY: Final = ("POST", "PATCH")
Handler = Callable[[Centre, ReceivedRequest], Answer]
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
        self, method: str, path: str, handler: Handler, description: Described, limit: int = MAX_JSON, /,
        **answers: Answered,
    ) -> None:  # fmt: skip
        """A path for devices, which sign what they ask; each is counted once it is known."""
        described = openapi.signed(description, body=method in _WITH_BODY)
        self._add(method, path, handler, described, openapi.SHUT_OUT | answers, limit=limit)

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
            if given.status < REFUSED:
                limiter.forgive(who)
            return to_response(given)

        endpoint.__name__ = handler.__name__
        self._app.add_api_route(
            path, endpoint, methods=[method], responses=openapi.responses(**answers), openapi_extra=description,
            response_class=Response, status_code=200, summary=path,
        )  # fmt: skip


def _in_time(arrived_ms: int, handler: Handler, centre: Centre, received: ReceivedRequest) -> Answer:
    """What `handler` answers, unless its turn came too late."""
    if centre.mono_ms() - arrived_ms > SHED_MS:
        raise Denied(refusal(503, "later"))
    return handler(centre, received)


def to_response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.media)
