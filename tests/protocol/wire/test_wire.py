"""The words of the wire: signed requests, compression, sealed bundles; all against the vectors."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from protocol.journal import kj01, personal
from protocol.wire import sealing, wire
from protocol.wire.bundle import (
    BUNDLE_MAGIC,
    BadBundle,
    BundleHead,
    compress,
    decompress,
    open_bundle,
    seal_bundle,
)
from protocol.wire.wire import SignedRequest
from tests.harness.vector_files import ACK, DEVICE, DEVICE_TEXT, KJB2, SIGNER, START, STREAM, named

NONCE = wire.nonce_text(bytes(range(16)))
PUSH = SignedRequest("POST", "api.kiosk.example", wire.PATH_JOURNAL, "", wire.STREAM, STREAM, "1-1-3")
PULL = SignedRequest("GET", "api.kiosk.example", wire.PATH_FEED, "after=5")
CREATED = 1_764_057_600
PRIVATE, PUBLIC = bytes.fromhex(named(KJB2, "x25519 private")), bytes.fromhex(named(KJB2, " public"))
BUNDLE = bytes.fromhex(named(KJB2, "\n  envelope"))
HEAD = BundleHead(DEVICE, 1, 1, 1)


def _headers(request: SignedRequest) -> dict[str, str]:
    return wire.sign(request, SIGNER, DEVICE_TEXT, 1, CREATED, NONCE)


# ---- signed requests


def test_a_request_is_signed_as_in_the_vector() -> None:
    headers = _headers(PUSH)
    params = ACK.split('"@signature-params": ')[1].splitlines()[0]
    assert headers["Signature-Input"] == f"k={params}"
    assert headers["Signature"] == named(ACK, "Signature:")
    assert headers["Content-Digest"] == named(ACK, '"content-digest":')
    assert hashlib.sha256(PUSH.base(params)).hexdigest() == named(ACK, "sig-base sha256")


def test_a_request_without_a_body_signs_its_query() -> None:
    headers = _headers(PULL)
    assert set(headers) == {"Signature-Input", "Signature"}
    claimed = wire.read_signature(headers["Signature-Input"], headers["Signature"], PULL)
    assert claimed is not None
    assert wire.verify(claimed, PULL, SIGNER.public)
    assert not wire.verify(claimed, dataclasses.replace(PULL, query="after=6"), SIGNER.public)


def test_what_the_headers_claim_is_read() -> None:
    headers = _headers(PUSH)
    claimed = wire.read_signature(headers["Signature-Input"], headers["Signature"], PUSH)
    assert claimed is not None
    assert (claimed.device, claimed.epoch, claimed.created, claimed.nonce) == (DEVICE_TEXT, 1, CREATED, NONCE)
    assert wire.verify(claimed, PUSH, SIGNER.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [("kiosk-v1", "kiosk-v2"), ("ed25519", "rsa"), ("created=", "created=x"), ('"@query" ', ""), ("k=", "z=")],
)
def test_another_profile_claims_nothing(old: str, new: str) -> None:
    headers = _headers(PUSH)
    assert wire.read_signature(headers["Signature-Input"].replace(old, new), headers["Signature"], PUSH) is None


def test_another_form_of_signature_or_of_request_claims_nothing() -> None:
    headers = _headers(PUSH)
    assert wire.read_signature(headers["Signature-Input"], "k=:AAAA:", PUSH) is None
    assert wire.read_signature(headers["Signature-Input"], headers["Signature"], PULL) is None


@pytest.mark.parametrize(
    "change",
    [{"method": "PUT"}, {"authority": "x"}, {"path": "/"}, {"body": b""}, {"content_type": "x"}, {"idempotency": "2"}],
)
def test_everything_that_is_covered_counts(change: dict[str, Any]) -> None:
    headers = _headers(PUSH)
    claimed = wire.read_signature(headers["Signature-Input"], headers["Signature"], PUSH)
    assert claimed is not None
    assert not wire.verify(claimed, dataclasses.replace(PUSH, **change), SIGNER.public)


# ---- compression


@given(st.binary(max_size=2000))
def test_what_was_compressed_is_had_back(plain: bytes) -> None:
    assert decompress(compress(plain)) == plain


def _undeclared(plain: bytes) -> bytes:
    return zstd.compress(plain, options={zstd.CompressionParameter.content_size_flag: 0})


def _other_dictionary() -> bytes:
    samples = [f"sample {n} of something else {n * n}".encode() for n in range(500)]
    return zstd.compress(b"x" * 100, zstd_dict=zstd.train_dict(samples, 1024))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "zstd"),
        (b"\0" * 40, "zstd"),
        (compress(bytes(wire.MAX_PLAIN + 1)), "size"),
        (_undeclared(b"abc"), "no size"),
        (_other_dictionary(), "dictionary"),
        (compress(b"abc" * 50)[:-1], "zstd"),
        (compress(b"abc") + b"\0", "zstd"),
        (compress(b"abc") * 2, "zstd"),
    ],
    ids=["empty", "zeros", "too big", "undeclared", "dictionary", "cut", "tail", "two"],
)
def test_only_one_whole_declared_frame_is_read(data: bytes, reason: str) -> None:
    with pytest.raises(BadBundle) as caught:
        decompress(data)
    assert caught.value.reason == reason


def test_a_frame_without_our_dictionary_is_read_too() -> None:
    assert decompress(zstd.compress(b"plain")) == b"plain"


def test_a_skippable_frame_holds_nothing_of_ours() -> None:
    with pytest.raises(BadBundle, match="zstd"):
        decompress(b"\x50\x2a\x4d\x18\x04\0\0\0abcd")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_fault(data: bytes) -> None:
    for attempt in (data, b"\x28\xb5\x2f\xfd" + data):
        try:
            decompress(attempt)
        except BadBundle:
            continue


# ---- bundles


def test_the_bundle_of_the_vector_is_opened() -> None:
    plain = open_bundle(HEAD, BUNDLE, PRIVATE)
    assert HEAD.pack().hex() == named(KJB2, "\n  head")
    assert hashlib.sha256(plain).hexdigest() == named(KJB2, "bytes, SHA-256")
    (item,) = personal.split(plain, 1)
    assert item.frame is not None
    assert personal.matches(item.frame, kj01.read_body(item.record.body)["personal"])


def test_the_record_in_the_bundle_is_written_again_byte_for_byte() -> None:
    (item,) = personal.split(open_bundle(HEAD, BUNDLE, PRIVATE), 1)
    kj01.check(item.record, START, SIGNER.public)
    was = item.record.fields
    stamp = kj01.Stamp(was.wall_ms, was.mono_ms, was.boot_id, was.anchor)
    assert kj01.write(START, was.entry_type, item.record.body, SIGNER, stamp) == item.record
    assert item.record.body.decode() == next(line for line in KJB2.splitlines() if line.startswith("body "))[5:]


def test_what_was_sealed_is_opened() -> None:
    head = BundleHead(DEVICE, 1, 1, 3)
    assert open_bundle(head, seal_bundle(head, STREAM, PUBLIC), PRIVATE) == STREAM


@pytest.mark.parametrize("bundle", [b"", BUNDLE[:3], b"KJB1" + BUNDLE[4:]])
def test_a_bundle_says_in_which_form_it_is(bundle: bytes) -> None:
    with pytest.raises(BadBundle, match="version"):
        open_bundle(HEAD, bundle, PRIVATE)


@pytest.mark.parametrize("other", [{"device": bytes(16)}, {"epoch": 2}, {"first": 2}, {"last": 2}])
def test_a_bundle_opens_under_its_own_head_alone(other: dict[str, Any]) -> None:
    with pytest.raises(BadBundle, match="seal"):
        open_bundle(dataclasses.replace(HEAD, **other), BUNDLE, PRIVATE)


@pytest.mark.parametrize("at", [4, 25, 39, 41, 90, -1])
def test_no_byte_of_a_bundle_may_change(at: int) -> None:
    spoilt = bytearray(BUNDLE)
    spoilt[at] ^= 1
    with pytest.raises(BadBundle, match="seal"):
        open_bundle(HEAD, bytes(spoilt), PRIVATE)


def test_a_bundle_that_ends_with_its_version_is_refused() -> None:
    with pytest.raises(BadBundle, match="seal"):
        open_bundle(HEAD, BUNDLE[:4], PRIVATE)


@pytest.mark.parametrize("content", [b"", bytes(3), b"\0\0\0\1", b"\0\0\0\2\0" + compress(b"")])
def test_a_bundle_is_as_long_as_it_says(content: bytes) -> None:
    sealed = sealing.seal(content, PUBLIC, HEAD.pack())
    with pytest.raises(BadBundle):
        open_bundle(HEAD, BUNDLE_MAGIC + sealed, PRIVATE)
