"""`/v1/evidence`: files in pieces, by tus 1.0 (creation, checksum), each request signed like any other.

The Idempotency-Key, which is signed, says which file and where; tus's own headers must agree with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from functools import wraps
from typing import Final

from central.centre import Centre
from central.requests import evidence_files
from central.requests.evidence_files import UploadPlace
from central.web.authentication import Caller, SignedHandler
from central.web.exchange import Answer, ReceivedRequest, refusal
from protocol.errors import Refused
from protocol.wire import wire
from protocol.wire.evidence_file import evidence_name

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_METADATA: Final = re.compile(r"key ([A-Za-z0-9+/=]{1,200})")
_CHECKSUM: Final = re.compile(r"sha256 ([A-Za-z0-9+/]{43}=)")
_STATUS: Final[Mapping[str, int]] = {
    "evidence_early": 409, "evidence_erased": 410, "evidence_unknown": 404, "evidence_offset": 409,
    "evidence_spoilt": 460, "content_type": 415,
}  # fmt: skip


def options(_centre: Centre, _received: ReceivedRequest) -> Answer:
    """What this server can do; asked by anybody."""
    able = {"Tus-Version": wire.TUS, "Tus-Extension": "creation,checksum", "Tus-Checksum-Algorithm": "sha256"}
    return _empty(204, **able, **{"Tus-Max-Size": str(evidence_files.LARGEST), "Tus-Resumable": wire.TUS})


def _in_tus(handler: SignedHandler) -> SignedHandler:
    """Every answer names the tus that it speaks; a request of another one is not looked at."""

    @wraps(handler)
    def answer(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
        if received.only("tus-resumable") != wire.TUS:
            return _empty(412, **{"Tus-Version": wire.TUS})
        try:
            given = handler(centre, caller, received)
        except Refused as error:
            given = refusal(_STATUS.get(error.code, 400), error.code)
            if error.code == "evidence_offset":
                given.headers["Upload-Offset"] = str(error.values["offset"])
        given.headers["Tus-Resumable"] = wire.TUS
        return given

    return answer


def _empty(status: int, **headers: str) -> Answer:
    return Answer(b"", status, headers, "")


@_in_tus
def create(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """Begin a file, or say that it was begun: the same request again is answered the same."""
    where, length = _named_last(caller)
    metadata = _METADATA.fullmatch(received.only("upload-metadata") or "")
    if received.only("upload-length") != str(length) or metadata is None or received.body:
        raise Refused("bad_request")
    try:
        sealed = base64.b64decode(metadata[1], validate=True)
    except binascii.Error as error:
        raise Refused("bad_request") from error
    upload = evidence_files.create(centre, where, length, sealed)
    return _empty(201, Location=_path(where), **{"Upload-Offset": str(upload.received)})


@_in_tus
def head(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """Where a file stands."""
    where = _named(caller, received.path.removeprefix(f"{wire.PATH_EVIDENCE}/"))
    with centre.store.reading() as session:
        upload = evidence_files.find(session, where)
    if upload is None:
        raise Refused("evidence_unknown")
    standing = {"Upload-Offset": str(upload.received), "Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return _empty(200, **standing)


@_in_tus
def patch(centre: Centre, caller: Caller, received: ReceivedRequest) -> Answer:
    """The next piece."""
    where, offset = _named_last(caller)
    if received.only("upload-offset") != str(offset) or received.path != _path(where):
        raise Refused("bad_request")
    if received.only("content-type") != wire.TUS_PIECE:
        raise Refused("content_type")
    _refuse_other_bytes(received)
    standing = evidence_files.append(centre, where, offset, received.body)
    return _empty(204, **{"Upload-Offset": str(standing)})


def _path(where: UploadPlace) -> str:
    return f"{wire.PATH_EVIDENCE}/{evidence_name(where.epoch, where.seq, where.sha256)}"


def _named(caller: Caller, name: str) -> UploadPlace:
    """``<epoch>-<seq>-<sha256>``. Raises Refused ``bad_request``."""
    where = evidence_files.named(caller.chain.device, name)
    if where is None or where.epoch > caller.chain.epoch:
        raise Refused("bad_request")
    return where


def _named_last(caller: Caller) -> tuple[UploadPlace, int]:
    """What is signed says ``<epoch>-<seq>-<sha256>-<number>``. Raises Refused ``bad_request``."""
    name, _, number = caller.idempotency.rpartition("-")
    if _NUMBER.fullmatch(number) is None:
        raise Refused("bad_request")
    return _named(caller, name), int(number)


def _refuse_other_bytes(received: ReceivedRequest) -> None:
    """Tus's own checksum, beside the digest that is signed."""
    given = received.only("upload-checksum")
    if given is None:
        return
    found = _CHECKSUM.fullmatch(given)
    if found is None:
        raise Refused("bad_request")
    if base64.b64decode(found[1]) != hashlib.sha256(received.body).digest():
        raise Refused("evidence_spoilt")
