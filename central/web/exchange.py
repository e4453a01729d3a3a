"""A request: its headers first, then its body within bounds of size and time; and the few forms of an answer
(docs/protocol.md, Answers): an acknowledgement, a signed document, or a bare code.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from protocol import strict_json
from protocol.documents.trust import VERDICT, seal_object
from protocol.journal import acknowledgement
from protocol.texts import say
from protocol.wire import wire

PATIENCE_S: Final = 20
LEAST_BYTES: Final = 10_000
"""A body is read on while at least so many bytes of it came in the last `PATIENCE_S`."""
LONGEST_S: Final = 15 * 60
"""No body takes longer, whatever comes of it."""
MAX_JSON: Final = 16 * 1024


Answer = Response
"""Made by threads that know nothing of the server."""
Pace = Callable[[str, int, int], int]
"""Counts what a device asks, once it is known whose it is: how many turns and how many bytes of ours it costs. Says
after how many seconds to come back, 0 where it may go on.
"""


def _at_any_pace(_who: str, _turns: int, _bytes: int) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """What came in. Header names are lower-case; each has all its values, in order."""

    method: str
    path: str
    query: str
    headers: Mapping[str, tuple[str, ...]]
    body: bytes
    pace: Pace = _at_any_pace
    by_stick: bool = False
    """It came on a stick: signed for no authority of ours, it may be days old, and the same one may come again."""

    def only(self, name: str) -> str | None:
        """The value of a header that came exactly once."""
        values = self.headers.get(name, ())
        return values[0] if len(values) == 1 else None


def headers_of(request: Request) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in request.scope["headers"]:
        key = name.decode("latin-1")
        headers[key] = (*headers.get(key, ()), value.decode("latin-1"))
    return headers


def read_headers(request: Request, limit: int, pace: Pace = _at_any_pace) -> ReceivedRequest:
    """`request` without its body. Raises Denied 400 (encoded), 413 (it announces more than `limit` bytes)."""
    headers = headers_of(request)
    if "content-encoding" in headers:
        # What is signed is what is sent: compression belongs inside the bundle.
        raise Denied(refusal(400, "content_encoding"))
    declared = headers.get("content-length", ("0",))[0]
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > limit:
        raise Denied(refusal(413, "too_big"))
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    return ReceivedRequest(
        request.method,
        raw.decode("latin-1"),
        request.scope["query_string"].decode("latin-1"),
        headers,
        b"",
        pace,
    )


class Bodies:
    """A budget for the bytes of bodies in flight, in all and per network. One event loop uses it."""

    def __init__(self, most: int, most_of_network: int) -> None:
        self._most, self._most_of_network = most, most_of_network
        self._held = Counter[str]()

    @contextmanager
    def room(self, network: str, received: ReceivedRequest, limit: int) -> Iterator[None]:
        """Room for the body that `received` announces, else for `limit` bytes; held until its answer is made.

        Raises Denied 503 where there is none.
        """
        size = announced(received, limit)
        if self._held[network] + size > self._most_of_network or self._held.total() + size > self._most:
            raise Denied(refusal(503, "later"))
        self._held[network] += size
        try:
            yield
        finally:
            self._held[network] -= size
            if not self._held[network]:
                del self._held[network]


def announced(received: ReceivedRequest, limit: int) -> int:
    """The size of the body in bytes, as the headers announce it; `limit` where they do not."""
    said = received.only("content-length")
    if said is not None and said.isascii() and said.isdigit():
        return min(int(said[:12]), limit)
    return limit if "transfer-encoding" in received.headers else 0


async def receive(request: Request, received: ReceivedRequest, limit: int) -> ReceivedRequest:
    """`received` with its body. Raises Denied 400 (cut off), 408 (too slow), 413 (more than `limit` bytes)."""
    chunks: list[bytes] = []
    size = recent = 0
    try:
        since = asyncio.get_running_loop().time()
        longest = since + LONGEST_S
        async with asyncio.timeout(PATIENCE_S) as patience:
            async for chunk in request.stream():
                size += len(chunk)
                recent += len(chunk)
                if size > limit:
                    raise Denied(refusal(413, "too_big"))
                chunks.append(chunk)
                if recent >= LEAST_BYTES:
                    recent, since = 0, asyncio.get_running_loop().time()
                    patience.reschedule(min(since + PATIENCE_S, longest))
    except TimeoutError:
        # What is still to come of it would come as slowly: this connection is over.
        slow = refusal(408, "too_slow")
        slow.headers["Connection"] = "close"
        raise Denied(slow) from None
    except ClientDisconnect:
        raise Denied(refusal(400, "cut_off")) from None
    return replace(received, body=b"".join(chunks))


def json_object(received: ReceivedRequest) -> dict[str, Any]:
    """The JSON object in the body. Raises Denied 400."""
    kind = (received.only("content-type") or "").partition(";")[0].strip().lower()
    if kind != wire.JSON:
        raise Denied(refusal(400, "content_type"))
    try:
        return strict_json.loads_object(received.body)
    except strict_json.BadJson:
        raise Denied(refusal(400, "bad_json")) from None


def strings(received: ReceivedRequest, shapes: Mapping[str, re.Pattern[str]]) -> list[str]:
    """The members that `shapes` names, each a string of its shape, and no others. Raises Denied 400."""
    members = json_object(received)
    values = [members.get(name) for name in shapes]
    fits = [
        isinstance(v, str) and shape.fullmatch(v) is not None for v, shape in zip(values, shapes.values(), strict=True)
    ]
    if not all(fits) or len(members) != len(shapes):
        raise Denied(refusal(400, "bad_request"))
    return [str(value) for value in values]


BUSY: Final = (429, 503)
RETRY_S: Final = 5


class Denied(Exception):
    """Raised anywhere below a route to answer at once."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def members(status: int, **values: object) -> Response:
    return Response(strict_json.dumps(values), status, None, wire.JSON)


def refusal(status: int, code: str, retry_after: int = 0, **more: object) -> Response:
    """An unsigned refusal: it tells a developer what is wrong and moves no counter."""
    retry_after = retry_after or (RETRY_S if status in BUSY else 0)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    body = strict_json.dumps({"code": code, "message": say("en", f"central.api.{code}"), **more})
    return Response(body, status, headers, wire.JSON)


def document(payload_type: str, values: Mapping[str, object], centre: Centre, status: int = 200) -> Response:
    """A document signed by the `feed` key."""
    return Response(seal_object(payload_type, values, centre.keys.signer("feed")), status, None, wire.DSSE)


def verdict(centre: Centre, chain: Chain, status: int, code: str, nonce: str, **more: Any) -> Response:
    return document(VERDICT, registry.verdict_of(centre, chain, code, nonce, **more), centre, status)


def ack_bytes(centre: Centre, chain: Chain) -> bytes:
    return acknowledgement.sign(chain.ack(centre.now_ms()), centre.keys.signer("ack"))


def ack(centre: Centre, chain: Chain, status: int = 200) -> Response:
    return Response(ack_bytes(centre, chain), status, None, wire.ACK)
