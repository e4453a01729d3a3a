"""The shop's other tills at the counter: looked at, never kept, and paid back once, whatever goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.core import offline_limits
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import RequestsChanged
from kiosk.main.practice import NoLine
from kiosk.model import other_till_request
from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import TRAY, Decision, Query
from kiosk.model.store_changes import PutElsewhere, PutFact
from kiosk.receiving import feed_kinds
from kiosk.receiving.feed_documents import PageReading
from protocol.documents.trust import Forged
from protocol.errors import KioskError, Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.override import override
from protocol.strict_json import dumps
from protocol.wire.enrolment import Statement
from tests.harness.fakes.fake_tills import OTHER, found
from tests.harness.shop import OPERATOR, Shop
from tests.kiosk.cash.test_day_close import refused


@pytest.fixture
def linked(open_shop: Shop) -> Shop:
    """A till with a line, ten thousand piastres in its drawer."""
    open_shop.line.up = True
    return open_shop


def refunds(shop: Shop) -> list[dict[str, Any]]:
    items = shop.store.journal.export(1)
    return [read_body(i.record.body) for i in items if i.record.fields.entry_type == EntryType.REFUND]


# ---- looking


def test_the_question_names_who_asks_and_what_for_and_nothing_is_kept(linked: Shop) -> None:
    linked.line.shop.found, linked.line.shop.more = [found()], True
    before = linked.store.journal.tail()
    shown, more = linked.counter.neighbours.search(Query(text="01012345678", date="2026-11-25", state="rejected"))
    assert (shown, more) == ([found()], True)
    assert linked.line.shop.asked == [
        {"v": 1, "op": OPERATOR, "mobile": "01012345678", "date": "2026-11-25", "state": "rejected"}
    ]
    assert linked.store.requests.search(Query()) == []
    assert linked.store.journal.tail() == before
    assert linked.counter.neighbours.who(shown[0]) == "سارة محمود"
    assert linked.counter.neighbours.who(found(operator="gone")) == ""


def test_without_a_line_nobody_is_asked(open_shop: Shop) -> None:
    for act in (
        lambda: open_shop.counter.neighbours.search(Query()),
        lambda: open_shop.counter.neighbours.refund(found()),
    ):
        with pytest.raises(Unavailable, match="shop_offline"):
            act()
    assert open_shop.line.shop.asked == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query(state="unsent"), "shop_filter"), (Query(state="tell"), "shop_filter"),
        (Query(operator="x"), "shop_filter"), (Query(text="محمد أحمد"), "shop_words"),
        (Query(text="12345"), "shop_words"),
    ],
)  # fmt: skip
def test_what_the_centre_cannot_be_asked_is_said_at_once(linked: Shop, query: Query, code: str) -> None:
    assert refused(lambda: linked.counter.neighbours.search(query)) == code
    assert linked.line.shop.asked == []


@pytest.mark.parametrize(
    ("changes", "state", "refundable"),
    [
        ({}, "rejected", True), ({"status": "sent_back"}, "sent_back", True), ({"status": "pending"}, "sent", False),
        ({"status": "approved"}, "approved", False), ({"voided_ms": 1}, "void", False),
        ({"refunded_ms": 1}, "refund", False), ({"paid_here_ms": 1}, "refund", False),
        ({"status": "approved", "arrived_ms": 1}, "unclaimed", False),
        ({"status": "approved", "arrived_ms": 1, "handed_ms": 2}, "handed", False),
    ],
)  # fmt: skip
def test_one_word_says_how_it_stands(changes: dict[str, Any], state: str, refundable: bool) -> None:
    one = found(**changes)
    assert (one.state, one.refundable) == (state, refundable)


# ---- paying back what another till sold


def test_a_refund_is_held_first_and_then_written_here(linked: Shop) -> None:
    moved = linked.counter.neighbours.refund(found())
    assert linked.line.shop.acts() == ["hold"]
    (body,) = refunds(linked)
    assert (body["device"], body["epoch"], body["seq"], body["id"]) == (OTHER, 2, 31, found().id)
    assert (body["total_pt"], body["method"], body["hold"], body["op"]) == (5_000, "cash", "0" * 15 + "1", OPERATOR)
    assert body["reason"] == "الصورة غير واضحة"
    assert (moved.kind, moved.amount_pt, moved.of_device, moved.cash) == ("refund", 5_000, OTHER, True)
    book = linked.counter.books.book()
    assert (book.expected_pt, book.total_pt("refund"), book.count("taken")) == (5_000, 5_000, 0)
    assert linked.store.journal.tail().sum_pt == -5_000
    assert RequestsChanged((found().id,)) in linked.heard


def test_its_paper_names_the_receipt_of_the_other_till_and_no_citizen(linked: Shop) -> None:
    moved = linked.counter.neighbours.refund(found(), "بطلب المواطن")
    (job,) = linked.store.print_jobs.of_entry(1, moved.seq)
    assert isinstance(job.content, Sheet)
    said = job.content.pack().decode()
    for text in (found().number, "بطلب المواطن", "4500", f"/r/{OTHER[:8]}/31/{'ab' * 32}"):
        assert text in said
    assert "منى" not in said


def test_nothing_is_paid_twice_by_the_same_till_whatever_the_centre_has_heard(linked: Shop) -> None:
    linked.counter.neighbours.refund(found())
    assert refused(lambda: linked.counter.neighbours.refund(found())) == "already_reversed"
    assert linked.line.shop.acts() == ["hold"], "nobody was asked again, and nothing given back"
    assert len(refunds(linked)) == 1
    linked.line.shop.found = [found()]
    (shown,), _ = linked.counter.neighbours.search(Query())
    assert (shown.paid_here_ms > 0, shown.state, shown.refundable) == (True, "refund", False)


@pytest.mark.parametrize("code", sorted(other_till_request.REASONS))
def test_what_the_centre_does_not_let_us_pay_is_not_paid(linked: Shop, code: str) -> None:
    linked.line.shop.trouble = Refused(code, by=3)
    assert refused(lambda: linked.counter.neighbours.refund(found())) == code
    assert refunds(linked) == []


def test_an_answer_that_never_came_pays_nothing_and_the_press_may_be_made_again(linked: Shop) -> None:
    linked.line.shop.trouble = Unavailable("line_offline")
    with pytest.raises(Unavailable, match="refund_unanswered"):
        linked.counter.neighbours.refund(found())
    assert refunds(linked) == []
    linked.counter.neighbours.refund(found())
    assert linked.line.shop.acts() == ["hold", "hold"]
    assert len(refunds(linked)) == 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [("line_offline", "shop_unanswered"), ("line_server_down", "shop_unanswered"), ("line_portal", "line_portal")],
)
def test_a_search_without_an_answer_promises_nothing(linked: Shop, trouble: str, said: str) -> None:
    """Elsewhere these words say that what was done is kept, and goes up by itself."""
    linked.line.shop.trouble = Unavailable(trouble)
    with pytest.raises(Unavailable, match=said):
        linked.counter.neighbours.search(Query())


def test_a_crash_between_hold_and_entry_costs_only_a_second_press(linked: Shop) -> None:
    """The disk failed: nobody can say whether it was written, so nothing is given back."""
    linked.store.fail_next = Unavailable("store_failed")  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="store_failed"):
        linked.counter.neighbours.refund(found())
    assert linked.line.shop.acts() == ["hold"]
    linked.counter.neighbours.refund(found())
    assert len(refunds(linked)) == 1


def test_a_hold_is_given_back_where_it_is_certain_that_nothing_was_paid(linked: Shop) -> None:
    linked.line.shop.total_pt = 4_000
    assert refused(lambda: linked.counter.neighbours.refund(found())) == "refund_undue"
    assert linked.line.shop.acts() == ["hold", "release"]
    assert linked.line.shop.asked[1]["hold"] == "0" * 15 + "1"
    linked.line.shop.total_pt = 5_000
    linked.store.fail_next = Refused("day_moved")  # type: ignore[attr-defined]
    linked.line.shop.asked.clear()
    trouble: list[KioskError] = [Unavailable("line_offline")]
    plain = linked.line.shop.refund

    def fails_later(asked: Any) -> Any:
        if asked["act"] == "release":
            raise trouble.pop()
        return plain(asked)

    linked.line.shop.refund = fails_later  # type: ignore[method-assign]
    assert refused(lambda: linked.counter.neighbours.refund(found())) == "day_moved"
    assert trouble == [], "a giving back that fails is no trouble of the operator's"


def test_a_drawer_that_is_short_is_said_before_anybody_is_asked(linked: Shop) -> None:
    assert refused(lambda: linked.counter.neighbours.refund(found(total_pt=10_001))) == "drawer_short"
    assert linked.line.shop.asked == []


def test_what_was_paid_by_card_goes_back_that_way_and_the_drawer_stays(linked: Shop) -> None:
    moved = linked.counter.neighbours.refund(found(method="card"))
    assert moved.cash is False
    assert linked.counter.books.book().expected_pt == 10_000


def test_the_float_gets_nothing_back_by_it(linked: Shop) -> None:
    kept = {"balance_pt": 50_000, "warn_pt": 0, "base_pt": 0, "at_ms": 1}
    linked.store.commit([], [PutFact(offline_limits.FLOAT.name, dumps(kept))])
    linked.counter.neighbours.refund(found())
    assert linked.counter.books.float_left_pt() == 50_000


def test_a_void_is_the_selling_tills(linked: Shop) -> None:
    with pytest.raises(Refused, match="void_elsewhere") as why:
        linked.counter.neighbours.refuse_void(found())
    assert why.value.values["till"] == 3


# ---- paying back our own


def rejected_here(shop: Shop) -> Any:
    request = shop.counter.desk.record(shop.sale()).request
    shop.store.commit([], [Decision(1, request.seq, "rejected", "R7", "سبب", "Why", 1)])
    return request


def pay_own(shop: Shop, request: Any) -> Any:
    return shop.counter.neighbours.guarded(request.id, lambda: shop.counter.reversals.refund(request.id))


def test_our_own_refund_asks_too_where_there_is_a_line(linked: Shop) -> None:
    request = rejected_here(linked)
    pay_own(linked, request)
    asked = linked.line.shop.asked
    assert [(one["act"], one["device"], one["seq"]) for one in asked] == [
        ("hold", linked.counter.in_force.statement().device_text, request.seq)
    ]
    assert "device" not in refunds(linked)[0]


def test_our_own_refund_waits_for_no_line(open_shop: Shop) -> None:
    request = rejected_here(open_shop)
    pay_own(open_shop, request)
    assert (open_shop.line.shop.asked, len(refunds(open_shop))) == ([], 1)


def test_our_own_refund_goes_on_where_nobody_answers(linked: Shop) -> None:
    request = rejected_here(linked)
    linked.line.shop.trouble = Unavailable("line_portal")
    pay_own(linked, request)
    assert len(refunds(linked)) == 1


def test_our_own_refund_stops_where_another_till_pays(linked: Shop) -> None:
    request = rejected_here(linked)
    linked.line.shop.trouble = Refused("refund_held", by=3)
    assert refused(lambda: pay_own(linked, request)) == "refund_held"
    assert refunds(linked) == []
    assert refused(lambda: linked.counter.neighbours.guarded("none", lambda: None)) == "request_unknown"


@pytest.mark.parametrize("code", sorted(other_till_request.REASONS))
def test_a_void_is_kept_by_every_no_of_the_centre_but_that_it_has_not_heard_of_it(linked: Shop, code: str) -> None:
    request, done, said = rejected_here(linked), list[str](), list[str]()
    linked.line.shop.trouble = Refused(code, by=3)
    try:
        linked.counter.neighbours.guarded(request.id, lambda: done.append("void"), void=True)
    except Refused as why:
        said.append(why.code)
    assert (said, done) == (([], ["void"]) if code == "refund_unknown" else ([code], []))


def test_a_void_is_asked_for_as_what_it_is(linked: Shop) -> None:
    request = rejected_here(linked)
    linked.counter.neighbours.guarded(request.id, lambda: None, void=True)
    assert linked.line.shop.acts() == ["void"]


def test_a_hold_that_we_are_given_ends_what_we_heard_of_before(linked: Shop) -> None:
    """The other till gave it back, and the page that says so has not come yet."""
    request = rejected_here(linked)
    linked.store.commit([], [PutElsewhere(1, request.seq, "held", 3, 9)])
    pay_own(linked, request)
    assert len(refunds(linked)) == 1


def test_a_refusal_here_gives_our_own_hold_back(linked: Shop) -> None:
    request = rejected_here(linked)
    assert refused(lambda: linked.counter.neighbours.guarded(request.id, _refuse)) == "drawer_short"
    assert linked.line.shop.acts() == ["hold", "release"]


def test_a_second_press_does_not_free_what_the_first_has_paid(linked: Shop) -> None:
    """Its entry is here and not at the centre: freed, another till would pay it too."""
    request = rejected_here(linked)
    pay_own(linked, request)
    assert refused(lambda: pay_own(linked, request)) == "already_reversed"
    assert linked.line.shop.acts() == ["hold"]


def test_a_reversal_while_the_centre_was_asked_keeps_the_hold(linked: Shop) -> None:
    request = rejected_here(linked)

    def pay_twice() -> None:
        for _ in range(2):
            linked.counter.reversals.refund(request.id)

    assert refused(lambda: linked.counter.neighbours.guarded(request.id, pay_twice)) == "already_reversed"
    assert linked.line.shop.acts() == ["hold"]


def _refuse() -> None:
    raise Refused("drawer_short")


# ---- the centre's word


class _InEpochTwo(DocumentsInForce):
    @override
    def statement(self) -> Statement:
        return replace(super().statement(), epoch=2)


def word(shop: Shop, request: Any, **changes: Any) -> PageReading:
    item = {
        "kind": "refund", "epoch": 1, "seq": request.seq, "entry_hash": request.entry_hash.hex(), "id": request.id,
        "state": "held", "by": 3, "at_ms": 9, **changes,
    }  # fmt: skip
    arrived = PageReading(shop.store, _InEpochTwo(shop.store, shop.counter.events))
    feed_kinds.apply(item, arrived)
    return arrived


def test_we_hear_that_another_till_pays_and_pay_no_more_ourselves(open_shop: Shop) -> None:
    request = rejected_here(open_shop)
    arrived = word(open_shop, request)
    assert arrived.changes == [PutElsewhere(1, request.seq, "held", 3, 9)]
    assert arrived.events == [RequestsChanged((request.id,))]
    open_shop.store.commit([], arrived.changes)
    assert refused(lambda: open_shop.counter.reversals.refund(request.id)) == "refund_held"
    open_shop.store.commit([], word(open_shop, request, state="refunded").changes)
    assert refused(lambda: open_shop.counter.reversals.refund(request.id)) == "refund_done"
    assert open_shop.store.requests.search(TRAY) == []


@pytest.mark.parametrize("bent", [{"seq": 0}, {"seq": 99}, {"entry_hash": "00"}])
def test_a_word_about_another_entry_is_not_believed(open_shop: Shop, bent: dict[str, Any]) -> None:
    request = rejected_here(open_shop)
    with pytest.raises(Forged):
        word(open_shop, request, **bent)


def test_a_word_of_a_state_that_we_do_not_know_is_not_believed(open_shop: Shop) -> None:
    request = rejected_here(open_shop)
    with pytest.raises(ValueError, match="not one of them"):
        word(open_shop, request, state="stolen")


def test_a_word_about_an_epoch_that_went_with_its_disk_is_passed_over(open_shop: Shop) -> None:
    assert word(open_shop, rejected_here(open_shop), epoch=0).changes == []


def test_a_practice_reaches_no_other_till() -> None:
    line = NoLine()
    for act in (line.find, line.refund):
        with pytest.raises(Unavailable, match="shop_offline"):
            act({})
