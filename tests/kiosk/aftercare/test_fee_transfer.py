"""Correct and send again: the fee paid already is transferred to the new request, or given back; never both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.aftercare import reversals
from kiosk.core import offline_limits
from kiosk.model.service_request import TRAY, Decision, Request, Sale
from kiosk.model.store_changes import PutElsewhere, PutFact
from kiosk.printing.receipt_sheet import receipt_sheet
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.strict_json import dumps
from protocol.wire.feed_items import FloatItem
from tests.harness.fakes.fake_tills import OTHER
from tests.harness.shop import Shop, answered
from tests.kiosk.cash.test_day_close import refused


@pytest.fixture
def back(open_shop: Shop) -> Request:
    """A request of 50 pounds that was sent back, paid with a note of a hundred."""
    request = open_shop.counter.desk.record(open_shop.sale()).request
    say(open_shop, request, "sent_back")
    found = open_shop.store.requests.get(request.id)
    assert found is not None
    return found


def say(shop: Shop, request: Request, status: str) -> None:
    decision = Decision(1, request.seq, status, "R7", "الاسم لا يطابق", "Name differs", 1)
    shop.store.commit([], [decision])


def corrected(shop: Shop, old: Request, **more: Any) -> Sale:
    """The form opened with its answers, confirmed without any cash."""
    draft = shop.counter.aftercare.correct(old.id)
    assert draft.corrects == old.id
    base: dict[str, Any] = {
        "id": draft.id, "visit": draft.id, "tendered_pt": 5_000, "corrects": old.id, "method": old.method,
        "reference": old.reference,
    }  # fmt: skip
    return replace(shop.sale(2), **(base | more))


def bodies(shop: Shop, kind: EntryType) -> list[dict[str, Any]]:
    return [read_body(i.record.body) for i in shop.store.journal.export(1) if i.record.fields.entry_type == kind]


def test_the_fee_is_transferred_and_no_cash_moves(open_shop: Shop, back: Request) -> None:
    before = open_shop.counter.books.book()
    sale = corrected(open_shop, back)
    recorded = open_shop.counter.desk.record(sale)
    book = open_shop.counter.books.book()
    assert book.expected_pt == before.expected_pt == 15_000
    assert (book.total_pt("taken"), book.total_pt("refund"), book.total_pt("cash")) == (10_000, 5_000, 10_000)
    assert open_shop.store.journal.tail().sum_pt == 5_000
    old = open_shop.store.requests.get(back.id)
    assert old is not None
    assert (old.reversed, recorded.request.reversed) == ("refund", "")
    moved = open_shop.store.days.reversal(1, back.seq)
    assert moved is not None
    assert (moved.amount_pt, moved.cash, moved.reason) == (5_000, True, reversals.transfer_reason())


def test_the_journal_says_what_was_transferred_where(open_shop: Shop, back: Request) -> None:
    sale = corrected(open_shop, back)
    recorded = open_shop.counter.desk.record(sale)
    (refund,) = bodies(open_shop, EntryType.REFUND)
    assert (refund["id"], refund["seq"], refund["by"]) == (back.id, back.seq, sale.id)
    assert (refund["total_pt"], refund["method"], refund["date"]) == (5_000, "cash", back.date)
    request = bodies(open_shop, EntryType.REQUEST)[-1]
    assert (request["tendered_pt"], request["change_pt"], request["total_pt"]) == (5_000, 0, 5_000)
    assert open_shop.store.journal.tail().chain.seq == recorded.request.seq + 1, "both in one commit"


def test_its_paper_says_that_it_was_paid_before_and_opens_no_drawer(open_shop: Shop, back: Request) -> None:
    receipt = open_shop.counter.desk.record(corrected(open_shop, back)).receipt
    assert receipt.transferred == f"2-{back.seq:06d}"
    assert receipt.cash is False
    said = receipt_sheet(receipt).pack().decode()
    assert receipt.transferred in said
    assert "paper.tendered" not in said
    assert len(open_shop.store.print_jobs.of_entry(1, receipt.seq)) == 1
    assert open_shop.store.print_jobs.of_entry(1, receipt.seq + 1) == [], (
        "no receipt of a refund: nobody was given anything"
    )


def test_the_task_stays_until_the_fee_is_settled(open_shop: Shop, back: Request) -> None:
    sale = corrected(open_shop, back)
    assert [r.id for r in open_shop.counter.desk.requests.search(TRAY)] == [back.id], "opening a form settles nothing"
    open_shop.counter.desk.record(sale)
    assert open_shop.counter.desk.requests.search(TRAY) == []


def test_the_same_press_twice_transfers_once(open_shop: Shop, back: Request) -> None:
    sale = corrected(open_shop, back)
    first = open_shop.counter.desk.record(sale)
    again = open_shop.counter.desk.record(sale)
    assert again.request.id == first.request.id
    assert len(bodies(open_shop, EntryType.REFUND)) == 1
    other = corrected(open_shop, back)
    assert refused(lambda: open_shop.counter.desk.record(other)) == "transfer_changed", "it is spent"


@pytest.mark.parametrize(
    "more",
    [{"tendered_pt": 10_000}, {"method": "card", "reference": "x"}, {"due_pt": 4_000}, {"corrects": "nothing"}],
)
def test_nothing_moves_that_the_screen_did_not_show(open_shop: Shop, back: Request, more: dict[str, Any]) -> None:
    sale = corrected(open_shop, back, **more)
    assert refused(lambda: open_shop.counter.desk.record(sale)) == "transfer_changed"
    assert bodies(open_shop, EntryType.REFUND) == []
    assert len(bodies(open_shop, EntryType.REQUEST)) == 1


def test_another_fee_is_not_transferred_and_the_old_one_stays_due(open_shop: Shop, back: Request) -> None:
    sale = corrected(open_shop, back, corrects="", tendered_pt=20_000)
    recorded = open_shop.counter.desk.record(answered(sale, copies=2))
    draft = replace(open_shop.counter.aftercare.correct(back.id))
    assert open_shop.counter.desk.transferable(draft, recorded.request.total_pt) is None
    assert open_shop.counter.desk.transferable(draft, back.total_pt) is not None
    assert [r.id for r in open_shop.counter.desk.requests.search(TRAY)] == [back.id]
    open_shop.counter.reversals.refund(back.id)
    assert open_shop.counter.books.book().expected_pt == 10_000 + recorded.request.total_pt
    assert open_shop.counter.desk.transferable(draft, back.total_pt) is None, "given back already"


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_what_has_not_come_back_transfers_nothing(open_shop: Shop, back: Request, status: str) -> None:
    say(open_shop, back, status)
    assert reversals.transferable(open_shop.store.requests, back.id, 5_000) is None


def test_what_another_till_pays_back_transfers_nothing(open_shop: Shop, back: Request) -> None:
    open_shop.store.commit([], [PutElsewhere(1, back.seq, "held", 3, 9)])
    assert reversals.transferable(open_shop.store.requests, back.id, 5_000) is None
    assert reversals.transferable(open_shop.store.requests, "", 5_000) is None
    assert reversals.transferable(open_shop.store.requests, back.id, 0) is None


def test_a_rejected_request_may_be_corrected_too(open_shop: Shop, back: Request) -> None:
    say(open_shop, back, "rejected")
    open_shop.counter.desk.record(corrected(open_shop, back))
    assert open_shop.counter.books.book().expected_pt == 15_000


def test_the_new_request_is_paid_back_in_cash_when_it_comes_back_too(open_shop: Shop, back: Request) -> None:
    second = open_shop.counter.desk.record(corrected(open_shop, back)).request
    say(open_shop, second, "rejected")
    open_shop.counter.reversals.refund(second.id)
    assert open_shop.counter.books.book().expected_pt == 10_000


def test_the_float_is_used_once(open_shop: Shop, back: Request) -> None:
    kept = {"balance_pt": 50_000, "warn_pt": 0, "base_pt": open_shop.store.journal.tail().sum_pt, "at_ms": 1}
    open_shop.store.commit([], [PutFact(offline_limits.FLOAT.name, dumps(kept))])
    open_shop.counter.desk.record(corrected(open_shop, back))
    assert open_shop.counter.books.float_left_pt() == 50_000
    item = FloatItem(at_ms=2, balance_pt=50_000, warn_pt=0, epoch=1, seq=back.seq)
    open_shop.store.commit([], [offline_limits.put_balance(item, 1, open_shop.store)])
    assert open_shop.counter.books.float_left_pt() == 50_000, "told of it before the centre heard of the transfer"


def test_a_centre_that_hears_of_another_till_first_wins(open_shop: Shop, back: Request) -> None:
    open_shop.line.up = True
    sale = corrected(open_shop, back)
    open_shop.line.shop.trouble = Refused("refund_done", by=OTHER[:8])
    act = open_shop.counter.neighbours.guarded
    assert refused(lambda: act(back.id, lambda: open_shop.counter.desk.record(sale))) == "refund_done"
    assert bodies(open_shop, EntryType.REFUND) == []
