from __future__ import annotations

from typing import Any

import pytest

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.errors import Refused, Unavailable
from protocol.texts import Bilingual
from protocol.wire import wire
from sync.line import Raw
from sync.live_questions import LiveQuestions
from tests.harness.sync_party import lost, pair


def test_a_bill_comes_live_and_signed() -> None:
    centre, _, kiosk = pair()
    bill = LiveQuestions(kiosk.client).inquire("power", {"meter": "1"})
    assert (bill.reference, bill.amount_pt, bill.expiry_ms) == ("R1", 12_500, centre.now_ms() + 60_000)
    assert bill.lines == (ReceiptLine(Bilingual("كهرباء", "Electricity"), 12_500),)


@pytest.mark.parametrize(
    ("bent", "refusal"), [({"found": False}, "bill_not_found"), ({"expiry_ms": 1}, "bill_expired")]
)
def test_what_the_authority_does_not_know_or_has_let_go_is_refused(bent: dict[str, Any], refusal: str) -> None:
    centre, _, kiosk = pair()
    centre.bill = bent
    with pytest.raises(Refused, match=refusal):
        LiveQuestions(kiosk.client).inquire("power", {})


@pytest.mark.parametrize(
    "bent",
    [{"service": "water"}, {"amount_pt": 12_499}, {"amount_pt": "12500"}, {"amount_pt": -5}, {"lines": None},
     {"request_nonce": "old"}, {"device": "x"}, {"lines": [{}]}],
)  # fmt: skip
def test_an_answer_to_something_else_is_no_bill(bent: dict[str, Any]) -> None:
    centre, _, kiosk = pair()
    centre.bill = bent
    with pytest.raises(Unavailable, match="line_portal"):
        LiveQuestions(kiosk.client).inquire("power", {})


def test_a_bill_may_have_no_lines() -> None:
    centre, _, kiosk = pair()
    centre.bill = {"lines": []}
    assert LiveQuestions(kiosk.client).inquire("power", {}).amount_pt == 12_500


def test_without_a_line_there_is_no_bill_and_nothing_waits() -> None:
    centre, line, kiosk = pair()
    line.after = lost
    inquiries = LiveQuestions(kiosk.client)
    with pytest.raises(Unavailable, match="line_offline"):
        inquiries.inquire("power", {})
    line.after = lambda _target, _raw: Raw(200, {"content-type": wire.DSSE}, b"<html>")
    with pytest.raises(Unavailable, match="line_portal"):
        inquiries.inquire("power", {})
    inquiries.close()
    assert (line.closed, centre.requests) == (True, 2)
