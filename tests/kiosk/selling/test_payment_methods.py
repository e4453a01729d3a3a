"""Beside the fee: the shop's commission, payments without cash, and the float."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.core import offline_limits
from kiosk.core.events import DocumentsChanged
from kiosk.core.offline_limits import ShopFloat, findings
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Decision
from kiosk.model.store_changes import PutDocument
from kiosk.staff.centre_approvals import Approver
from protocol.documents import trust
from protocol.documents.limits_reached import Level
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.wire.feed_items import FloatItem
from tests.harness.catalogue_changes import put_ceiling
from tests.harness.shop import CODE, FEED, PIN_SUPERVISOR, SUPERVISOR, Shop, settings
from tests.kiosk.cash.test_day_close import refused, with_supervisor


def put_shop(shop: Shop, **more: Any) -> None:
    document = settings(2)
    document["shop"] = document["shop"] | more
    envelope = trust.seal_object(trust.SETTINGS, document, FEED)
    shop.counter.journal.write([], [PutDocument("settings", 2, envelope)])
    shop.counter.events.publish(DocumentsChanged("settings"))


def supervisor_sits_down(shop: Shop) -> None:
    """Whoever counts is not told what was taken."""
    shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)


def request_body(shop: Shop) -> dict[str, Any]:
    requests = [i.record for i in shop.store.journal.export(1) if i.record.fields.entry_type == EntryType.REQUEST]
    return read_body(requests[-1].body)


# ---- the commission


def test_the_commission_is_pinned_shown_to_the_shop_and_never_on_the_citizens_paper(open_shop: Shop) -> None:
    put_shop(open_shop, commission_pt=150, commissions_pt={"birth-cert": 175})
    supervisor_sits_down(open_shop)
    recorded = open_shop.counter.desk.record(open_shop.sale())
    assert recorded.request.total_pt == 5_000, "the citizen pays nothing of it"
    assert request_body(open_shop)["commission_pt"] == 175
    assert b"175" not in recorded.receipt.pack()
    assert open_shop.counter.books.book().total_pt("commission") == 175
    assert "عمولة المحل" in open_shop.counter.closing.x_report().pack().decode()


def test_without_one_nothing_is_said_of_it(open_shop: Shop) -> None:
    supervisor_sits_down(open_shop)
    open_shop.counter.desk.record(open_shop.sale())
    assert "commission_pt" not in request_body(open_shop)
    assert "عمولة" not in open_shop.counter.closing.x_report().pack().decode()


# ---- without cash


def card(shop: Shop, **more: Any) -> Any:
    given: dict[str, Any] = {"method": "card", "reference": " 8812-77 ", "tendered_pt": 5_000}
    return shop.sale(1, **(given | more))


def test_a_payment_without_cash_has_its_reference_and_stays_out_of_the_drawer(open_shop: Shop) -> None:
    put_shop(open_shop, methods=["card"])
    recorded = open_shop.counter.desk.record(card(open_shop))
    body = request_body(open_shop)
    assert (body["method"], body["reference"], body["change_pt"]) == ("card", "8812-77", 0)
    assert (recorded.request.method, recorded.receipt.method, recorded.receipt.cash) == ("card", "card", False)
    book = open_shop.counter.books.book()
    assert (book.total_pt("taken"), book.total_pt("noncash"), book.total_pt("cash")) == (5_000, 5_000, 0)
    assert book.expected_pt == 10_000
    assert open_shop.counter.closing.close(count_sum(10_000)).counted_pt == 10_000


def test_its_void_goes_back_the_way_it_came(shop: Shop) -> None:
    with_supervisor(shop)
    put_shop(shop, methods=["card"])
    recorded = shop.counter.desk.record(card(shop))
    moved = shop.counter.reversals.void(recorded.request.id, "x", Approver(SUPERVISOR, PIN_SUPERVISOR))
    assert moved.cash is False
    book = shop.counter.books.book()
    assert (book.total_pt("void"), book.expected_pt) == (5_000, 10_000)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"method": "wallet"}, "method_unknown"),
        ({"method": "barter"}, "method_unknown"),
        ({"reference": " \u200f"}, "reference_needed"),
        ({"tendered_pt": 5_001}, "change_none"),
        ({"tendered_pt": 4_999}, "short_cash"),
    ],
)
def test_what_is_no_such_payment_is_refused(open_shop: Shop, more: dict[str, Any], code: str) -> None:
    put_shop(open_shop, methods=["card", "cheque"])
    assert refused(lambda: open_shop.counter.desk.record(card(open_shop, **more))) == code


def test_the_ceiling_is_on_cash_alone(open_shop: Shop) -> None:
    put_shop(open_shop, methods=["card"])
    put_ceiling(open_shop, 4_999)
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale())) == "cash_ceiling"
    assert open_shop.counter.desk.record(card(open_shop)).request.total_pt == 5_000


# ---- the float


def put_float(shop: Shop, balance_pt: int, warn_pt: int = 0, epoch: int = 1) -> None:
    seq = shop.store.journal.tail().chain.seq
    item = FloatItem(at_ms=1, balance_pt=balance_pt, warn_pt=warn_pt, epoch=epoch, seq=seq)
    shop.counter.journal.write([], [offline_limits.put_balance(item, 1, shop.store)])


def test_a_shop_without_a_float_hears_nothing_of_one(open_shop: Shop) -> None:
    assert open_shop.counter.books.float_left_pt() is None
    assert open_shop.counter.desk.limits() == []


def test_what_was_sold_since_is_taken_off_without_a_line(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale(1))
    put_float(open_shop, 12_000, warn_pt=3_000)
    assert open_shop.counter.books.float_left_pt() == 12_000, "the balance counts the first sale already"
    open_shop.counter.desk.record(open_shop.sale(2))
    assert open_shop.counter.books.float_left_pt() == 7_000
    assert open_shop.counter.desk.limits() == []
    open_shop.counter.desk.record(open_shop.sale(3))
    (found,) = open_shop.counter.desk.limits()
    assert (found.code, found.level, found.now, found.limit) == ("float", Level.WARN, 2_000, 3_000)


def test_more_than_the_float_holds_is_not_taken(open_shop: Shop) -> None:
    put_float(open_shop, 9_999)
    open_shop.counter.desk.record(open_shop.sale(1))
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(open_shop.sale(2))
    assert (caught.value.code, caught.value.values) == ("limit_float", {"now": 4_999, "limit": 5_000, "n": 4_999})
    put_float(open_shop, 5_000)
    assert open_shop.counter.desk.record(open_shop.sale(2)).request.total_pt == 5_000


def test_a_balance_of_an_earlier_epoch_counts_none_of_this_one(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale(1))
    put_float(open_shop, 8_000, epoch=0)
    assert open_shop.counter.books.float_left_pt() == 3_000
    assert offline_limits.FLOAT.read(None) is None
    assert ShopFloat(1, 0, 0, 0).left_pt(open_shop.store.journal.tail()) == -4_999


def test_a_refund_gives_the_float_nothing_back(open_shop: Shop) -> None:
    first = open_shop.counter.desk.record(open_shop.sale(1)).request
    seq = open_shop.store.journal.tail().chain.seq
    put_float(open_shop, 95_000)
    open_shop.counter.desk.record(open_shop.sale(2))
    open_shop.store.commit([], [Decision(1, first.seq, "rejected", "x", "س", "r", 1)])
    open_shop.counter.reversals.refund(first.id)
    assert open_shop.counter.books.float_left_pt() == 90_000
    item = FloatItem(at_ms=2, balance_pt=95_000, warn_pt=0, epoch=1, seq=seq)
    open_shop.counter.journal.write([], [offline_limits.put_balance(item, 1, open_shop.store)])
    assert open_shop.counter.books.float_left_pt() == 90_000, "nor where the centre had not heard of it"
    open_shop.counter.desk.record(open_shop.sale(3))
    put_float(open_shop, 85_000)
    assert open_shop.counter.books.float_left_pt() == 85_000


def test_what_costs_nothing_needs_no_float(open_shop: Shop) -> None:
    put_float(open_shop, -100)
    now = open_shop.counter.desk._press.standing(open_shop.store.moment())
    limits = open_shop.counter.in_force.settings().limits
    assert [found.level for found in findings(now, limits, 0, 1)] == [Level.WARN]
    assert [found.level for found in findings(now, limits, 1, 1)] == [Level.STOP]
