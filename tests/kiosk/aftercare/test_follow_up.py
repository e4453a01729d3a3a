"""What becomes of a request: who must act, corrected, escalated, told, arrived, handed over; each act journalled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.aftercare.follow_up import TAKERS, WHYS, who_acts
from kiosk.model.service_request import TRAY, Decision, Query
from kiosk.model.store_changes import Erase
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.shop import OPERATOR, Shop


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=code):
        act()


NOBODY = "0192f0c1-0000-7000-8000-000000000000"


def decision(status: str = "rejected", code: str = "R7") -> Decision:
    return Decision(1, 0, status, code, "الصورة غير واضحة", "The picture is unclear", 1)


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    return open_shop


@pytest.fixture
def sold(shop: Shop) -> str:
    return shop.counter.desk.record(shop.sale()).request.id


def rule(shop: Shop, request_id: str, status: str) -> None:
    request = shop.store.requests.get(request_id)
    assert request is not None
    shop.store.commit([], [Decision(1, request.seq, status, "", "سبب", "Why", 5)])


def last(shop: Shop) -> tuple[int, dict[str, Any]]:
    *_, item = shop.store.journal.export(1)
    return item.record.fields.entry_type, read_body(item.record.body)


def named(shop: Shop, state: Any) -> list[str]:
    return [request.id for request in shop.counter.desk.requests.search(Query(state=state))]


@pytest.mark.parametrize(
    ("status", "code", "who"),
    [
        ("sent_back", "fee_mismatch", "operator"), ("rejected", "fee_mismatch", "centre"),
        ("rejected", "duplicate_request", "shop"), ("rejected", "consent_missing", "operator"),
        ("rejected", "R7", "shop"),
    ],
)  # fmt: skip
def test_a_rejection_says_whose_turn_it_is(status: str, code: str, who: str) -> None:
    assert who_acts(decision(status, code)) == who


def test_a_correction_is_a_new_form_with_the_old_answers(shop: Shop, sold: str) -> None:
    rule(shop, sold, "sent_back")
    draft = shop.counter.aftercare.correct(sold)
    assert draft.id != sold
    assert draft.raw["name"] == "محمد أحمد عبد الله حسن"
    assert shop.counter.desk.drafts.last() == draft
    kind, body = last(shop)
    assert (kind, body["id"], body["by"], body["op"]) == (EntryType.CORRECTION, sold, draft.id, OPERATOR)
    assert [r.id for r in shop.counter.desk.requests.search(TRAY)] == [sold], (
        "its fee is neither transferred nor given back yet"
    )


def test_a_corrected_form_can_be_sold_as_it_is(shop: Shop, sold: str) -> None:
    rule(shop, sold, "rejected")
    draft = shop.counter.aftercare.correct(sold)
    again = shop.sale(2, id=draft.id, visit=draft.id, values=draft.raw)
    assert shop.counter.desk.record(again).request.id == draft.id


def test_a_rejection_stays_in_the_tray_until_its_fee_is_given_back(shop: Shop, sold: str) -> None:
    rule(shop, sold, "rejected")
    shop.counter.aftercare.correct(sold)
    assert [r.id for r in shop.counter.desk.requests.search(TRAY)] == [sold]


def test_an_escalation_leaves_the_tray_and_tells_the_centre_why(shop: Shop, sold: str) -> None:
    rule(shop, sold, "rejected")
    shop.counter.aftercare.escalate(sold, "wrong")
    kind, body = last(shop)
    assert (kind, body["kind"], body["why"]) == (EntryType.FOLLOW_UP, "escalated", "wrong")
    assert body["why"] in WHYS
    assert shop.counter.desk.requests.search(TRAY) == []


def test_only_what_came_back_is_corrected_or_escalated(shop: Shop, sold: str) -> None:
    care = shop.counter.aftercare
    for status in (None, "approved"):
        if status:
            rule(shop, sold, "approved")
        refused("not_sent_back", lambda: care.correct(sold))
        refused("not_sent_back", lambda: care.escalate(sold, "other"))
    refused("request_unknown", lambda: care.correct(NOBODY))


def test_what_was_erased_cannot_be_corrected(shop: Shop, sold: str) -> None:
    rule(shop, sold, "rejected")
    request = shop.store.requests.get(sold)
    assert request is not None
    shop.store.commit([], [Erase(1, request.seq)])
    refused("erased", lambda: shop.counter.aftercare.correct(sold))


def test_a_citizen_is_told_what_was_decided(shop: Shop, sold: str) -> None:
    care = shop.counter.aftercare
    refused("undecided", lambda: care.inform(sold))
    rule(shop, sold, "pending")
    refused("undecided", lambda: care.inform(sold))
    rule(shop, sold, "approved")
    assert named(shop, "tell") == [sold]
    care.inform(sold)
    assert named(shop, "tell") == []
    assert last(shop)[1]["status"] == "approved"


def test_an_output_arrives_and_is_handed_to_whom_the_journal_does_not_name(shop: Shop, sold: str) -> None:
    care = shop.counter.aftercare
    refused("not_to_hand", lambda: care.hand_over(sold, "self"))
    care.arrived(sold)
    assert named(shop, "unclaimed") == [sold]
    refused("taker_needed", lambda: care.hand_over(sold, "relative", "  "))
    care.hand_over(sold, "relative", "علي  حسن")
    kind, body = last(shop)
    assert (kind, body["kind"], body["taker"]) == (EntryType.FOLLOW_UP, "handed", "relative")
    assert "علي" not in str(body)
    assert body["taker"] in TAKERS
    request = shop.store.requests.get(sold)
    assert request is not None
    assert request.handed_to == "relative علي حسن"


def test_nobody_does_any_of_it_signed_out(shop: Shop, sold: str) -> None:
    rule(shop, sold, "rejected")
    shop.counter.people.sign_out()
    for act in (shop.counter.aftercare.correct, shop.counter.aftercare.inform, shop.counter.aftercare.arrived):
        with pytest.raises(Refused, match="signed_out"):
            act(sold)
