"""What a hostile till, a late entry or a second press could make of a refund at the centre; on both stores."""

from __future__ import annotations

import pytest

from central.money import shop_float
from central.projection.chain_projection import Projector
from central.requests import refunds
from central.requests.refunds import RequestKey
from protocol.errors import Unavailable
from protocol.journal.kj01 import Record
from tests.central.money.test_refunds import case_acts, due, hold, pay
from tests.central.requests.test_shop_search import FEE, decide, shop, sold
from tests.harness import own_centre
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

__all__ = ["due", "shop"]
Shop = tuple[Device, Device]


def written(office: OwnCentre, of: RequestKey) -> Record:
    """The entry of that request."""
    with office.store.reading() as session:
        sql = "SELECT header, signature, body FROM entry WHERE device = ? AND epoch = ? AND seq = ?"
        row = session.one(sql, *of.key)
    assert row is not None
    return Record(*row)


def holds(office: OwnCentre) -> int:
    return len(office.read(refunds.holds, 9))


def test_a_till_waits_until_what_the_selling_one_has_sent_is_looked_into(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    """It had paid without a line; its entry has arrived a moment ago, and nobody has read it yet."""
    one, other = shop
    record = written(office, due)
    void(other, record, due.id, date="2026-11-25", total_pt=FEE)
    office.take(other, other.items)
    with pytest.raises(Unavailable, match="later"):
        hold(office, one, due)
    assert len(hold(office, other, due)) == 16, "the selling till knows what it wrote itself"
    Projector(office.centre).drain(due.device)
    assert hold(office, one, due) == "refund_voided"


def test_the_holders_entry_ends_its_hold_though_it_paid_a_second_time(
    office: OwnCentre, shop: Shop, due: RequestKey
) -> None:
    one, other = shop
    hold(office, one, due)
    void(other, written(office, due), due.id, date="2026-11-25", total_pt=FEE)
    office.arrive(other)
    assert holds(office) == 1, "it may be paying just now"
    pay(office, one, due)
    assert case_acts(office) == ["refund.twice"]
    assert holds(office) == 0


def test_another_amount_than_was_taken_becomes_a_case(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    pay(office, shop[1], due, total_pt=FEE + 1)
    assert case_acts(office) == ["refund.amount"]
    record, one = sold(office, shop[1])
    void(shop[1], record, one, date="2026-11-25", total_pt=-FEE)
    office.arrive(shop[1])
    assert case_acts(office) == ["refund.amount"] * 2


def test_one_sale_takes_the_fee_of_one_request_that_came_back(office: OwnCentre, shop: Shop, due: RequestKey) -> None:
    """A till that was tampered with names one sale for two refunds, or a sale that was paid in cash before."""
    office.act(shop_float.pay_in, own_centre.SHOP, 100_000, "B-1", "amal")
    record, second = sold(office, shop[1])
    decide(office, second, "rejected")
    _, new = sold(office, shop[1])
    pay(office, shop[1], due, by=new)
    pay(office, shop[1], RequestKey(due.device, 1, record.fields.seq, second), by=new)
    assert office.read(shop_float.balance_pt, own_centre.SHOP) == 100_000 - 2 * FEE


def unheard(office: OwnCentre, device: Device) -> RequestKey:
    """Sold there, and not sent again yet to a centre that was restored."""
    record = sell(device, members := birth())
    return RequestKey(device.chain.device, 1, record.fields.seq, str(members["id"]))


def test_a_refund_that_comes_before_its_request_ends_it_when_it_comes(office: OwnCentre, shop: Shop) -> None:
    one, other = shop
    of = unheard(office, other)
    paid = pay(office, one, of)
    assert case_acts(office) == ["refund.unknown"]
    office.arrive(other)
    row = office.row("SELECT refunded_by, refunded_device, refunded_epoch FROM request WHERE id = ?", of.id)
    assert row == (paid.fields.seq, one.chain.device, 1)
    assert (hold(office, other, of), holds(office)) == (f"refund_done {one.statement.till}", 0)
    assert case_acts(office) == ["refund.early", "refund.unknown"], "its rejection is lost, too"


def test_a_refund_of_nothing_keeps_no_other_request_from_being_paid_back(office: OwnCentre, shop: Shop) -> None:
    one, other = shop
    of = unheard(office, other)
    pay(office, one, RequestKey(*of.key, "another"))
    pay(office, one, RequestKey(*of.key, "a third"))
    office.arrive(other)
    decide(office, of.id, "rejected")
    assert len(hold(office, one, of)) == 16
