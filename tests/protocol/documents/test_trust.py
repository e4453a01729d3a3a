"""Keys, envelopes, the keyset, and the enrolment statement that rests on them."""

from __future__ import annotations

import base64
import dataclasses
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import keys
from protocol.documents import trust
from protocol.documents.trust import Forged, Keyset
from protocol.keys import SeedSigner
from protocol.strict_json import BadJson
from protocol.wire import enrolment
from protocol.wire.enrolment import Proof, Statement
from tests.harness.vector_files import DEVICE, DEVICE_TEXT, KJB2, SERVER, SIGNER, named

ROOT = SeedSigner(bytes([1]) * 32)
ENROL = SeedSigner(bytes([2]) * 32)
KEYSET = Keyset(
    version=3,
    enrol=(ENROL.public,),
    ack=(SERVER.public, ENROL.public),
    feed=(SERVER.public,),
    catalogue=(SERVER.public,),
    seal_x25519=bytes(32),
    recovery_x25519=bytes(32),
    update_root_sha256="",
    issued_ms=5,
)
ROOT_FP = keys.fingerprint(ROOT.public)
STATEMENT = Statement(b"", DEVICE, 1, "shop-1", 2, SIGNER.public, ROOT_FP, 3, 1_764_057_600_000)


def _forged(call: Any) -> str:
    with pytest.raises(Forged) as caught:
        call()
    assert caught.value.code == "forged"
    return caught.value.reason


# ---- keys


def test_a_signature_is_by_one_key_over_some_bytes() -> None:
    signature = SIGNER.sign(b"x")
    assert len(signature) == keys.SIGNATURE_LEN
    assert keys.verifies(SIGNER.public, signature, b"x")
    assert not keys.verifies(SIGNER.public, signature, b"y")
    assert not keys.verifies(SERVER.public, signature, b"x")
    assert not keys.verifies(b"short", signature, b"x")


def test_the_signed_framing_is_dsse() -> None:
    assert (
        keys.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_key_has_a_name_of_four_bytes() -> None:
    assert keys.key_id(SERVER.public).hex() == "2143da3e"


# ---- envelopes


def test_an_envelope_gives_back_what_was_signed() -> None:
    envelope = trust.seal_object(trust.SETTINGS, {"v": 1}, SERVER)
    assert trust.open_object(envelope, trust.SETTINGS, KEYSET.publics("feed")) == {"v": 1}
    assert trust.open_bytes(trust.seal("t", b"\0", SERVER), "t", [ROOT.public, SERVER.public]) == b"\0"


def _envelope(**change: Any) -> bytes:
    return json.dumps({**json.loads(trust.seal("t", b"{}", SERVER)), **change}).encode()


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        (b"", "not an envelope"),
        (b"[]", "not an envelope"),
        (b"\xff", "not an envelope"),
        (b"[" * 100_000, "not an envelope"),
        (_envelope(payload="%%"), "not an envelope"),
        (_envelope(payload="ن"), "not an envelope"),
        (_envelope(payload=5), "not an envelope"),
        (_envelope(signatures=None), "not an envelope"),
        (_envelope(signatures=[{"keyid": "x"}]), "not an envelope"),
        (_envelope(payloadType="u"), "other type"),
        (_envelope(payload=base64.b64encode(b"[]").decode()), "signature"),
        (_envelope(signatures=[]), "signature"),
        (trust.seal("t", b"{}", ROOT), "signature"),
    ],
    ids=str,
)
def test_nothing_is_believed_unsigned(envelope: bytes, reason: str) -> None:
    assert _forged(lambda: trust.open_bytes(envelope, "t", [SERVER.public])) == reason


def test_a_signed_payload_that_is_no_object_is_bad_too() -> None:
    with pytest.raises((Forged, BadJson)):
        trust.open_object(trust.seal("t", b"[]", SERVER), "t", [SERVER.public])


@given(st.binary(max_size=80))
def test_any_bytes_are_no_envelope(data: bytes) -> None:
    _forged(lambda: trust.open_bytes(data, "t", [SERVER.public]))


# ---- keyset


def _keyset(**change: Any) -> bytes:
    return trust.seal_object(trust.KEYSET, {**KEYSET.members(), **change}, ROOT)


def test_a_keyset_is_read_as_the_root_signed_it() -> None:
    assert trust.open_keyset(_keyset(), ROOT.public, ROOT_FP, at_least=3) == KEYSET


@pytest.mark.parametrize(
    "change",
    [
        {"version": -1},
        {"version": True},
        {"enrol": []},
        {"enrol": ["00" * 32] * 3},
        {"ack": "00"},
        {"seal_x25519": "00"},
        {"seal_x25519": "zz"},
        {"issued_ms": "5"},
    ],
    ids=str,
)
def test_signed_nonsense_is_no_keyset(change: dict[str, Any]) -> None:
    assert _forged(lambda: trust.open_keyset(_keyset(**change), ROOT.public, ROOT_FP)) == "not a keyset"


def test_a_keyset_is_neither_rolled_back_nor_from_another_root() -> None:
    assert _forged(lambda: trust.open_keyset(_keyset(), ROOT.public, ROOT_FP, at_least=4)) == "older keyset"
    assert _forged(lambda: trust.open_keyset(_keyset(), SERVER.public, ROOT_FP)) == "other root"


# ---- enrolment


def test_both_sides_show_the_number_of_the_vector() -> None:
    public, device_nonce = bytes.fromhex(named(KJB2, " pub")), bytes.fromhex(named(KJB2, " nd"))
    centre_nonce, root_fp = bytes.fromhex(named(KJB2, " ns")), bytes.fromhex(named(KJB2, "root_fp"))
    assert enrolment.commitment(public, device_nonce).hex() == named(KJB2, "nd)")
    assert enrolment.short_number(public, device_nonce, centre_nonce, root_fp) == named(KJB2, "  number")


def test_a_device_proves_that_it_holds_its_key() -> None:
    proof = Proof("1234", SIGNER.public, bytes(16), bytes(16), ROOT_FP)
    signature = proof.sign(SIGNER)
    assert proof.verifies(signature)
    assert not dataclasses.replace(proof, slot="1235").verifies(signature)
    assert enrolment.status_bytes("1234", bytes(16)).startswith(b"DSSEv1 ")


def _statement(**change: Any) -> bytes:
    members = {**enrolment.statement_members(STATEMENT), **change}
    return trust.seal_object(trust.ENROLMENT, members, ENROL)


def _open(envelope: bytes) -> Statement:
    return enrolment.open_statement(envelope, KEYSET, SIGNER.public, ROOT.public)


def test_a_statement_is_for_my_key_under_the_root_i_saw() -> None:
    statement = _open(_statement())
    assert dataclasses.replace(statement, payload=b"") == STATEMENT
    assert statement.device_text == DEVICE_TEXT == str(uuid.UUID(bytes=DEVICE))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pub": "00" * 32}, "other key"),
        ({"root_fp": "00" * 32}, "other root"),
        ({"alg": "rsa"}, "other algorithm"),
        ({"device": 5}, "not a statement"),
        ({"device": "x"}, "not a statement"),
        ({"epoch": []}, "not a statement"),
        ({"pub": None}, "not a statement"),
    ],
    ids=str,
)
def test_another_statement_is_refused(change: dict[str, Any], reason: str) -> None:
    assert _forged(lambda: _open(_statement(**change))) == reason
