"""The press that counts: one record, one receipt, or a reason and nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.events import DocumentsChanged, RequestsChanged
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import TRAY, AuthorityBill, Decision, PrintState, Query
from kiosk.model.store_changes import PutDocument, PutFact
from protocol.clock import DAY_MS, HOUR_MS, business_date
from protocol.documents.limits_reached import LEASE_GRACE_MS, Level
from protocol.documents.trust import SETTINGS, seal_object
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.journal.personal import matches
from protocol.program.explained import explain
from protocol.texts import Bilingual
from tests.harness.catalogue_changes import put_ceiling
from tests.harness.shop import FEED, OPERATOR, PIN, Shop, settings

FINES = {"plate_letters": "س ط ع"}


def refusal(shop: Shop, **more: Any) -> str:
    before = shop.store.journal.tail().chain
    with pytest.raises((Refused, Unavailable)) as caught:
        shop.counter.desk.record(shop.sale(**more))
    assert shop.store.journal.tail().chain == before, "a refused sale leaves no entry"
    return caught.value.code


def limits(shop: Shop, **values: int | dict[str, int]) -> None:
    envelope = seal_object(SETTINGS, settings(2, limits=values), FEED)
    shop.counter.journal.write([], [PutDocument("settings", 2, envelope)])
    shop.counter.events.publish(DocumentsChanged("settings"))


def test_a_sale_is_entry_row_paper_and_frame_in_one_commit(open_shop: Shop) -> None:
    woken = open_shop.line.woken
    recorded = open_shop.counter.desk.record(open_shop.sale())
    item = list(open_shop.store.journal.export(1))[-1]
    body = read_body(item.record.body)
    assert item.record.fields.entry_type == EntryType.REQUEST
    assert item.frame is not None
    assert matches(item.frame, body["personal"])
    assert (body["total_pt"], body["tendered_pt"], body["change_pt"]) == (5_000, 10_000, 5_000)
    assert [job.state for job in open_shop.counter.papers.jobs()] == [PrintState.WAITING]
    assert open_shop.counter.desk.requests.get(recorded.request.id) == recorded.request
    assert RequestsChanged((recorded.request.id,)) in open_shop.heard
    assert open_shop.line.woken == woken + 1


def test_nothing_of_the_citizen_stands_in_the_journal_body(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    body = list(open_shop.store.journal.export(1))[-1].record.body.decode()
    for secret in ("20001010100014", "محمد", "01012345678", "فاطمة"):
        assert secret not in body


def test_the_same_press_twice_is_one_record(open_shop: Shop) -> None:
    first = open_shop.counter.desk.record(open_shop.sale())
    again = open_shop.counter.desk.record(open_shop.sale())
    assert (again.receipt, again.job_id) == (first.receipt, first.job_id)
    assert open_shop.counter.till.totals().count == 1


def test_the_receipt_is_of_its_entry(open_shop: Shop) -> None:
    recorded = open_shop.counter.desk.record(open_shop.sale())
    receipt = recorded.receipt
    assert receipt.entry_hash == recorded.request.entry_hash.hex()
    assert receipt.code == recorded.request.code
    assert receipt.qr.endswith(f"/r/0192f0c1/{recorded.request.seq}/{receipt.entry_hash}")
    assert receipt.national_id.endswith("0014")
    assert "2000101" not in receipt.national_id


def test_too_little_cash_says_how_much_is_missing(open_shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(open_shop.sale(tendered_pt=4_000))
    assert (caught.value.code, caught.value.values) == ("short_cash", {"missing_pt": 1_000})


def test_a_fault_in_the_form_stops_it(open_shop: Shop) -> None:
    values = open_shop.sale().values | {"national_id": "123"}
    assert refusal(open_shop, values=values) == "form_faults"


def test_a_doubtful_check_digit_must_be_accepted_by_a_person(open_shop: Shop) -> None:
    values = open_shop.sale().values | {"national_id": "20001010100015"}
    assert refusal(open_shop, values=values) == "warning_open"
    service = open_shop.counter.desk.service("birth-cert")
    warning = open_shop.counter.desk.check(service, values).warnings[0]
    recorded = open_shop.counter.desk.record(open_shop.sale(values=values, overrides=(warning.code,)))
    assert read_body(list(open_shop.store.journal.export(1))[-1].record.body)["overrides"] == [warning.code]
    assert recorded.request.national_id == "20001010100015"


def test_another_version_of_the_form_is_refused(open_shop: Shop) -> None:
    assert refusal(open_shop, service_version=99) == "service_changed"


def test_a_sensitive_service_wants_consent_to_the_text_in_force(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("criminal-record")
    sale = open_shop.sale(service_id=service.id)
    with pytest.raises(Refused, match="consent_missing"):
        desk.record(sale)
    assert service.consent is not None
    values = dict.fromkeys(desk.read(service, {}).shown, "") | open_shop.sale().values
    faults = {fault.field for fault in desk.check(service, values).faults}
    filled = values | dict.fromkeys(faults, "وزارة القوى العاملة")
    recorded = desk.record(replace(sale, form=desk.check(service, filled), consent_version=service.consent.version))
    body = read_body(list(open_shop.store.journal.export(1))[-1].record.body)
    assert body["consent"] == {"version": service.consent.version}
    assert recorded.request.service_id == "criminal-record"


def test_a_service_that_needs_the_line_is_refused_without_it(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("traffic-fines-inquiry")
    assert refusal(open_shop, service_id=service.id, service_version=service.version) == "needs_line"
    open_shop.line.up = True
    assert desk.available(service) is None


def test_a_service_that_the_authority_has_closed_says_why_and_takes_nothing(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("social-housing")
    closed = desk.available(service)
    assert closed is not None
    assert "الإعلان" in explain("ar", closed)[1]
    assert "announcement" in explain("en", closed)[1]
    assert refusal(open_shop, service_id=service.id, service_version=service.version) == "service_closed"


def test_a_live_bill_is_priced_and_named_in_the_entry(open_shop: Shop) -> None:
    open_shop.line.up, desk = True, open_shop.counter.desk
    open_shop.line.bill = bill = AuthorityBill("REF-1", 25_000, 2**52, ())
    service = desk.service("traffic-fines-inquiry")
    raw = {"plate": "ق ر ص 123", "plate_governorate": "01"} | open_shop.sale().values
    values = {k: v for k, v in raw.items() if k in desk.read(service, raw).shown}
    assert desk.inquire(service, values) is bill
    assert desk.quote(service, values, bill).total_pt == 25_500
    sale = open_shop.sale(
        service_id=service.id, service_version=service.version, values=values, tendered_pt=30_000, bill=bill.paid()
    )
    desk.record(sale)
    assert read_body(list(open_shop.store.journal.export(1))[-1].record.body)["bill"]["reference"] == "REF-1"


def test_nothing_is_taken_before_the_day_is_open(shop: Shop) -> None:
    assert refusal(shop) == "signed_out"


def test_a_locked_counter_takes_nothing(open_shop: Shop) -> None:
    open_shop.counter.people.lock()
    assert refusal(open_shop) == "locked"


def test_more_than_the_services_ceiling_is_refused(open_shop: Shop) -> None:
    open_shop.line.up = True
    values = open_shop.sale().values | {"copies": 10}
    limits(open_shop)
    service = open_shop.counter.desk.service("birth-cert")
    total = open_shop.counter.desk.quote(service, values).total_pt
    put_ceiling(open_shop, total - 1)
    assert refusal(open_shop, values=values, tendered_pt=total) == "cash_ceiling"
    put_ceiling(open_shop, total)
    assert open_shop.counter.desk.record(open_shop.sale(values=values, tendered_pt=total)).request.total_pt == total


def test_too_large_an_amount_waits_for_the_line(open_shop: Shop) -> None:
    service = open_shop.counter.desk.service("birth-cert")
    limits(open_shop, offline_class_pt={service.offline_class: 4_999})
    assert refusal(open_shop) == "offline_amount"
    open_shop.line.up = True
    open_shop.counter.desk.record(open_shop.sale())


def test_the_unsent_count_stops_the_counter(open_shop: Shop) -> None:
    limits(open_shop, unsent_soft=1, unsent_hard=1)
    open_shop.counter.desk.record(open_shop.sale())
    assert refusal(open_shop, id="0192f0c1-7c3a-7b1e-8a4d-000000000002") == "limit_unsent"


def test_the_unsent_money_stops_the_counter(open_shop: Shop) -> None:
    limits(open_shop, money_hard_pt=9_999, money_soft_percent=100)
    open_shop.counter.desk.record(open_shop.sale())
    assert refusal(open_shop, id="0192f0c1-7c3a-7b1e-8a4d-000000000002") == "limit_money"


def test_the_age_of_the_oldest_unsent_warns_and_then_stops(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    open_shop.clock.pass_ms(25 * HOUR_MS)
    assert [(f.code, f.level) for f in open_shop.counter.desk.limits()] == [("age", Level.WARN)]
    open_shop.clock.pass_ms(10 * DAY_MS)
    open_shop.counter.people.sign_in(OPERATOR, PIN)
    open_shop.counter.closing.close(count_sum(open_shop.counter.books.book().expected_pt))
    open_shop.counter.till.open_day(0)
    assert refusal(open_shop, id="0192f0c1-7c3a-7b1e-8a4d-000000000002") == "limit_age"


def test_setting_the_clock_back_widens_no_limit(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    floor = open_shop.clock.wall + 11 * DAY_MS
    open_shop.counter.journal.write([], [PutFact("floor_ms", str(floor).encode())])
    assert refusal(open_shop, id="0192f0c1-7c3a-7b1e-8a4d-000000000002") == "clock_behind"
    assert [found.code for found in open_shop.counter.desk.limits()] == ["age"]


def test_a_lapsed_lease_and_an_old_price_list_stop_sales(open_shop: Shop) -> None:
    now = open_shop.clock.wall
    open_shop.counter.journal.write([], [PutFact("lease_until_ms", str(now - LEASE_GRACE_MS - 1).encode())])
    assert refusal(open_shop) == "limit_lease"
    open_shop.counter.journal.write([], [PutFact("lease_until_ms", str(now - LEASE_GRACE_MS).encode())])
    open_shop.counter.journal.write([], [PutFact("catalogue_seen_ms", str(now - 10 * DAY_MS).encode())])
    assert refusal(open_shop) == "limit_catalogue"


def test_a_form_begun_is_kept_to_the_last_field_and_gone_once_sold(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    draft = desk.drafts.begin("birth-cert")
    desk.drafts.keep(draft, {"name": "محم"})
    kept = desk.drafts.last()
    assert kept is not None
    assert (kept.id, kept.raw) == (draft.id, {"name": "محم"})
    desk.record(open_shop.sale(id=draft.id))
    assert desk.drafts.last() is None


def test_a_draft_can_be_dropped(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    draft = desk.drafts.begin("birth-cert")
    desk.drafts.keep(draft, {})
    desk.drafts.drop(draft.id)
    assert desk.drafts.last() is None


def test_the_same_citizen_and_service_today_is_noticed(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("birth-cert")
    assert desk.requests.same_day(service, {}) == []
    recorded = desk.record(open_shop.sale())
    assert [r.id for r in desk.requests.same_day(service, open_shop.sale().values)] == [recorded.request.id]


def test_services_are_found_by_number_and_name(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    assert desk.services("112")[0].id == "birth-cert"
    assert desk.services("ميلاد")[0].id == "birth-cert"


def test_the_services_in_front_are_the_shops_own_and_move_once_a_day(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_shop.counter.desk
    by_number = [service.id for service in desk.services()]
    assert [service.id for service in desk.favourites()] == by_number[:8]
    last, since = by_number[-1], []

    def used(day: str, before: str) -> list[str]:
        since.append(day)
        assert before == business_date(open_shop.clock.wall).isoformat(), "what is sold today moves nothing"
        return [last, "no-longer-offered", by_number[2]]

    monkeypatch.setattr(open_shop.store.requests, "used", used)
    assert [service.id for service in desk.favourites()] == by_number[:8], "not while somebody works"
    open_shop.clock.wall += 86_400_000
    assert desk.favourites() == desk.favourites()
    front = [service.id for service in desk.favourites()]
    assert front == [last, by_number[2], *by_number[:2], *by_number[3:7]]
    assert len(since) == 1, "a key typed at home reads nothing of it"


def test_looking_at_a_citizens_answers_is_journalled(open_shop: Shop) -> None:
    recorded = open_shop.counter.desk.record(open_shop.sale())
    fields = open_shop.counter.desk.requests.reveal(recorded.request)
    assert fields["national_id"] == "20001010100014"
    body = read_body(list(open_shop.store.journal.export(1))[-1].record.body)
    assert (body["what"], body["of"]) == ("reveal", recorded.request.seq)


def test_what_was_erased_cannot_be_revealed(open_shop: Shop) -> None:
    recorded = open_shop.counter.desk.record(open_shop.sale())
    elsewhere = replace(recorded.request, seq=1)
    with pytest.raises(Refused, match="erased"):
        open_shop.counter.desk.requests.reveal(elsewhere)


def test_a_rejected_request_stays_in_the_tray_until_somebody_has_dealt_with_it(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    request = desk.record(open_shop.sale()).request
    decision = Decision(1, request.seq, "rejected", "fee_mismatch", "رسم", "fee", 1)
    open_shop.counter.journal.write([], [decision])
    assert [r.id for r in desk.requests.search(TRAY)] == [request.id]
    desk.requests.seen(request)
    assert desk.requests.search(TRAY) == []
    found = desk.requests.search(Query())
    assert found[0].decision == decision


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("order", b"1 suspended", "line_suspended"), ("order", b"1 revoked", "line_revoked"),
     ("quarantine", b"1 other_history 3", "line_quarantined")],
)  # fmt: skip
def test_a_counter_that_the_centre_has_stopped_takes_nothing(
    open_shop: Shop, name: str, value: bytes, code: str
) -> None:
    open_shop.counter.journal.write([], [PutFact(name, value)])
    assert refusal(open_shop) == code


def test_an_order_of_an_older_epoch_stops_nothing(open_shop: Shop) -> None:
    open_shop.counter.journal.write([], [PutFact("order", b"0 suspended")])
    assert open_shop.counter.desk.record(open_shop.sale()).request.total_pt == 5_000


def test_the_receipt_says_how_long_the_form_paid_for_takes(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("nid-issue-renew")
    values = {
        **open_shop.sale().values, "kind": "renewal", "speed": "express", "governorate": "01",
        "address": "12 شارع النيل",
        "slot": {"date": "2099-12-20", "period": "noon"},
    }  # fmt: skip
    kept = {name: value for name, value in values.items() if name in desk.read(service, values).shown}
    sale = open_shop.sale(service_id=service.id, service_version=service.version, values=kept, tendered_pt=100_000)
    receipt = desk.record(sale).receipt
    assert receipt.served[0].processing == Bilingual("30 دقيقة", "30 minutes")
