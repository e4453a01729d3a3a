"""The two files that travel where there is no line (docs/protocol.md, Stick): requests, and what they were answered.

A request is what would have gone over the wire, signed by the device, for the authority `STICK`, which no centre has:
none of them works on the line, and none of the line's works here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from protocol import members
from protocol.errors import Refused, malformed_as
from protocol.members import Base64
from protocol.strict_json import dumps
from protocol.wire import wire

STICK: Final = "stick.invalid"
"""What requests by stick are signed for: a name that resolves nowhere (RFC 6761)."""
OUT_SUFFIX: Final = ".kjb"
IN_SUFFIX: Final = ".kja"
MOST_BYTES: Final = 128 << 20
MOST_REQUESTS: Final = 80
OLDEST_S: Final = 30 * 86_400
"""How old a request by stick may be."""
AHEAD_S: Final = 86_400
"""How far the clock of a counter that never hears the centre's time may be fast."""
_BUNDLE: Final = "manfaz-stick"
_ANSWER: Final = "manfaz-stick-answer"


@dataclass(frozen=True, slots=True)
class StickRequest:
    """A signed request. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Base64 = field(repr=False)

    def request(self) -> wire.SignedRequest:
        """What its signature covers, if it is as it was made."""
        key = self.headers.get("idempotency-key", "").strip('"')
        return wire.SignedRequest(
            self.method, STICK, self.path, self.query, self.headers.get("content-type", ""), self.body, key
        )

    def claimed(self) -> wire.Claimed | None:
        headers = self.headers
        return wire.read_signature(headers.get("signature-input", ""), headers.get("signature", ""), self.request())


@dataclass(frozen=True, slots=True)
class StickResponse:
    """What came back to the request of `nonce`, before anybody believes it; a feed has a page after the other."""

    nonce: str
    status: int
    type: str
    body: Base64 = field(repr=False)


def name_of(device: bytes, suffix: str) -> str:
    """One stick serves several counters."""
    return f"manfaz-{device.hex()[:8]}{suffix}"


def write_bundle(requests: Sequence[StickRequest]) -> bytes:
    return dumps({"v": 1, "kind": _BUNDLE, "requests": [*map(members.write, requests)]})


def read_bundle(data: bytes) -> list[StickRequest]:
    """Raises Refused("stick_torn") for what is no whole bundle."""
    with malformed_as(Refused("stick_torn")):
        requests = [members.read(StickRequest, one) for one in _listed(data, _BUNDLE, "requests")]
    if not 0 < len(requests) <= MOST_REQUESTS:
        raise Refused("stick_torn")
    return requests


def write_answer(answers: Sequence[StickResponse]) -> bytes:
    return dumps({"v": 1, "kind": _ANSWER, "answers": [*map(members.write, answers)]})


def read_answer(data: bytes) -> list[StickResponse]:
    """Raises Refused("stick_torn") for what is no whole answer."""
    with malformed_as(Refused("stick_torn")):
        return [members.read(StickResponse, one) for one in _listed(data, _ANSWER, "answers")]


def _listed(data: bytes, kind: str, name: str) -> list[Any]:
    try:
        said = json.loads(data) if len(data) <= MOST_BYTES else {}
    except RecursionError as error:
        raise ValueError(kind) from error
    if said["kind"] != kind or said["v"] != 1:
        raise ValueError(kind)
    return list(said[name])
