"""Answers in the few forms of docs/protocol.md, Answers: an acknowledgement, a signed document, or a bare code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from protocol import strict_json
from protocol.documents.trust import VERDICT, seal_object
from protocol.journal import acknowledgement
from protocol.texts import say
from protocol.wire import wire

BUSY: Final = (429, 503)
RETRY_S: Final = 5


@dataclass(frozen=True, slots=True)
class Response:
    """Status, media type and bytes; made by threads that know nothing of the server."""

    status: int
    media: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Denied(Exception):
    """Raised anywhere below a route to answer at once."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def members(status: int, **values: object) -> Response:
    return Response(status, wire.JSON, strict_json.dumps(values))


def refusal(status: int, code: str, retry_after: int = 0, **more: object) -> Response:
    """An unsigned refusal: it tells a developer what is wrong and moves no kiosk."""
    retry_after = retry_after or (RETRY_S if status in BUSY else 0)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    body = strict_json.dumps({"code": code, "message": say("en", f"central.api.{code}"), **more})
    return Response(status, wire.JSON, body, headers)


def document(payload_type: str, values: Mapping[str, object], centre: Centre, status: int = 200) -> Response:
    """A document signed by the `feed` key."""
    return Response(status, wire.DSSE, seal_object(payload_type, values, centre.keys.signer("feed")))


def verdict(centre: Centre, chain: Chain, status: int, code: str, nonce: str, **more: Any) -> Response:
    return document(VERDICT, registry.verdict_of(centre, chain, code, nonce, **more), centre, status)


def ack_bytes(centre: Centre, chain: Chain) -> bytes:
    return acknowledgement.sign(chain.ack(centre.now_ms()), centre.keys.signer("ack"))


def ack(centre: Centre, chain: Chain, status: int = 200) -> Response:
    return Response(status, wire.ACK, ack_bytes(centre, chain))
