"""One citizen, several services: each its own entry, all in one commit, one total, one paper; pressed twice is once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from central.requests.request_rules import visit_paid
from kiosk.core.events import RequestsChanged
from kiosk.model.service_request import AuthorityBill, PrintState, Query, Sale
from kiosk.model.store_changes import Erase
from kiosk.selling.prepared_visit import Prepared, Visit
from kiosk.selling.sale_recorder import MOST
from protocol.catalogue.fees import Fees
from protocol.documents.settings import LimitSettings, Settings
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.journal.money_entries import RequestEntry
from protocol.strict_json import loads_object
from tests.harness.citizens import filled
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import CODE, PIN_SUPERVISOR, SUPERVISOR, Shop, answered
from tests.kiosk.selling.test_sale_recorder import bill_sale

VISIT = "0192f0c1-7c3a-7b1e-8a4d-0000000000f1"


def visit(shop: Shop, *more: dict[str, Any], tendered_pt: int = 20_000) -> list[Sale]:
    """Birth certificates of one citizen; `more` is what is particular about each."""
    sales = [shop.sale(n, visit=VISIT, tendered_pt=0, **each) for n, each in enumerate(more or ({}, {}), 1)]
    return [replace(sales[0], tendered_pt=tendered_pt), *sales[1:]]


def copies(shop: Shop, number: int) -> dict[str, Any]:
    return {"values": shop.sale().values | {"copies": number}}


def bodies(shop: Shop) -> list[dict[str, Any]]:
    items = [item.record for item in shop.store.journal.export(1)]
    return [read_body(record.body) for record in items if record.fields.entry_type == EntryType.REQUEST]


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_a_visit_is_one_commit_of_entries_in_a_row_with_one_paper(open_shop: Shop) -> None:
    shop, before = open_shop, open_shop.store.journal.tail()
    found = shop.counter.desk.record(*visit(shop, {}, copies(shop, 2), copies(shop, 3), tendered_pt=30_000))
    rows = [found.request, *found.further]
    assert [row.seq for row in rows] == [before.chain.seq + n for n in (1, 2, 3)]
    assert [(row.line, row.lines, row.visit) for row in rows] == [(n, 3, VISIT) for n in (1, 2, 3)]
    assert [row.tendered_pt for row in rows] == [30_000, 0, 0]
    total = sum(row.total_pt for row in rows)
    assert shop.store.journal.tail().count - before.count == 3
    assert shop.store.journal.tail().sum_pt - before.sum_pt == total
    assert [job.id for job in shop.counter.papers.jobs()] == [found.job_id]
    assert shop.heard[-1] == RequestsChanged(tuple(row.id for row in rows))
    assert visit_paid([RequestEntry.read(body) for body in bodies(shop)]), "the centre's own rule"
    assert [body["change_pt"] for body in bodies(shop)] == [30_000 - total, 0, 0]


def test_its_receipt_has_a_line_and_a_code_for_each_and_one_total(open_shop: Shop) -> None:
    found = open_shop.counter.desk.record(*visit(open_shop, {}, copies(open_shop, 2)))
    rows, receipt = [found.request, *found.further], found.receipt
    assert [(s.seq, s.code, s.subtotal_pt) for s in receipt.served] == [(r.seq, r.code, r.total_pt) for r in rows]
    assert receipt.total_pt == sum(row.total_pt for row in rows)
    assert receipt.vat_pt == sum(row.vat_pt for row in rows) > 0
    assert (receipt.tendered_pt, receipt.change_pt) == (20_000, 20_000 - receipt.total_pt)
    assert receipt.name == rows[0].name
    assert type(receipt).unpack(receipt.pack()) == receipt


@pytest.mark.parametrize("line", [0, 1])
def test_any_line_of_a_visit_leads_to_its_one_paper(open_shop: Shop, line: int) -> None:
    desk = open_shop.counter.desk
    found = desk.record(*visit(open_shop))
    request = desk.requests.get([found.request, *found.further][line].id)
    assert request is not None
    assert desk.requests.receipt(request) == found.receipt
    assert (request.paper, request.copies) == (PrintState.WAITING, 0)
    open_shop.store.commit([], [])
    for job in open_shop.counter.papers.jobs():
        open_shop.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
    open_shop.counter.papers.copy(request)
    again = desk.requests.get(request.id)
    assert again is not None
    assert (again.paper, again.copies) == (PrintState.PRINTED, 1)


def test_a_visit_pressed_twice_is_once(open_shop: Shop) -> None:
    desk, sales = open_shop.counter.desk, visit(open_shop, {}, copies(open_shop, 2))
    first, chain = desk.record(*sales), open_shop.store.journal.tail().chain
    again = desk.record(*sales)
    assert (again.job_id, again.receipt) == (first.job_id, first.receipt)
    assert [r.id for r in again.further] == [r.id for r in first.further]
    assert open_shop.store.journal.tail().chain == chain


@pytest.mark.parametrize("change", ["less", "more", "order", "answers", "cash", "visit"])
def test_another_visit_under_known_ids_is_refused_and_nothing_of_it_is_kept(open_shop: Shop, change: str) -> None:
    desk, sales = open_shop.counter.desk, visit(open_shop, {}, copies(open_shop, 2))
    desk.record(*sales)
    chain = open_shop.store.journal.tail().chain
    extra = open_shop.sale(3, visit=VISIT, tendered_pt=0)
    other = {
        "less": sales[:1],
        "more": [*sales, extra],
        "order": [replace(sales[1], tendered_pt=20_000), replace(sales[0], tendered_pt=0)],
        "answers": [sales[0], answered(sales[1], copies=5)],
        "cash": [replace(sales[0], tendered_pt=30_000), sales[1]],
        "visit": [replace(sale, visit="0192f0c1-7c3a-7b1e-8a4d-0000000000f2") for sale in sales],
    }[change]
    assert refusal(lambda: desk.record(*other)) == "already_recorded"
    assert open_shop.store.journal.tail().chain == chain


def test_what_fails_half_way_keeps_nothing_of_the_visit(open_shop: Shop) -> None:
    assert isinstance(open_shop.store, FakeStore)
    chain = open_shop.store.journal.tail().chain
    open_shop.store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable):
        open_shop.counter.desk.record(*visit(open_shop))
    assert open_shop.store.journal.tail().chain == chain
    assert not open_shop.counter.desk.requests.search(Query())


@pytest.mark.parametrize("place", [0, 1])
def test_one_bad_form_keeps_the_whole_visit_from_being_stored(open_shop: Shop, place: int) -> None:
    sales = visit(open_shop)
    sales[place] = answered(sales[place], mobile="0")
    assert refusal(lambda: open_shop.counter.desk.record(*sales)) == "form_faults"
    assert not open_shop.counter.desk.requests.search(Query())


def test_cash_is_held_against_the_whole_visit(open_shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(*visit(open_shop, tendered_pt=9_999))
    assert (caught.value.code, caught.value.values) == ("short_cash", {"missing_pt": 1})
    assert open_shop.counter.desk.record(*visit(open_shop, tendered_pt=10_000)).receipt.change_pt == 0


def test_a_total_that_changed_on_one_line_is_told_as_the_visits(open_shop: Shop) -> None:
    sales = visit(open_shop, {"due_pt": 5_000}, {"due_pt": 4_000})
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(*sales)
    assert (caught.value.code, caught.value.values) == ("fee_changed", {"before_pt": 9_000, "now_pt": 10_000})


def limited(monkeypatch: pytest.MonkeyPatch, shop: Shop, **limits: int) -> None:
    settings: Settings = replace(shop.counter.in_force.settings(), limits=LimitSettings(**limits))  # type: ignore[arg-type]
    monkeypatch.setattr(shop.counter.in_force, "settings", lambda: settings)


def test_the_money_limit_weighs_the_visits_sum(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, open_shop, money_hard_pt=9_999, money_soft_percent=100)
    assert refusal(lambda: open_shop.counter.desk.record(*visit(open_shop))) == "limit_money"
    open_shop.counter.desk.record(open_shop.sale(9))


def test_the_limit_of_unsent_requests_counts_each_of_the_visit(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, open_shop, unsent_hard=1, unsent_soft=1)
    assert refusal(lambda: open_shop.counter.desk.record(*visit(open_shop))) == "limit_unsent"
    open_shop.counter.desk.record(open_shop.sale(9))


def test_a_supervisor_may_pass_the_soft_limit_with_a_visit_too(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, open_shop, unsent_soft=1)
    assert refusal(lambda: open_shop.counter.desk.record(*visit(open_shop))) == "limit_unsent"
    open_shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    assert open_shop.counter.desk.record(*visit(open_shop)).further


def test_the_cash_ceiling_is_each_services_own(open_shop: Shop) -> None:
    ceiling = open_shop.counter.desk.service("birth-cert").max_cash_pt
    sales = visit(open_shop, *[copies(open_shop, 9)] * 5, tendered_pt=10**6)
    found = open_shop.counter.desk.record(*sales)
    assert found.receipt.total_pt > ceiling >= found.request.total_pt > 0


def test_a_visit_is_one_citizens(open_shop: Shop) -> None:
    values = open_shop.sale().values | {"national_id": "20001010100022"}
    other = {"values": values, "overrides": ("check_digit",)}
    assert refusal(lambda: open_shop.counter.desk.record(*visit(open_shop, {}, other))) == "visit_citizens"


def test_no_bill_is_paid_twice_in_one_visit(open_shop: Shop) -> None:
    bill = AuthorityBill("REF-1", 25_000, 2**52, ())
    sales = [replace(bill_sale(open_shop, bill, n), visit=VISIT) for n in (1, 2)]
    sales = [replace(sales[0], tendered_pt=100_000), replace(sales[1], tendered_pt=0)]
    assert refusal(lambda: open_shop.counter.desk.record(*sales)) == "visit_bill"


def test_each_bill_of_a_visit_is_known_to_be_paid(open_shop: Shop) -> None:
    sales = [
        replace(bill_sale(open_shop, AuthorityBill(f"REF-{n}", 25_000, 2**52, ()), n), visit=VISIT, tendered_pt=0)
        for n in (1, 2)
    ]
    found = open_shop.counter.desk.record(replace(sales[0], tendered_pt=100_000), sales[1])
    for n, row in ((1, found.request), (2, found.further[0])):
        with pytest.raises(Refused) as caught:
            open_shop.counter.desk.record(bill_sale(open_shop, AuthorityBill(f"REF-{n}", 25_000, 2**52, ()), n + 2))
        assert (caught.value.code, caught.value.values) == ("bill_paid", {"seq": row.seq})


def test_what_no_screen_can_make_is_refused(open_shop: Shop) -> None:
    desk, sales = open_shop.counter.desk, visit(open_shop)
    assert refusal(desk.record) == "visit_form"
    assert refusal(lambda: desk.record(sales[0], sales[0])) == "visit_form"
    assert refusal(lambda: desk.record(sales[0], open_shop.sale(7, tendered_pt=0))) == "visit_form"
    assert refusal(lambda: desk.record(sales[0], replace(sales[1], tendered_pt=1))) == "visit_form"
    many = visit(open_shop, *[{} for _ in range(MOST + 1)], tendered_pt=10**6)
    assert refusal(lambda: desk.record(*many)) == "visit_long"
    open_shop.line.up = True
    assert len(desk.record(*many[:MOST]).further) == MOST - 1


def test_the_answers_of_each_request_are_in_its_own_frame(open_shop: Shop) -> None:
    found = open_shop.counter.desk.record(*visit(open_shop, {}, copies(open_shop, 4)))
    frames = [open_shop.store.journal.frame(row.epoch, row.seq) for row in (found.request, *found.further)]
    assert [loads_object(frame or b"")["fields"]["copies"] for frame in frames] == [1, 4]


# ---- what the one paper says


def sold(shop: Shop, service_id: str, number: int = 1, **more: Any) -> Sale:
    service = shop.counter.desk.service(service_id)
    base = {
        "service_id": service.id, "service_version": service.version, "values": filled(service), "visit": VISIT,
        "consent_version": service.consent.version if service.consent else None, "tendered_pt": 500_000,
    }  # fmt: skip
    return shop.sale(number, **(base | more))


def test_the_receipt_names_the_citizen_whichever_form_asked(open_shop: Shop) -> None:
    bill = AuthorityBill("REF-9", 25_000, 2**52, ())
    open_shop.line.up, open_shop.line.bill = True, bill
    nameless = sold(open_shop, "landline-bill", bill=bill.paid())
    alone = open_shop.counter.desk.record(nameless).receipt
    assert (alone.name, alone.national_id) == ("", "")
    other = AuthorityBill("REF-10", 25_000, 2**52, ())
    nameless = sold(open_shop, "landline-bill", 2, bill=other.paid())
    named = open_shop.sale(3, visit=VISIT, tendered_pt=0)
    receipt = open_shop.counter.desk.record(nameless, named).receipt
    assert receipt.name == named.values["name"]
    assert receipt.national_id.endswith(named.values["national_id"][-4:])


def test_a_wished_appointment_and_what_is_paid_elsewhere_are_on_the_receipt(open_shop: Shop) -> None:
    receipt = open_shop.counter.desk.record(sold(open_shop, "driving-licence-first")).receipt
    (served,) = receipt.served
    assert served.next is not None
    assert "2026-12-20" in served.next.ar
    assert "2026-12-20" in served.next.en
    assert "confirms" in served.next.en
    assert sum(line.amount_pt for line in served.elsewhere) > 0
    assert receipt.total_pt == served.subtotal_pt, "in no total of this shop"


def test_a_service_that_ends_nowhere_in_particular_says_nothing_of_it(open_shop: Shop) -> None:
    service = replace(open_shop.counter.desk.service("birth-cert"), ends=None)
    counter, sale = open_shop.counter, open_shop.sale()
    request = counter.desk.record(sale).request
    prepared, in_force = Prepared(sale, service, {}, Fees((), 0, 0)), counter.in_force
    ruled = in_force.statement(), in_force.settings()
    made = Visit((prepared,), *ruled, counter.people.working(), 1, counter.books.open_day().key)
    assert made.receipt([request]).served[0].next is None


@pytest.mark.parametrize("line", [0, 1])
def test_whoever_is_forgotten_in_one_request_is_not_named_on_the_visits_paper(open_shop: Shop, line: int) -> None:
    found = open_shop.counter.desk.record(*visit(open_shop))
    rows = [found.request, *found.further]
    open_shop.counter.journal.write([], [Erase(rows[line].epoch, rows[line].seq)])
    receipt = open_shop.counter.desk.requests.receipt(rows[1 - line])
    assert (receipt.name, receipt.national_id, receipt.total_pt) == ("", "", found.receipt.total_pt)


@pytest.mark.parametrize("service_id", ["ration-new", "case-inquiry"])
def test_what_is_only_told_is_never_sold(open_shop: Shop, service_id: str) -> None:
    open_shop.line.up = True
    assert refusal(lambda: open_shop.counter.desk.record(sold(open_shop, service_id))) == "nothing_sold"
