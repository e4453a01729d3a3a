from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Refused
from protocol.keys import SeedSigner, fingerprint, verifies
from protocol.program.explained import explain
from protocol.texts import LANGUAGES, Bilingual
from protocol.values.ids import check_char
from protocol.wire import enrolment, wire
from protocol.wire.enrolment import Proof
from sync.enrolment import Application, Enroller, Invited, read_application, write_application
from sync.line import NoAnswer, Raw
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.sync_party import DEVICE, ENROL, FEED, ME, ROOT, STRANGER, keyset_envelope, statement

CODE = "0123456789"
NS = b"\x05" * 16


@dataclass
class EnrolmentCentre:
    """The enrolment side of a centre. `bent` answers come first, by path."""

    approved: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    bent: dict[str, Raw] = field(default_factory=dict)
    statement: bytes = field(default_factory=statement)
    signer: SeedSigner = ENROL
    authority: str = "centre.example"
    closed: bool = False

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        assert (method, dict(headers)) == ("POST", {"Content-Type": wire.JSON})
        members = json.loads(body or b"")
        self.asked.append((target, members))
        if target in self.bent:
            return self.bent[target]
        if target == wire.PATH_CLAIM:
            return claim()
        if target == wire.PATH_REVEAL or not self.approved:
            return Raw(200 if target == wire.PATH_REVEAL else 202, {"content-type": wire.JSON}, b'{"state":"waiting"}')
        return Raw(200, {"content-type": wire.DSSE}, trust.seal(trust.ENROLMENT, self.statement, self.signer))

    def close(self) -> None:
        self.closed = True


def claim(**more: Any) -> Raw:
    members = {"device": str(DEVICE), "epoch": 1, "ns": NS.hex(), "root": ROOT.public.hex()}
    body = {**members, "keyset": json.loads(keyset_envelope()), **more}
    return Raw(200, {"content-type": wire.JSON}, json.dumps(body).encode())


def enroller(office: EnrolmentCentre) -> Enroller:
    return Enroller(office, ME, SeededRandomness(1))


def claimed(office: EnrolmentCentre) -> tuple[Enroller, Application]:
    device = enroller(office)
    return device, device.claim(device.begin("1234", CODE + check_char(CODE)))


def looked(body: bytes, status: int = 200) -> Any:
    office = EnrolmentCentre(bent={wire.PATH_LOOK: Raw(status, {"content-type": wire.JSON}, body)})
    device = enroller(office)
    return device.whose_code(device.begin("1234", CODE + check_char(CODE)))


def test_whose_code_it_is_is_asked_and_an_older_centre_cannot_say() -> None:
    found = looked(b'{"shop":{"id":"S","name":{"ar":"\\u0645","en":"S"}},"server_ms":7}')
    assert found == Invited(Bilingual("م", "S"), 7)
    assert looked(b'{"code":"no_such_path"}', 404) is None
    with pytest.raises(NoAnswer):
        looked(b'{"shop":{}}')


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"why": "wrong"}, "enrol_unknown"), ({"why": "used", "at_ms": 1}, "enrol_used"),
        ({"why": "expired", "at_ms": 1}, "enrol_expired"), ({"why": "denied", "reason": "x"}, "enrol_denied"),
        ({"why": "used"}, "enrolment_refused"), ({}, "enrolment_refused"),
    ],
)  # fmt: skip
def test_each_no_of_the_centre_has_its_own_words(said: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        looked(json.dumps({"code": "enrolment_refused", **said}).encode(), 403)
    for language in LANGUAGES:
        assert all(explain(language, refused.value))


def test_slot_code_six_digits_approval_enrolment() -> None:
    office = EnrolmentCentre()
    device, application = claimed(office)
    root_fp = fingerprint(ROOT.public)
    nd = application.device_nonce
    assert device.number(application) == enrolment.short_number(ME.public, nd, NS, root_fp)
    application = device.reveal(application)
    assert application.revealed
    assert device.status(application) is None
    office.approved = True
    found = device.status(application)
    assert found is not None
    assert (found.statement, found.root_public, found.keyset) == (statement(), ROOT.public, keyset_envelope())


def test_what_the_centre_is_told_is_what_the_protocol_says() -> None:
    office = EnrolmentCentre()
    device, application = claimed(office)
    device.status(device.reveal(application))
    (_, first), (_, second), (_, third) = office.asked
    nd = application.device_nonce
    assert first == {
        "slot": "1234", "code": CODE + check_char(CODE), "pub": ME.public.hex(),
        "commit": enrolment.commitment(ME.public, nd).hex(),
    }  # fmt: skip
    proof = Proof("1234", ME.public, NS, nd, fingerprint(ROOT.public))
    assert proof.verifies(bytes.fromhex(second.pop("proof")))
    assert second == {"slot": "1234", "nd": nd.hex()}
    assert verifies(ME.public, bytes.fromhex(third.pop("sig")), enrolment.status_bytes("1234", nd))
    assert third == second


def test_it_goes_on_after_a_restart_at_any_point() -> None:
    office = EnrolmentCentre(approved=True)
    device = enroller(office)
    application = device.begin(" ١٢٣٤ ", f"{CODE[:5]}-{CODE[5:]}{check_char(CODE)}".lower())
    for step in (device.claim, device.reveal):
        application = read_application(write_application(application))
        application = step(application)
    application = read_application(write_application(application))
    assert enroller(office).status(application) is not None


def test_an_application_in_a_log_does_not_show_its_code() -> None:
    assert CODE not in repr(claimed(EnrolmentCentre())[1])


@pytest.mark.parametrize(
    ("slot", "code", "refusal"),
    [("123", CODE, "slot_form"), ("12a4", CODE, "slot_form"), ("1234", CODE, "code_length"),
     ("1234", CODE + ("0" if check_char(CODE) != "0" else "1"), "code_check")],
)  # fmt: skip
def test_what_was_mistyped_is_not_sent(slot: str, code: str, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        enroller(EnrolmentCentre()).begin(slot, code)


@pytest.mark.parametrize(
    ("code", "status", "refusal"),
    [("enrolment_refused", 403, "enrolment_refused"), ("bad_key", 400, "enrolment_key"),
     ("duplicate_key", 400, "enrolment_key"), ("other", 400, "enrolment_refused")],
)  # fmt: skip
def test_a_refusal_is_told(code: str, status: int, refusal: str) -> None:
    answer = Raw(status, {"content-type": wire.JSON}, json.dumps({"code": code}).encode())
    with pytest.raises(Refused, match=refusal):
        claimed(EnrolmentCentre(bent={wire.PATH_CLAIM: answer}))


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (Raw(200, {"content-type": "text/html"}, b"<html>"), "portal"),
        (Raw(403, {"content-type": "text/html"}, b"<html>"), "portal"),
        (Raw(403, {"content-type": wire.JSON}, b"<html>"), "portal"),
        (Raw(200, {"content-type": wire.JSON}, b"[]"), "portal"),
        (Raw(200, {"content-type": wire.JSON}, b"{}"), "portal"),
        (claim(ns="00"), "portal"),
        (claim(root="zz"), "portal"),
        (claim(epoch="x"), "portal"),
        (Raw(503, {"retry-after": "7"}, b""), "server_down"),
    ],
)
def test_an_answer_that_is_not_the_centres_is_no_claim(raw: Raw, trouble: str) -> None:
    with pytest.raises(NoAnswer) as caught:
        claimed(EnrolmentCentre(bent={wire.PATH_CLAIM: raw}))
    assert caught.value.trouble == trouble


def test_a_keyset_that_the_root_did_not_sign_is_no_claim() -> None:
    with pytest.raises(Forged):
        claimed(EnrolmentCentre(bent={wire.PATH_CLAIM: claim(root=STRANGER.public.hex())}))


@pytest.mark.parametrize(
    ("changed", "signer"),
    [
        ({}, FEED),
        ({"device": str(uuid.UUID(int=1))}, ENROL),
        ({"epoch": 2}, ENROL),
        ({"pub": STRANGER.public.hex()}, ENROL),
        ({"root_fp": "00" * 32}, ENROL),
    ],
)
def test_a_statement_about_somebody_else_is_refused(changed: dict[str, Any], signer: SeedSigner) -> None:
    payload = json.dumps({**json.loads(statement()), **changed}).encode()
    office = EnrolmentCentre(approved=True, statement=payload, signer=signer)
    device, application = claimed(office)
    with pytest.raises(Forged):
        device.status(application)


def test_nothing_is_shown_or_revealed_before_the_claim() -> None:
    device = enroller(EnrolmentCentre())
    application = device.begin("1234", CODE + check_char(CODE))
    for step in (device.number, device.reveal, device.status):
        with pytest.raises(Refused, match="not_claimed"):
            step(application)


def test_closing_closes_the_line() -> None:
    office = EnrolmentCentre()
    enroller(office).close()
    assert office.closed
