"""What may change between the look at a sale and its commit, and what a second press is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.events import Events
from kiosk.core.trusted_time import SLACK_MS
from kiosk.counter import Counter, Kept
from kiosk.model.service_request import AuthorityBill, Decision, Sale
from kiosk.model.store_changes import Erase, PutDocument
from protocol.catalogue import forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.catalogue.services import PublicService
from protocol.clock import DAY_MS, HOUR_MS
from protocol.documents.trust import CATALOGUE as CATALOGUE_TYPE
from protocol.documents.trust import SETTINGS, seal_object
from protocol.errors import Refused
from protocol.journal.kj01 import read_body
from protocol.keys import SeedSigner
from tests.harness.fakes.fake_pictures import FakePictures, FakeReader
from tests.harness.shop import CATALOGUE, DEVICE_SEED, FEED, OPERATOR, PIN, Shop, catalogue, settings
from tests.kiosk.cash.test_day_close import SUPERVISED, with_supervisor


def last_body(shop: Shop) -> dict[str, Any]:
    return read_body(list(shop.store.journal.export(1))[-1].record.body)


def meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Do `what` on another thread, once, while a sale is being priced: nobody has been told of it yet."""
    to_do = [what]

    def online() -> bool:
        if to_do:
            thread = threading.Thread(target=to_do.pop())
            thread.start()
            thread.join(10)
        return False

    monkeypatch.setattr(shop.line, "online", online)


def dearer(shop: Shop) -> None:
    """The settings of a page of the feed, committed and not yet announced."""
    document = settings(2)
    document["shop"] = document["shop"] | {"service_fee_pt": 2_500}
    shop.counter.journal.write([], [PutDocument("settings", 2, seal_object(SETTINGS, document, FEED))])


def test_a_sale_is_priced_by_what_the_journal_says_is_in_force(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(open_shop, monkeypatch, lambda: dearer(open_shop))
    recorded = open_shop.counter.desk.record(open_shop.sale())
    assert recorded.request.total_pt == last_body(open_shop)["total_pt"] == 7_000


def test_a_price_that_changes_under_the_press_is_told_before_money_is_kept(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(open_shop, monkeypatch, lambda: dearer(open_shop))
    before = open_shop.store.journal.tail().chain
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(open_shop.sale(due_pt=5_000))
    assert (caught.value.code, caught.value.values) == ("fee_changed", {"before_pt": 5_000, "now_pt": 7_000})
    assert open_shop.store.journal.tail().chain == before


def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services whose forms are read from now on."""
    seen, read = list[str](), forms.read

    def noted(service: PublicService, raw: object) -> forms.Answers:
        seen.append(service.id)
        return read(service, raw)

    monkeypatch.setattr(forms, "read", noted)
    return seen


def test_a_form_that_the_review_has_judged_is_not_judged_again(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale, seen = open_shop.sale(), judged(monkeypatch)
    open_shop.counter.desk.record(sale)
    assert seen == []
    with pytest.raises(TypeError):
        sale.values["copies"] = 2  # type: ignore[index]  # what was judged is what is kept


def test_a_form_is_judged_by_the_catalogue_that_came_since(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sale, newer = open_shop.sale(), catalogue(2)
    schema = next(one for one in newer["services"] if one["id"] == "birth-cert")["schema"]
    schema["required"].append("mobile")
    schema["properties"]["mobile"]["pattern"] = "^015"
    open_shop.counter.journal.write([], [PutDocument("catalogue", 2, seal_object(CATALOGUE_TYPE, newer, CATALOGUE))])
    seen = judged(monkeypatch)
    assert refused(lambda: open_shop.counter.desk.record(sale)) == "form_faults"
    assert seen == ["birth-cert"]


def test_a_form_is_judged_anew_after_midnight(open_shop: Shop) -> None:
    shop, desk = open_shop, open_shop.counter.desk
    shop.clock.pass_ms(12 * HOUR_MS - 60_000)
    shop.counter.people.sign_in(OPERATOR, PIN)
    tomorrow = {
        "kind": "renewal", "speed": "express", "governorate": "01", "address": "12 شارع النيل",
        "slot": {"date": "2026-11-26", "period": "noon"},
    }  # fmt: skip
    service = desk.service("nid-issue-renew")
    form = desk.check(service, shop.sale().values | tomorrow)
    assert form.faults == []
    sale = replace(shop.sale(), form=form, tendered_pt=100_000)
    shop.clock.pass_ms(60_000)
    assert refused(lambda: desk.record(sale)) == "form_faults"


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize("more", [{"tendered_pt": 20_000}, {"name": "منى سعيد علي"}, {"copies": 2}])
def test_another_sale_under_a_known_id_gets_nobodys_receipt(open_shop: Shop, more: dict[str, Any]) -> None:
    desk = open_shop.counter.desk
    desk.record(open_shop.sale())
    other = open_shop.sale(**more) if "tendered_pt" in more else open_shop.sale(values=open_shop.sale().values | more)
    assert refused(lambda: desk.record(other)) == "already_recorded"
    assert open_shop.counter.till.totals().count == 1


def test_the_same_press_is_known_after_its_answers_were_erased(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    first = desk.record(open_shop.sale())
    open_shop.counter.journal.write([], [Erase(first.request.epoch, first.request.seq)])
    assert desk.record(open_shop.sale()).job_id == first.job_id


def test_a_press_heard_again_is_known_though_the_form_has_a_newer_version(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    first = desk.record(open_shop.sale(catalogue=1))
    newer = catalogue(2)
    for service in newer["services"]:
        service["version"] += 1
    open_shop.counter.journal.write([], [PutDocument("catalogue", 2, seal_object(CATALOGUE_TYPE, newer, CATALOGUE))])
    assert desk.record(open_shop.sale(service_version=1, catalogue=1)).job_id == first.job_id


# ---- bills


def bill_sale(shop: Shop, bill: AuthorityBill, number: int = 1, **more: Any) -> Sale:
    """A fine that the authority has just named, paid in cash."""
    shop.line.up, shop.line.bill = True, bill
    service = shop.counter.desk.service("traffic-fines-inquiry")
    values = {"plate": "ق ر ص 123", "plate_governorate": "01"} | shop.sale().values | more
    values = {name: v for name, v in values.items() if name in shop.counter.desk.read(service, values).shown}
    return shop.sale(
        number, service_id=service.id, service_version=service.version, values=values, tendered_pt=30_000,
        bill=bill.paid(),
    )  # fmt: skip


def asked(shop: Shop, sale: Sale) -> AuthorityBill:
    return shop.counter.desk.inquire(shop.counter.desk.service(sale.form.service.id), sale.values)


def test_a_bill_is_paid_in_its_time_whatever_the_clock_on_the_wall_says(open_shop: Shop) -> None:
    far = AuthorityBill("REF-1", 25_000, open_shop.clock.wall + DAY_MS, (), lifetime_ms=600_000)
    sale = bill_sale(open_shop, far)
    asked(open_shop, sale)
    open_shop.clock.mono += 600_001
    assert refused(lambda: open_shop.counter.desk.record(sale)) == "bill_expired"
    past = AuthorityBill("REF-2", 25_000, open_shop.clock.wall - DAY_MS, (), lifetime_ms=600_000)
    sale = bill_sale(open_shop, past)
    asked(open_shop, sale)
    open_shop.clock.mono += 600_000
    assert open_shop.counter.desk.record(sale).request.total_pt == 25_500


def test_where_the_answer_did_not_say_the_time_the_counters_own_clock_judges(open_shop: Shop) -> None:
    sale = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, open_shop.clock.wall + 1_000, ()))
    asked(open_shop, sale)
    open_shop.clock.pass_ms(1_001)
    assert refused(lambda: open_shop.counter.desk.record(sale)) == "bill_expired"


@pytest.mark.parametrize(("late_ms", "code"), [(0, None), (1, "bill_expired")])
def test_a_bill_of_before_a_restart_is_held_to_its_date(open_shop: Shop, late_ms: int, code: str | None) -> None:
    sale = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, open_shop.clock.wall - late_ms, ()))
    if code is None:
        open_shop.counter.desk.record(sale)
    else:
        assert refused(lambda: open_shop.counter.desk.record(sale)) == code


def test_a_bill_of_another_amount_than_was_named_is_refused(open_shop: Shop) -> None:
    sale = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, 2**52, ()))
    asked(open_shop, sale)
    assert sale.bill is not None
    other = replace(sale, bill=replace(sale.bill, amount_pt=100))
    assert refused(lambda: open_shop.counter.desk.record(other)) == "bill_expired"


def test_a_bill_is_paid_once_and_asking_again_says_so(open_shop: Shop) -> None:
    sale = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, 2**52, ()))
    asked(open_shop, sale)
    first = open_shop.counter.desk.record(sale)
    assert open_shop.counter.desk.record(sale).request.seq == first.request.seq, "the same press is no second payment"
    other = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, 2**52, ()), 2, plate="ق ر ص 124")
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(other)
    assert (caught.value.code, caught.value.values) == ("bill_paid", {"seq": first.request.seq})
    assert refused(lambda: asked(open_shop, other)) == "bill_paid"


def test_a_bill_paid_before_a_restart_and_not_sent_is_not_paid_again(open_shop: Shop) -> None:
    sale = bill_sale(open_shop, AuthorityBill("REF-1", 25_000, 2**52, ()))
    open_shop.counter.desk.record(sale)
    open_shop.counter.desk.record(open_shop.sale(3))
    kept = Kept(open_shop.store, open_shop.mirror, SeedSigner(DEVICE_SEED), bytes(32), FakePictures(), FakeReader())
    again = Counter(open_shop.world, kept, Events(), lambda _: open_shop.line)
    assert refused(lambda: again.desk.inquire(again.desk.service(sale.form.service.id), sale.values)) == "bill_paid"


@pytest.mark.parametrize("how", ["void", "reject", "refund"])
def test_a_bill_whose_payment_did_not_stand_is_paid_anew(shop: Shop, how: str) -> None:
    counter = with_supervisor(shop).counter
    sale = bill_sale(shop, AuthorityBill("REF-1", 25_000, 2**52, ()))
    asked(shop, sale)
    first = counter.desk.record(sale).request
    if how == "void":
        counter.reversals.void(first.id, "x", SUPERVISED)
    else:
        shop.store.commit([], [Decision(1, first.seq, "rejected", "bill_expired", "س", "r", 1)])
    if how == "refund":
        counter.reversals.refund(first.id)
    again = bill_sale(shop, AuthorityBill("REF-1", 25_000, 2**52, ()), 2)
    asked(shop, again)
    assert counter.desk.record(again).request.seq > first.seq
    assert refused(lambda: asked(shop, again)) == "bill_paid"


# ---- dates


def put_catalogue(shop: Shop, members: dict[str, Any]) -> None:
    shop.counter.journal.write([], [PutDocument("catalogue", 2, seal_object(CATALOGUE_TYPE, members, CATALOGUE))])


def test_a_day_left_open_has_one_date_for_its_prices_its_rows_and_the_second_look(open_shop: Shop) -> None:
    desk, day = open_shop.counter.desk, open_shop.counter.till.today()
    members = catalogue(2)
    for service in members["services"]:
        if service["id"] == "birth-cert":
            dearer_cost = service["costs"][0] | {"valid_from": "2026-11-26"}
            dearer_cost["amount_pt"] += 1_000
            service["costs"].append(dearer_cost)
    put_catalogue(open_shop, members)
    service, values = desk.service("birth-cert"), open_shop.sale().values
    open_shop.clock.pass_ms(DAY_MS * 17 // 24)  # five in the morning
    open_shop.counter.people.sign_in(OPERATOR, PIN)
    assert open_shop.counter.till.today() > day
    due_pt = desk.quote(service, values).total_pt
    recorded = desk.record(open_shop.sale(due_pt=due_pt))
    assert (recorded.request.total_pt, recorded.request.date) == (due_pt, day)
    assert [r.id for r in desk.requests.same_day(service, values)] == [recorded.request.id]


@pytest.mark.parametrize("late_ms", [18 * HOUR_MS + SLACK_MS, 48 * HOUR_MS, -(DAY_MS // 2) - SLACK_MS - 1])
def test_nothing_is_sold_by_a_day_that_is_over_or_has_not_come(open_shop: Shop, late_ms: int) -> None:
    open_shop.clock.wall += late_ms
    for _ in range(2):
        with suppress(Refused):
            open_shop.counter.desk.confirm_clock()
    open_shop.counter.people.sign_in(OPERATOR, PIN)
    desk = open_shop.counter.desk
    assert desk.available(desk.service("birth-cert")).code == "day_stale"  # type: ignore[union-attr]
    with pytest.raises(Refused, match="day_stale"):
        desk.record(open_shop.sale())


def test_without_an_open_day_prices_are_those_of_today(shop: Shop) -> None:
    assert shop.counter.context.working_date().isoformat() == shop.counter.till.today()


@pytest.mark.parametrize(
    ("first", "last", "code", "said"),
    [
        ("2026-11-26", None, "catalogue_early", "2026-11-26"),
        ("2020-01-01", "2026-11-24", "catalogue_over", "2026-11-24"),
        ("2026-11-25", "2026-11-25", None, ""),
    ],
)
def test_a_price_list_sells_on_its_own_days_only(
    open_shop: Shop, first: str, last: str | None, code: str | None, said: str
) -> None:
    put_catalogue(open_shop, catalogue_members(2, first, last, bundled_services()))
    desk = open_shop.counter.desk
    why = desk.available(desk.service("birth-cert"))
    if code is None:
        assert why is None
        desk.record(open_shop.sale())
    else:
        assert why is not None
        assert (why.code, why.values) == (code, {"date": said})
        assert refused(lambda: desk.record(open_shop.sale())) == code


def test_nobody_else_writes_within_a_turn(open_shop: Shop) -> None:
    journal = open_shop.counter.journal
    other = threading.Thread(target=lambda: dearer(open_shop))
    with journal.turn():
        other.start()
        other.join(0.2)
        assert other.is_alive()
        assert open_shop.counter.in_force.settings().version == 1
    other.join(10)
    assert open_shop.counter.in_force.settings().version == 2


def test_the_mirror_hears_of_entries_in_their_order(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []
    others: list[threading.Thread] = []

    def remember(_chain: object, _money: int) -> None:
        if not others:
            others.append(threading.Thread(target=open_shop.counter.people.lock))
            others[0].start()
            others[0].join(0.2)
            waited.append(others[0].is_alive())

    monkeypatch.setattr(open_shop.mirror, "remember", remember)
    open_shop.counter.desk.record(open_shop.sale())
    others[0].join(10)
    assert waited == [True], "the next entry waits until this one is noted"
