"""What `/openapi.json` says of each endpoint. docs/protocol.md is the contract; this agrees with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from central.web import enrolment_endpoints
from protocol.wire import support_file, wire

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


def responses(**by_status: tuple[str, Described]) -> dict[int | str, Described]:
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


def signed(described: Described, *, body: bool) -> Described:
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
