"""A draft outlives its catalogue: the form stays the one it began with, the price is that of today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.model.service_request import Draft, Sale
from protocol.errors import Refused
from protocol.journal.kj01 import read_body
from tests.harness.catalogue_changes import publish
from tests.harness.shop import OPERATOR, Shop


def begun(shop: Shop) -> Draft:
    desk = shop.counter.desk
    desk.drafts.keep(desk.drafts.begin("birth-cert"), shop.sale().values)
    draft = desk.drafts.last()
    assert draft is not None
    return draft


def sale_of(shop: Shop, draft: Draft, **more: Any) -> Sale:
    form = shop.counter.desk.check(shop.counter.desk.drafts.form(draft), draft.raw)
    return replace(shop.sale(), id=draft.id, form=form, catalogue=draft.catalogue, **more)


def test_a_draft_knows_its_catalogue(open_shop: Shop) -> None:
    draft = begun(open_shop)
    assert (draft.service_version, draft.catalogue, draft.operator) == (1, 1, OPERATOR)


def test_a_draft_resumes_under_the_form_it_began_with(open_shop: Shop) -> None:
    draft = begun(open_shop)
    publish(open_shop, 2)
    form = open_shop.counter.desk.drafts.form(draft)
    assert (form.version, form.title["en"] != "Certificate 2") == (1, True)
    assert open_shop.counter.desk.service("birth-cert").title["en"] == "Certificate 2"


def test_it_is_sold_at_the_price_of_today_and_says_which_form_it_was(open_shop: Shop) -> None:
    draft, desk = begun(open_shop), open_shop.counter.desk
    form = desk.drafts.form(draft)
    before = desk.quote(form, draft.raw).total_pt
    publish(open_shop, 2, dearer_pt=500)
    now = desk.quote(form, draft.raw).total_pt
    assert now > before
    recorded = desk.record(sale_of(open_shop, draft, due_pt=now))
    body = read_body(list(open_shop.store.journal.export(1))[-1].record.body)
    assert (body["service_version"], body["form_catalogue"], body["catalogue"]) == (1, 1, 2)
    assert (body["total_pt"], recorded.request.total_pt, recorded.receipt.served[0].version) == (now, now, 1)
    assert desk.drafts.last() is None


def test_a_form_of_today_names_no_other_catalogue(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    assert "form_catalogue" not in read_body(list(open_shop.store.journal.export(1))[-1].record.body)


def test_a_total_that_is_no_longer_the_one_shown_is_not_taken(open_shop: Shop) -> None:
    draft, desk = begun(open_shop), open_shop.counter.desk
    shown = desk.quote(desk.drafts.form(draft), draft.raw).total_pt
    publish(open_shop, 2, dearer_pt=500)
    chain = open_shop.store.journal.tail().chain
    with pytest.raises(Refused, match="fee_changed") as caught:
        desk.record(sale_of(open_shop, draft, due_pt=shown))
    assert caught.value.values["before_pt"] == shown
    assert open_shop.store.journal.tail().chain == chain
    assert desk.drafts.last() == draft, "the draft is still there"


def test_a_form_whose_version_is_not_kept_is_said_to_have_changed(open_shop: Shop) -> None:
    draft, desk = begun(open_shop), open_shop.counter.desk
    publish(open_shop, 2)
    for lost in (replace(draft, catalogue=9), replace(draft, catalogue=0)):
        with pytest.raises(Refused, match="service_changed"):
            desk.drafts.form(lost)


def test_a_service_no_longer_offered_is_not_sold(open_shop: Shop) -> None:
    draft, desk = begun(open_shop), open_shop.counter.desk
    publish(open_shop, 2, without="birth-cert")
    with pytest.raises(Refused, match="service_unknown"):
        desk.drafts.form(draft)
    with pytest.raises(Refused, match="service_unknown"):
        desk.record(sale_of(open_shop, draft))
    desk.drafts.drop(draft.id)
    assert desk.drafts.last() is None


def test_the_receipt_is_the_one_recorded_whatever_costs_more_today(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    recorded = desk.record(open_shop.sale())
    publish(open_shop, 2, dearer_pt=500)
    assert desk.requests.receipt(recorded.request) == recorded.receipt
    with pytest.raises(Refused, match="receipt_none"):
        desk.requests.receipt(replace(recorded.request, seq=99))
