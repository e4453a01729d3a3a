"""Signed requests from outside: exactly one form is taken, everything else is 401."""

from __future__ import annotations

import base64
import http.client
import secrets
import time
from collections.abc import Callable

import pytest

from protocol import strict_json
from protocol.keys import SeedSigner
from protocol.wire import wire
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device, heartbeat_members, raw_send

Headers = dict[str, str]
BODY = strict_json.dumps(heartbeat_members())


def signed(device: Device, *, nonce: str | None = None, created: int | None = None) -> Headers:
    """The headers of a heartbeat that would be taken."""
    asked = wire.SignedRequest("POST", device.authority, wire.PATH_HEARTBEAT, "", wire.JSON, BODY, "hb-1")
    return wire.sign(
        asked, device.signer, device.name, device.statement.epoch,
        int(time.time()) if created is None else created, nonce or wire.nonce_text(secrets.token_bytes(16)),
    )  # fmt: skip


def status(
    device: Device,
    headers: Headers,
    *,
    method: str = "POST",
    path: str = wire.PATH_HEARTBEAT,
    query: str = "",
    body: bytes = BODY,
) -> int:
    return raw_send(device.url, method, path, query, body, headers).status_code


def test_the_form_itself_is_taken(steady: Device) -> None:
    assert status(steady, signed(steady)) == 200


def test_a_replay_is_refused(steady: Device) -> None:
    headers = signed(steady)
    assert [status(steady, headers) for _ in range(3)] == [200, 401, 401]


def test_a_nonce_survives_a_restart_of_the_centre(centre: CentreProcess, steady: Device) -> None:
    headers = signed(steady)
    assert status(steady, headers) == 200
    centre.stop()
    centre.start()
    assert status(steady, headers) == 401


def test_altered_parts_are_refused(steady: Device) -> None:
    assert status(steady, signed(steady), body=BODY + b" ") == 401
    assert status(steady, signed(steady), query="after=1") == 401
    assert status(steady, signed(steady), path=wire.PATH_INQUIRIES) == 401
    assert status(steady, {**signed(steady), "Idempotency-Key": '"hb-2"'}) == 401
    assert status(steady, {**signed(steady), "Content-Type": "text/plain"}) == 401
    assert status(steady, {**signed(steady), "Content-Digest": wire.digest(b"other")}) == 401
    changed = BODY.replace(b'"unsent":0', b'"unsent":9')
    assert status(steady, {**signed(steady), "Content-Digest": wire.digest(changed)}, body=changed) == 401


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest", "Idempotency-Key", "Content-Type"])
def test_a_header_left_out_is_refused(steady: Device, name: str) -> None:
    headers = signed(steady)
    del headers[name]
    assert status(steady, headers) == 401


def test_a_body_that_the_signature_does_not_cover_is_refused(steady: Device) -> None:
    asked = wire.SignedRequest("POST", steady.authority, wire.PATH_HEARTBEAT)
    headers = wire.sign(
        asked, steady.signer, steady.name, 1, int(time.time()), wire.nonce_text(secrets.token_bytes(16))
    )
    assert status(steady, headers) == 401
    assert status(steady, {**headers, "Content-Type": wire.JSON, "Content-Digest": wire.digest(BODY)}) == 401
    whole = {**headers, "Content-Type": wire.JSON, "Content-Digest": wire.digest(BODY), "Idempotency-Key": '""'}
    assert status(steady, whole) == 401


def two_signatures(headers: Headers) -> Headers:
    again = {name: headers[name].replace("k=", "x=", 1) for name in ("Signature", "Signature-Input")}
    return {**headers, **{name: f"{headers[name]}, {again[name]}" for name in again}}


def other_algorithm(headers: Headers) -> Headers:
    return {**headers, "Signature-Input": headers["Signature-Input"].replace('"ed25519"', '"hmac-sha256"')}


def other_tag(headers: Headers) -> Headers:
    return {**headers, "Signature-Input": headers["Signature-Input"].replace("kiosk-v1", "kiosk-v2")}


def fewer_components(headers: Headers) -> Headers:
    return {**headers, "Signature-Input": headers["Signature-Input"].replace(' "content-digest"', "")}


def other_order(headers: Headers) -> Headers:
    return {**headers, "Signature-Input": headers["Signature-Input"].replace('"@path" "@query"', '"@query" "@path"')}


def unknown_device(headers: Headers) -> Headers:
    at = headers["Signature-Input"].index('keyid="') + 7
    old = headers["Signature-Input"]
    return {**headers, "Signature-Input": f"{old[:at]}{'0' * 8}{old[at + 8 :]}"}


def odd_device(headers: Headers) -> Headers:
    at = headers["Signature-Input"].index('keyid="') + 7
    old = headers["Signature-Input"]
    return {**headers, "Signature-Input": f"{old[:at]}{'-' * 36}{old[at + 36 :]}"}


def other_epoch(headers: Headers) -> Headers:
    return {**headers, "Signature-Input": headers["Signature-Input"].replace('/1"', '/4294967297"')}


def flipped(headers: Headers) -> Headers:
    raw = bytearray(base64.b64decode(headers["Signature"][3:-1]))
    raw[0] ^= 1
    return {**headers, "Signature": f"k=:{base64.b64encode(bytes(raw)).decode()}:"}


@pytest.mark.parametrize(
    "change",
    [
        two_signatures, other_algorithm, other_tag, fewer_components, other_order, unknown_device, odd_device,
        other_epoch, flipped,
    ],
)  # fmt: skip
def test_another_form_is_refused(steady: Device, change: Callable[[Headers], Headers]) -> None:
    assert status(steady, change(signed(steady))) == 401


def test_the_same_header_twice_is_refused(steady: Device) -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(steady.authority.rpartition(":")[2]), timeout=10)
    line.putrequest("POST", wire.PATH_HEARTBEAT)
    headers = signed(steady)
    for name, value in [*headers.items(), ("Signature", headers["Signature"]), ("Content-Length", str(len(BODY)))]:
        line.putheader(name, value)
    line.endheaders(BODY)
    with line.getresponse() as answer:
        assert answer.status == 401
    line.close()


def test_another_key_is_refused(steady: Device) -> None:
    stranger = SeedSigner(secrets.token_bytes(32))
    asked = wire.SignedRequest("GET", steady.authority, wire.PATH_FEED, "after=0")
    headers = wire.sign(asked, stranger, steady.name, 1, int(time.time()), wire.nonce_text(secrets.token_bytes(16)))
    assert status(steady, headers, method="GET", path=wire.PATH_FEED, query="after=0", body=b"") == 401


def test_another_authority_is_refused(steady: Device) -> None:
    asked = wire.SignedRequest("GET", "evil.example", wire.PATH_FEED, "after=0")
    headers = wire.sign(
        asked, steady.signer, steady.name, 1, int(time.time()), wire.nonce_text(secrets.token_bytes(16))
    )
    headers["Host"] = "evil.example"
    assert status(steady, headers, method="GET", path=wire.PATH_FEED, query="after=0", body=b"") == 401


@pytest.mark.parametrize(
    "path", ["/v1/%66eed", "/v1%2Ffeed", "/v1/x/../feed", "/v1//feed", "/v1/%2e%2e/v1/feed", "/v1/feed/"]
)
def test_another_spelling_of_a_path_answers_nothing(steady: Device, path: str) -> None:
    headers = signed_get(steady, wire.PATH_FEED)
    assert 400 <= status(steady, headers, method="GET", path=path, query="after=0", body=b"") < 500


def signed_get(device: Device, path: str) -> Headers:
    asked = wire.SignedRequest("GET", device.authority, path, "after=0")
    return wire.sign(asked, device.signer, device.name, 1, int(time.time()), wire.nonce_text(secrets.token_bytes(16)))


@pytest.mark.parametrize("off_s", [-330, 330, -10_000_000])
def test_where_only_the_clock_is_wrong_the_centre_says_its_time(steady: Device, off_s: int) -> None:
    answer, nonce = steady.send("GET", wire.PATH_FEED, query="after=0", created=int(time.time()) + off_s)
    assert answer.status_code == 401
    verdict = steady.read_verdict(answer, nonce)
    assert verdict["code"] == "clock_skew"
    assert abs(verdict["server_ms"] / 1000 - time.time()) < 30


@pytest.mark.parametrize("off_s", [-280, 280])
def test_a_clock_that_is_a_little_wrong_is_taken(steady: Device, off_s: int) -> None:
    assert steady.send("GET", wire.PATH_FEED, query="after=0", created=int(time.time()) + off_s)[0].status_code == 200


def test_a_wrong_signature_is_never_told_the_time(steady: Device) -> None:
    answer = raw_send(
        steady.url, "POST", wire.PATH_HEARTBEAT, "", BODY, flipped(signed(steady, created=int(time.time()) - 900))
    )
    assert (answer.status_code, answer.headers["content-type"]) == (401, wire.JSON)
