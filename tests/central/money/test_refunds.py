"""One till of a shop pays a request back, once: the hold, the entry that ends it, and what becomes a case."""

from __future__ import annotations

from typing import Any

import pytest

from central.devices import registry
from central.money import shop_float, till_days
from central.requests import erasure, receipt_check, refunds, review
from central.requests.refunds import RequestKey
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from tests.central.requests.test_shop_search import FEE, decide, found, shop, sold
from tests.harness import own_centre
from tests.harness.centre_sales import DAY, void
from tests.harness.own_centre import OPERATOR, OwnCentre
from tests.harness.wire_device import Device

__all__ = ["shop"]
Shop = tuple[Device, Device]


@pytest.fixture
def due(office: OwnCentre, shop: Shop) -> RequestKey:
    """What the second till sold, and the centre has rejected."""
    record, one = sold(office, shop[1])
    decide(office, one, "rejected")
    return RequestKey(shop[1].chain.device, 1, record.fields.seq, one)


def hold(office: OwnCentre, device: Device, of: RequestKey, *, void: bool = False) -> str:
    """The name of the hold, or why there is none."""
    chain = office.standing(device)
    with office.store.writing() as session:
        try:
            return refunds.hold(office.centre, session, chain, of, OPERATOR, void=void)[0]
        except Refused as why:
            return f"{why.code} {why.values.get('by', '')}".strip()


def release(office: OwnCentre, device: Device, of: RequestKey, name: str) -> bool:
    chain = office.standing(device)
    return office.act(refunds.release, chain, of, name)


def pay(office: OwnCentre, device: Device, of: RequestKey, /, **changes: Any) -> Record:
    sold_here = of.device == device.chain.device
    members = {
        "v": 1, "op": OPERATOR, "login": 2, "id": of.id, "epoch": of.epoch, "seq": of.seq, "total_pt": FEE,
        "method": "cash", "date": str(DAY), "reason": "x",
    }  # fmt: skip
    if not sold_here:
        members["device"] = registry.name_of(of.device)
    record = device.write(EntryType.REFUND, {**members, **changes})
    office.arrive(device)
    return record


def case_acts(office: OwnCentre) -> list[str]:
    with office.store.reading() as session:
        return [row["act"] for row in refunds.cases(session, 10)]


def told(office: OwnCentre, device: Device) -> list[tuple[str, int]]:
    return [(item["state"], item["by"]) for item in office.feed(device) if item["kind"] == "refund"]


def test_one_till_gets_it_the_other_is_told_who_has_it(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    one, other = shop
    assert len(hold(office, one, due)) == 16
    assert hold(office, other, due) == f"refund_held {one.statement.till}"
    assert told(office, other) == [("held", one.statement.till)]
    assert found(office, one)[0]["held_by"] == one.statement.till


def test_the_till_that_sold_may_hold_too_and_is_not_told_of_its_own_doing(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    one, other = shop
    assert len(hold(office, other, due)) == 16
    assert hold(office, one, due) == f"refund_held {other.statement.till}"
    assert told(office, other) == []


def test_asking_again_gets_the_same_hold_under_a_new_name(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    one, other = shop
    first, second = hold(office, one, due), hold(office, one, due)
    assert first != second
    assert not release(office, one, due, first), "a giving back that comes late, after the press was made again"
    assert hold(office, other, due).startswith("refund_held")
    assert told(office, other) == [("held", one.statement.till)], "said once"
    assert release(office, one, due, second)
    assert not release(office, one, due, second)
    assert told(office, other)[-1] == ("free", one.statement.till)
    assert len(hold(office, other, due)) == 16


def test_only_its_holder_gives_it_back(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    name = hold(office, shop[0], due)
    assert not release(office, shop[1], due, name)


def test_a_newer_epoch_of_the_holder_has_to_ask_the_staff(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    """Its disk may have been lost with the refund in it."""
    one, _ = shop
    hold(office, one, due)
    again = office.enrol(one.chain.device)
    assert hold(office, again, due) == f"refund_held {one.statement.till}"
    with office.store.writing() as session:
        assert [row[1:] for row in refunds.holds(session, 9)] == [(one.chain.device, 1, due.id)]
        refunds.take_away(office.centre, session, due, "amal")
        with pytest.raises(Refused, match="refund_free"):
            refunds.take_away(office.centre, session, due, "amal")
    assert len(hold(office, again, due)) == 16


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_what_nobody_rejected_is_not_paid_back(office: OwnCentre, shop: Shop, due: RequestKey, status: str) -> None:
    decide(office, due.id, status)
    assert hold(office, shop[0], due) == "refund_undue"


def test_what_was_sent_back_may_be_given_up_and_paid_back(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    decide(office, due.id, "sent_back")
    assert len(hold(office, shop[0], due)) == 16


def test_what_is_voided_unknown_or_of_another_shop_is_not_paid_back(
    office: OwnCentre, shop: Shop, due: RequestKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    void(other, record, sold_id)
    office.arrive(other)
    assert hold(office, one, RequestKey(other.chain.device, 1, record.fields.seq, sold_id)) == "refund_voided"
    assert hold(office, one, RequestKey(*due.key, "of another")) == "refund_unknown"
    office.run("INSERT INTO shop VALUES ('ALX-9', 'x', 'x', '{}', 0, 0, '', '')")
    monkeypatch.setattr(own_centre, "SHOP", "ALX-9")
    assert hold(office, office.enrol(), due) == "refund_unknown"


def test_the_entry_ends_it_on_both_sides_and_the_cash_is_the_payers(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    one, other = shop
    hold(office, one, due)
    pay(office, one, due)
    assert told(office, other) == [("held", one.statement.till), ("refunded", one.statement.till)]
    for device in shop:
        assert hold(office, device, due) == f"refund_done {one.statement.till}"
    (shown,) = found(office, one)
    assert (shown["refunded_by"], shown["refunded_ms"] > 0, shown["held_by"]) == (one.statement.till, True, 0)
    with office.store.reading() as session:
        (mine,) = till_days.days(session, one.chain.device)
        (theirs,) = till_days.days(session, other.chain.device)
        assert refunds.holds(session, 9) == []
    assert (mine.known["refund_pt"], mine.known["expected_pt"]) == (FEE, -FEE)
    assert (theirs.known["refund_pt"], theirs.known["expected_pt"]) == (0, FEE)
    assert case_acts(office) == []


def test_the_public_page_says_that_it_was_paid_back(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    hold(office, shop[0], due)
    pay(office, shop[0], due)
    row = office.row("SELECT hash FROM entry WHERE device = ? AND epoch = ? AND seq = ?", *due.key)
    asked = receipt_check.Scanned(shop[1].name[:8], due.seq, row[0])
    shown = receipt_check.find(office.centre, asked)
    assert shown is not None
    assert shown.state == "refunded"


def test_a_second_payment_is_kept_and_becomes_a_case(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    """The till that sold had no line, and paid too."""
    one, other = shop
    hold(office, one, due)
    record = pay(office, other, due)
    pay(office, one, due)
    assert case_acts(office) == ["refund.twice"]
    with office.store.reading() as session:
        (found,) = refunds.cases(session, 1)
        refunded = session.one("SELECT refunded_by, refunded_device FROM request WHERE id = ?", due.id)
    assert (found["staff"], found["subject"]) == (one.name, due.id)
    assert found["detail"]["sold_by"] == other.name
    assert refunded == (record.fields.seq, other.chain.device)


def test_the_same_entry_is_not_settled_twice(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    hold(office, shop[0], due)
    pay(office, shop[0], due)
    assert office.arrive(shop[0]) == 0
    assert case_acts(office) == []


def test_a_void_that_comes_in_late_becomes_a_case(office: OwnCentre, shop: Shop) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    decide(office, sold_id, "rejected")
    of = RequestKey(other.chain.device, 1, record.fields.seq, sold_id)
    hold(office, one, of)
    pay(office, one, of)
    void(other, record, sold_id, total_pt=FEE)
    office.arrive(other)
    assert case_acts(office) == ["refund.twice"]


def test_a_void_that_comes_after_the_approval_is_a_case_and_gives_the_float_nothing(
    office: OwnCentre, shop: Shop
) -> None:
    office.act(shop_float.pay_in, own_centre.SHOP, 100_000, "B-1", "amal")
    record, one = sold(office, shop[1])
    decide(office, one, "approved")
    void(shop[1], record, one, total_pt=FEE, date="2026-11-25")
    office.arrive(shop[1])
    assert (case_acts(office), office.read(shop_float.balance_pt, own_centre.SHOP)) == (["void.late"], 100_000 - FEE)


@pytest.mark.parametrize("changes", [{"id": "none"}, {"seq": 1}])
def test_a_void_of_nothing_and_a_second_one_become_cases(
    office: OwnCentre, shop: Shop, changes: dict[str, Any]
) -> None:
    record, one = sold(office, shop[1])
    void(shop[1], record, one, total_pt=FEE, **changes)
    office.arrive(shop[1])
    assert case_acts(office) == ["refund.unknown"]
    void(shop[1], record, one, total_pt=FEE)
    void(shop[1], record, one, total_pt=FEE)
    office.arrive(shop[1])
    assert case_acts(office) == ["refund.twice", "refund.unknown"]


def test_a_refund_of_what_was_decided_otherwise_meanwhile_becomes_a_case(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    decide(office, due.id, "approved")
    pay(office, shop[1], due)
    assert case_acts(office) == ["refund.early"]
    assert hold(office, shop[0], due) == f"refund_done {shop[1].statement.till}"


def test_a_refund_of_another_shops_request_moves_nothing_and_becomes_a_case(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    office.run("UPDATE request SET shop = 'ALX-9'")
    pay(office, shop[0], due)
    pay(office, shop[0], RequestKey(due.device, 1, 99, due.id))
    assert case_acts(office) == ["refund.unknown"] * 2


@pytest.mark.parametrize("members", [{"device": "no device"}, {"seq": -1}, {"id": 7}, {"epoch": "1"}])
def test_a_refund_of_nothing_that_can_be_named_is_passed_over(
    office: OwnCentre, shop: Shop, due: RequestKey, members: dict[str, Any]
) -> None:
    pay(office, shop[0], due, **members)
    assert case_acts(office) == []
    assert len(hold(office, shop[0], due)) == 16


def test_while_a_void_is_held_nobody_decides_and_what_is_decided_is_voided_no_more(
    office: OwnCentre, shop: Shop
) -> None:
    record, one = sold(office, shop[1])
    of = RequestKey(shop[1].chain.device, 1, record.fields.seq, one)
    assert len(hold(office, shop[1], of, void=True)) == 16
    with pytest.raises(Refused, match="being_refunded"):
        decide(office, one, "approved")
    void(shop[1], record, one, total_pt=FEE)
    office.arrive(shop[1])
    assert case_acts(office) == []
    assert hold(office, shop[1], of, void=True) == "refund_voided"
    second, two = sold(office, shop[1])
    for status in ("approved", "rejected", "sent_back"):
        decide(office, two, status)
        assert hold(office, shop[1], RequestKey(of.device, 1, second.fields.seq, two), void=True) == "void_decided"


def test_a_till_holds_no_void_of_what_another_one_sold(office: OwnCentre, shop: Shop) -> None:
    """Nobody voids it there: it would only keep the staff from deciding it."""
    record, one = sold(office, shop[1])
    assert (
        hold(office, shop[0], RequestKey(shop[1].chain.device, 1, record.fields.seq, one), void=True)
        == "refund_unknown"
    )
    decide(office, one, "approved")


def test_no_decision_is_made_while_a_till_may_be_paying_and_none_after(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    name = hold(office, shop[0], due)
    with pytest.raises(Refused, match="being_refunded"):
        decide(office, due.id, "approved")
    release(office, shop[0], due, name)
    decide(office, due.id, "approved")
    decide(office, due.id, "rejected")
    hold(office, shop[0], due)
    pay(office, shop[0], due)
    with pytest.raises(Refused, match="refunded"):
        decide(office, due.id, "approved")
    assert office.read(review.find, due.id).refunded_by > 0


def test_a_request_that_was_given_up_can_be_erased(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    decide(office, due.id, "sent_back")
    pay(office, shop[0], due)
    with office.store.writing() as session:
        session.run("UPDATE chain SET durable = 99")
        case = review.find(session, due.id)
        office.clock.ms += 1
        with pytest.raises(Refused, match="erase_too_early"):
            erasure.erase(office.centre, session, case, 1, "badr")
        erasure.erase(office.centre, session, case, 0, "badr")


def test_a_transferred_fee_uses_the_float_once(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    """The request in its place costs the same, and is of the same till."""
    office.act(shop_float.pay_in, own_centre.SHOP, 100_000, "B-1", "amal")
    _, new = sold(office, shop[1])
    pay(office, shop[1], due, by=new)
    with office.store.reading() as session:
        assert shop_float.balance_pt(session, own_centre.SHOP) == 100_000 - FEE
        (day,) = till_days.days(session, shop[1].chain.device)
    assert (day.known["refund_pt"], day.known["sum_pt"], day.known["expected_pt"]) == (FEE, 2 * FEE, FEE)


@pytest.mark.parametrize("by", ["nothing", "", 7, "a\0b", "own"])
def test_a_fee_that_was_transferred_nowhere_gives_the_float_nothing(
    office: OwnCentre, shop: Shop, due: RequestKey, by: object
) -> None:
    office.act(shop_float.pay_in, own_centre.SHOP, 100_000, "B-1", "amal")
    pay(office, shop[1], due, by=due.id if by == "own" else by)
    assert office.read(shop_float.balance_pt, own_centre.SHOP) == 100_000 - FEE


def test_the_bill_of_what_was_given_up_is_owed_again(
    office: OwnCentre, shop: Shop, due: RequestKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "central.requests.refunds.reference_authority.reopen", lambda _session, reference: opened.append(reference)
    )
    office.run("UPDATE request SET bill = 'TF-1', status = 'sent_back'")
    pay(office, shop[0], due)
    assert opened == ["TF-1"]


def test_a_till_that_moved_pays_back_what_it_sold_where_it_was(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('ALX-9', 'x', 'x', '{}', 0, 0, '', '')")
        session.run("UPDATE device SET shop = 'ALX-9' WHERE id = ?", due.device)
    assert len(hold(office, shop[1], due)) == 16
    pay(office, shop[1], due)
    assert case_acts(office) == []


def test_a_void_ends_the_hold_that_its_till_was_given_for_it(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    """It had not heard of the rejection yet."""
    hold(office, shop[1], due)
    with office.store.reading() as session:
        row = session.one(
            "SELECT header, signature, body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", *due.key
        )
    assert row is not None
    void(shop[1], Record(*row), due.id)
    office.arrive(shop[1])
    assert office.read(refunds.holds, 9) == []
    assert hold(office, shop[0], due) == "refund_voided"
