"""Enrolment from outside: the way in, and the ways that must not lead in."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from protocol.keys import SeedSigner
from protocol.values.ids import ALPHABET, check_char
from protocol.wire import enrolment, offline_enrolment
from protocol.wire.enrolment import read_invitation
from tests.harness.centre_process import REFUSED, CentreProcess, CommandFailed
from tests.harness.wire_device import SHOP, Applicant, Device, enrol_device


def slot(centre: CentreProcess, staff: str = "amal") -> tuple[str, str]:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", staff)
    return made["slot"], made["code"]


def other_code(code: str) -> str:
    """Well-formed, and wrong."""
    first = ALPHABET[(ALPHABET.index(code[0]) + 1) % 32]
    return first + code[1:10] + check_char(first + code[1:10])


def refused(answer: Any) -> bool:
    return bool(answer.status_code == 403 and answer.json()["code"] == "enrolment_refused")


def test_both_sides_show_the_same_six_digits_and_a_second_person_lets_the_device_in(centre: CentreProcess) -> None:
    number, code = slot(centre)
    applicant = Applicant(centre.url)
    claimed = applicant.claim(number, code).json()
    assert applicant.reveal(number, claimed).json() == {"state": "waiting"}
    assert applicant.status(number).status_code == 202
    waiting = centre.cli("device", "pending")
    digits = applicant.number(claimed)
    assert [one["number"] for one in waiting if one["slot"] == number] == [digits]
    with pytest.raises(CommandFailed) as failed:
        centre.cli("device", "approve", number, "--number", digits, "--staff", "amal")
    assert failed.value.code == REFUSED
    assert "Traceback" not in failed.value.err
    assert applicant.status(number).status_code == 202
    with pytest.raises(CommandFailed) as failed:
        centre.cli("device", "approve", number, "--number", f"{(int(digits) + 1) % 1_000_000:06d}", "--staff", "badr")
    assert failed.value.code == REFUSED
    centre.cli("device", "approve", number, "--number", digits, "--staff", "badr")
    device = applicant.device(centre, claimed, applicant.status(number).content)
    assert device.statement.shop == SHOP
    kinds = [item["kind"] for item in device.feed()]
    assert {"settings", "operators"} <= set(kinds)


def test_a_wrong_code_and_an_unknown_slot_hear_the_same_and_close_nothing(centre: CentreProcess) -> None:
    number, code = slot(centre)
    unknown = f"{(int(number) + 5_000) % 10_000:04d}"
    answers = [Applicant(centre.url).claim(number, other_code(code)) for _ in range(5)]
    answers += [Applicant(centre.url).claim(unknown, code)]
    assert all(refused(answer) for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    assert Applicant(centre.url).claim(number, code).status_code == 200


def test_a_code_is_used_once(centre: CentreProcess) -> None:
    number, code = slot(centre)
    assert Applicant(centre.url).claim(number, code).status_code == 200
    assert refused(Applicant(centre.url).claim(number, code))


def test_a_claim_whose_answer_was_lost_may_be_made_again(centre: CentreProcess) -> None:
    number, code = slot(centre)
    applicant = Applicant(centre.url)
    first, again = applicant.claim(number, code), applicant.claim(number, code)
    assert (first.status_code, first.json()) == (again.status_code, again.json())


@pytest.mark.parametrize("fault", ["other nonce", "other key's proof", "proof over another nonce"])
def test_a_reveal_that_does_not_fit_the_claim_is_refused(centre: CentreProcess, fault: str) -> None:
    number, code = slot(centre)
    applicant = Applicant(centre.url)
    claimed = applicant.claim(number, code).json()
    if fault == "other nonce":
        answer = Applicant(centre.url, applicant.signer, secrets.token_bytes(16)).reveal(number, claimed)
    elif fault == "other key's proof":
        answer = Applicant(centre.url, SeedSigner(secrets.token_bytes(32)), applicant.nonce).reveal(number, claimed)
    else:
        answer = applicant.reveal(number, {**claimed, "ns": "00" * 16})
    assert refused(answer)


def test_the_statement_goes_to_nobody_but_the_key_that_claimed(centre: CentreProcess) -> None:
    number, code = slot(centre)
    applicant = Applicant(centre.url)
    claimed = applicant.claim(number, code).json()
    applicant.reveal(number, claimed)
    centre.cli("device", "approve", number, "--number", applicant.number(claimed), "--staff", "badr")
    assert refused(Applicant(centre.url, nonce=applicant.nonce).status(number))
    assert refused(applicant.status(number, nd="00" * 16))
    assert refused(applicant.status(number, sig="00" * 64))
    assert applicant.status(number).status_code == 200
    assert applicant.status(number).status_code == 200


def test_a_man_in_the_middle_shows_another_number() -> None:
    root_fp, ns, nd = bytes(32), bytes(16), bytes(range(16))
    mine, his = (SeedSigner(secrets.token_bytes(32)).public for _ in range(2))
    assert enrolment.short_number(mine, nd, ns, root_fp) != enrolment.short_number(his, nd, ns, root_fp)


def test_a_new_device_starts_at_its_genesis(centre: CentreProcess) -> None:
    device = enrol_device(centre)
    device.open_epoch()
    assert device.push().status_code == 200
    assert device.ack is not None
    assert (device.ack.hwm, device.ack.entry_hash) == (1, device.chain.hash)


def test_whose_code_it_is_is_told_before_anything_is_spent(centre: CentreProcess) -> None:
    number, code = slot(centre)
    looked = Applicant(centre.url).post("/v1/enrol/look", {"slot": number, "code": code})
    assert looked.status_code == 200
    assert (looked.json()["shop"]["id"], looked.json()["server_ms"] > 0) == (SHOP, True)
    assert Applicant(centre.url).claim(number, code).status_code == 200, "nothing was spent"
    wrong = Applicant(centre.url).post("/v1/enrol/look", {"slot": number, "code": other_code(code)})
    assert (wrong.status_code, wrong.json()["why"]) == (403, "wrong")


def test_a_second_computer_hears_when_the_code_was_used(centre: CentreProcess) -> None:
    number, code = slot(centre)
    Applicant(centre.url).claim(number, code)
    told = Applicant(centre.url).claim(number, code).json()
    assert (told["why"], told["at_ms"] > 0) == ("used", True)


def test_whoever_waits_hears_why_the_centre_refused(centre: CentreProcess) -> None:
    number, code = slot(centre)
    applicant = Applicant(centre.url)
    claimed = applicant.claim(number, code).json()
    applicant.reveal(number, claimed)
    centre.cli("device", "deny", number, "--reason", "المحل مغلق", "--staff", "badr")
    told = applicant.status(number).json()
    assert (told["code"], told["why"], told["reason"], "phone" in told) == (
        "enrolment_refused", "denied", "المحل مغلق", True
    )  # fmt: skip
    with pytest.raises(CommandFailed):
        centre.cli("device", "approve", number, "--number", "000000", "--staff", "badr")


def test_a_slot_comes_as_a_line_for_scanner_and_stick(centre: CentreProcess, tmp_path: Path) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--out", str(tmp_path / "فلاشة"))
    found = read_invitation((tmp_path / "فلاشة" / "manfaz-slot.txt").read_text(encoding="utf-8"))
    assert (found.slot, found.code, found.centre) == (made["slot"], made["code"], centre.url)
    assert (tmp_path / "فلاشة" / "manfaz-slot.png").read_bytes().startswith(b"\x89PNG")


def test_a_request_from_a_stick_is_answered_with_a_file_and_a_code(centre: CentreProcess, tmp_path: Path) -> None:
    number, code = slot(centre)
    signer, file, out = SeedSigner(secrets.token_bytes(32)), tmp_path / "request.json", tmp_path / "answer.json"
    data = offline_enrolment.write_request(number, code, signer, bytes(16), 1)
    file.write_bytes(data)
    payload = offline_enrolment.read_request(data).payload
    said = offline_enrolment.request_code(payload)
    options = ("--number", said, "--out", str(out), "--staff", "badr")
    answered = centre.cli("device", "answer", str(file), *options)
    found = offline_enrolment.read_answer(out.read_bytes(), payload, signer.public)
    assert offline_enrolment.same_code(answered["code"], found.code)
    assert {"keyset", "settings"} <= set(found.documents)
    for bad in (tmp_path / "none.json", tmp_path):
        with pytest.raises(CommandFailed):
            centre.cli("device", "answer", str(bad), *options)
    with pytest.raises(CommandFailed) as failed:
        centre.cli("device", "answer", str(file), "--number", said, "--out", str(out), "--staff", "amal")
    assert failed.value.code == REFUSED


SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_a_small_order_key_is_refused(centre: CentreProcess, public: str) -> None:
    answer = Applicant(centre.url).claim("0000", "0" * 11, pub=public)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")


def test_the_key_of_an_enrolled_device_is_refused(centre: CentreProcess, steady: Device) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    answer = Applicant(centre.url, steady.signer).claim(made["slot"], made["code"])
    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_key")


@pytest.mark.parametrize(
    "changes",
    [
        {"slot": 1234}, {"slot": "12345"}, {"slot": "١٢٣٤"}, {"code": "x" * 11}, {"code": None}, {"pub": "00"},
        {"pub": "0X" * 32}, {"commit": ["00"]}, {"more": 1},
    ],
)  # fmt: skip
def test_a_claim_of_another_form_is_not_understood(centre: CentreProcess, changes: dict[str, Any]) -> None:
    assert Applicant(centre.url).claim("0000", "0" * 11, **changes).status_code == 400
