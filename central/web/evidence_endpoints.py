"""`/v1/evidence`: files in pieces, by tus 1.0 (creation, checksum), each request signed like any other.

The Idempotency-Key, which is signed, says which file and where; tus's own headers must agree with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from central.centre import Centre
from central.requests import evidence_files
from central.requests.evidence_files import UploadPlace
from central.web.authentication import Caller
from central.web.exchange import Denied, ReceivedRequest, Response, refusal
from protocol.errors import Refused
from protocol.wire import wire
from protocol.wire.evidence_file import evidence_name

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_METADATA: Final = re.compile(r"key ([A-Za-z0-9+/=]{1,200})")
_CHECKSUM: Final = re.compile(r"sha256 ([A-Za-z0-9+/]{43}=)")
_STATUS: Final[Mapping[str, int]] = {
    "evidence_early": 409, "evidence_unnamed": 400, "evidence_erased": 410, "evidence_key": 400,
    "evidence_unknown": 404, "evidence_long": 400,
}  # fmt: skip
CHECKSUM_MISMATCH: Final = 460


def options(_centre: Centre, _received: ReceivedRequest) -> Response:
    """What this server can do; asked by anybody."""
    able = {"Tus-Version": wire.TUS, "Tus-Extension": "creation,checksum", "Tus-Checksum-Algorithm": "sha256"}
    return Response(204, "", b"", {**able, "Tus-Max-Size": str(evidence_files.LARGEST), "Tus-Resumable": wire.TUS})


def create(centre: Centre, caller: Caller, received: ReceivedRequest) -> Response:
    """Begin a file, or say that it was begun: the same request again is answered the same."""
    _refuse_other_tus(received)
    where, length = _named(caller, caller.idempotency, last=True)
    metadata = _METADATA.fullmatch(received.only("upload-metadata") or "")
    if received.only("upload-length") != str(length) or metadata is None or received.body:
        raise Denied(_tus(refusal(400, "bad_request")))
    try:
        upload = evidence_files.create(centre, where, length, base64.b64decode(metadata[1], validate=True))
    except (Refused, binascii.Error) as error:
        raise Denied(_refused(error)) from error
    location = f"{wire.PATH_EVIDENCE}/{evidence_name(where.epoch, where.seq, where.sha256)}"
    return _tus(Response(201, "", b"", {"Location": location, "Upload-Offset": str(upload.offset)}))


def head(centre: Centre, caller: Caller, received: ReceivedRequest) -> Response:
    """Where a file stands."""
    _refuse_other_tus(received)
    where, _ = _named(caller, received.path.removeprefix(f"{wire.PATH_EVIDENCE}/"))
    with centre.store.reading() as session:
        upload = evidence_files.find(session, where)
    if upload is None:
        raise Denied(_tus(refusal(404, "evidence_unknown")))
    standing = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return _tus(Response(200, "", b"", standing))


def patch(centre: Centre, caller: Caller, received: ReceivedRequest) -> Response:
    """The next piece."""
    _refuse_other_tus(received)
    where, offset = _named(caller, caller.idempotency, last=True)
    path = f"{wire.PATH_EVIDENCE}/{evidence_name(where.epoch, where.seq, where.sha256)}"
    if received.only("upload-offset") != str(offset) or received.path != path:
        raise Denied(_tus(refusal(400, "bad_request")))
    if received.only("content-type") != wire.TUS_PIECE:
        raise Denied(_tus(refusal(415, "content_type")))
    _refuse_other_bytes(received)
    try:
        standing = evidence_files.append(centre, where, offset, received.body)
    except evidence_files.WrongOffset as error:
        answer = refusal(409, "evidence_offset")
        raise Denied(_tus(replace(answer, headers={"Upload-Offset": str(error.offset)}))) from error
    except evidence_files.SpoiltUpload as error:
        raise Denied(_tus(refusal(CHECKSUM_MISMATCH, "evidence_spoilt"))) from error
    except Refused as error:
        raise Denied(_refused(error)) from error
    return _tus(Response(204, "", b"", {"Upload-Offset": str(standing)}))


def _refuse_other_tus(received: ReceivedRequest) -> None:
    if received.only("tus-resumable") != wire.TUS:
        raise Denied(Response(412, "", b"", {"Tus-Version": wire.TUS}))


def _named(caller: Caller, name: str, *, last: bool = False) -> tuple[UploadPlace, int]:
    """``<epoch>-<seq>-<sha256>``, with `last` followed by ``-<number>``. Raises Denied 400."""
    number = "0"
    if last:
        name, _, number = name.rpartition("-")
    where = evidence_files.named(caller.chain.device, name)
    if where is None or _NUMBER.fullmatch(number) is None or where.epoch > caller.chain.epoch:
        raise Denied(_tus(refusal(400, "bad_request")))
    return where, int(number)


def _refuse_other_bytes(received: ReceivedRequest) -> None:
    """Tus's own checksum, beside the digest that is signed."""
    given = received.only("upload-checksum")
    if given is None:
        return
    found = _CHECKSUM.fullmatch(given)
    if found is None:
        raise Denied(_tus(refusal(400, "bad_request")))
    if base64.b64decode(found[1]) != hashlib.sha256(received.body).digest():
        raise Denied(_tus(refusal(CHECKSUM_MISMATCH, "evidence_spoilt")))


def _refused(error: Exception) -> Response:
    code = error.code if isinstance(error, Refused) else "bad_request"
    return _tus(refusal(_STATUS.get(code, 400), code))


def _tus(answer: Response) -> Response:
    return replace(answer, headers={**answer.headers, "Tus-Resumable": wire.TUS})
