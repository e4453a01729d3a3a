"""The other tills of the shop over the line: what is believed of an answer, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from protocol.errors import Refused, Unavailable
from protocol.texts import Bilingual
from sync.live_questions import LiveQuestions
from tests.harness.fakes.fake_tills import OTHER
from tests.harness.sync_party import lost, pair

SHOWN: dict[str, Any] = {
    "device": OTHER, "till": 3, "epoch": 2, "seq": 31, "id": "r1", "entry_hash": "ab" * 32,
    "service": {"id": "birth-cert", "version": 1, "ar": "شهادة", "en": "Certificate"}, "date": "2026-11-25",
    "at_ms": 5, "op": "op-1", "method": "cash", "citizen": {"name": "منى أ.", "id_end": "0014"}, "total_pt": 500,
    "lines": [{"label": {"ar": "رسم", "en": "Fee"}, "amount_pt": 500}], "status": "rejected", "code": "R7",
    "reason": {"ar": "سبب", "en": "Why"}, "decided_ms": 6, "voided_ms": 0, "refunded_ms": 0, "refunded_by": 0,
    "held_by": 0, "told_ms": 0, "arrived_ms": 0, "handed_ms": 0, "heard_ms": 7, "unsent": 2,
}  # fmt: skip
ASKED = {"v": 1, "op": "op-1", "device": OTHER, "epoch": 2, "seq": 31, "id": "r1"}


def asking(**bent: Any) -> LiveQuestions:
    centre, _, kiosk = pair()
    centre.shop = bent
    return LiveQuestions(kiosk.client)


def test_what_the_other_tills_sold_comes_signed() -> None:
    (found,), more = asking(found=[SHOWN], more=True).find({"v": 1, "op": "op-1"})
    assert isinstance(found, OtherTillRequest)
    assert (found.number, found.service, found.total_pt, more) == (
        "3-10000031",
        Bilingual("شهادة", "Certificate"),
        500,
        True,
    )
    assert (found.name, found.id_end, found.unsent, found.paid_here_ms) == ("منى أ.", "0014", 2, 0)
    assert found.lines == (ReceiptLine(Bilingual("رسم", "Fee"), 500),)


def test_lines_that_do_not_add_up_become_the_total() -> None:
    (found,), _ = asking(found=[{**SHOWN, "lines": []}]).find({"v": 1})
    assert found.lines == (ReceiptLine(Bilingual("شهادة", "Certificate"), 500),)


@pytest.mark.parametrize(
    "bent",
    [{"found": None}, {"found": [7]}, {"found": [{}]}, {"found": [{**SHOWN, "total_pt": -1}]},
     {"found": [{**SHOWN, "citizen": "x"}]}, {"request_nonce": "old"}, {"device": "x"}],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_shown(bent: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="line_portal"):
        asking(**bent).find({"v": 1})


def test_a_hold_is_of_the_request_that_was_asked_about() -> None:
    tills = asking()
    assert tills.refund({**ASKED, "act": "hold"}) == RefundHold("ab" * 8, 5_000)
    assert tills.refund({**ASKED, "act": "release", "hold": "ab" * 8}).total_pt == 5_000


def test_no_hold_says_why_and_who_has_it() -> None:
    with pytest.raises(Refused, match="refund_held") as why:
        asking(state="refused", why="refund_held", by=3).refund({**ASKED, "act": "hold"})
    assert why.value.values["by"] == 3


@pytest.mark.parametrize(
    "bent",
    [{"of": {**ASKED, "seq": 32}}, {"of": 7}, {"state": "free"}, {"state": "refused", "why": "because"},
     {"total_pt": "5000"}, {"total_pt": None}],
)  # fmt: skip
def test_what_is_no_hold_lets_nobody_pay(bent: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="line_portal"):
        asking(**bent).refund({**ASKED, "act": "hold"})


def test_without_a_line_nothing_is_found_and_nothing_waits() -> None:
    centre, line, kiosk = pair()
    line.after = lost
    tills = LiveQuestions(kiosk.client)
    with pytest.raises(Unavailable, match="line_offline"):
        tills.find({"v": 1})
    with pytest.raises(Unavailable, match="line_offline"):
        tills.refund({**ASKED, "act": "hold"})
    tills.close()
    assert (line.closed, centre.requests) == (True, 2)
