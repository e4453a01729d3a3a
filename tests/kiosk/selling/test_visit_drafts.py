"""The forms of one visit: the citizen's own is asked once; all are kept, resumed together, and cleaned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.model.service_request import Draft
from kiosk.selling.sale_recorder import MOST
from protocol.catalogue.services import SHARED_FIELDS, PublicService
from protocol.clock import DAY_MS
from protocol.errors import Refused
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop


def typed(shop: Shop, service_id: str, visit: list[Draft], **raw: Any) -> list[Draft]:
    desk = shop.counter.desk
    draft = desk.drafts.begin(service_id, visit)
    desk.drafts.keep(draft, draft.raw | raw)
    return desk.drafts.visit(draft.id)


def test_what_is_the_citizens_own_is_asked_once(open_shop: Shop) -> None:
    values = open_shop.sale().values
    visit = typed(open_shop, "birth-cert", [], **values)
    second = open_shop.counter.desk.drafts.begin("family-record", visit)
    assert second.raw == {name: values[name] for name in ("national_id", "name", "mobile")}
    assert set(second.raw) <= set(SHARED_FIELDS)
    assert second.visit_id == visit[0].id != second.id


def test_an_empty_answer_is_no_answer_and_the_latest_word_counts(open_shop: Shop) -> None:
    visit = typed(open_shop, "birth-cert", [], national_id="", mobile="01012345678", name=None)
    assert open_shop.counter.desk.drafts.begin("family-record", visit).raw == {"mobile": "01012345678"}
    visit = typed(open_shop, "family-record", visit, mobile="01112345678")
    assert open_shop.counter.desk.drafts.begin("birth-cert", visit).raw == {"mobile": "01112345678"}


def test_what_is_known_of_a_form_already_is_filled_in(open_shop: Shop) -> None:
    visit = typed(open_shop, "birth-cert", [], mobile="01012345678")
    draft = open_shop.counter.desk.drafts.begin("birth-cert", visit, {"delivery": "post"})
    assert draft.raw == {"mobile": "01012345678", "delivery": "post"}


def test_a_visit_comes_back_whole_and_is_shown_once(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    visit = typed(open_shop, "family-record", typed(open_shop, "birth-cert", [], mobile="1"), mobile="2")
    other = typed(open_shop, "birth-cert", [])
    assert [draft.service_id for draft in visit] == ["birth-cert", "family-record"]
    assert [draft.id for draft in desk.drafts.unfinished()] in ([other[0].id, visit[1].id], [visit[1].id, other[0].id])
    assert desk.drafts.visit(visit[0].id) == desk.drafts.visit(visit[1].id) == visit
    assert desk.drafts.visit("gone") == []


def test_a_visit_belongs_to_its_operator(open_shop: Shop) -> None:
    visit = typed(open_shop, "birth-cert", [])
    open_shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    assert open_shop.counter.desk.drafts.unfinished() == []
    assert open_shop.counter.desk.drafts.visit(visit[0].id) == []
    open_shop.counter.people.sign_in(OPERATOR, PIN)
    assert open_shop.counter.desk.drafts.visit(visit[0].id) == visit


def test_a_form_taken_out_leaves_the_others_and_the_end_takes_all(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    visit = typed(open_shop, "birth-cert", typed(open_shop, "family-record", typed(open_shop, "birth-cert", [])))
    desk.drafts.drop(visit[0].id)
    assert desk.drafts.visit(visit[1].id) == visit[1:]
    assert desk.drafts.begin("birth-cert", visit[1:]).visit_id == visit[0].id
    desk.drafts.drop(*(draft.id for draft in visit[1:]))
    assert desk.drafts.unfinished() == []


def test_a_recorded_visit_leaves_no_form_behind(open_shop: Shop) -> None:
    desk, values = open_shop.counter.desk, open_shop.sale().values
    visit = typed(open_shop, "birth-cert", typed(open_shop, "birth-cert", [], **values), **values)
    kept = typed(open_shop, "birth-cert", [])
    first, second = (
        open_shop.sale(id=draft.id, visit=draft.visit_id, values=draft.raw, tendered_pt=pt)
        for draft, pt in zip(visit, (10_000, 0), strict=True)
    )
    assert desk.record(first, second).further[0].id == visit[1].id
    assert desk.drafts.unfinished() == kept


def test_a_visit_has_an_end(open_shop: Shop) -> None:
    visit: list[Draft] = []
    for _ in range(MOST):
        visit.append(open_shop.counter.desk.drafts.begin("birth-cert", visit))
    with pytest.raises(Refused, match="visit_long"):
        open_shop.counter.desk.drafts.begin("birth-cert", visit)


@pytest.mark.parametrize(("days", "kept"), [(7, True), (8, False)])
def test_what_was_left_half_typed_is_cleaned_when_a_day_begins(shop: Shop, days: int, kept: bool) -> None:
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    typed(shop, "birth-cert", [])
    shop.clock.pass_ms(days * DAY_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    assert shop.counter.desk.drafts.unfinished()
    shop.counter.till.open_day(0)
    assert bool(shop.counter.desk.drafts.unfinished()) is kept


def test_a_form_says_what_it_needs_while_it_is_typed_in(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    service = desk.service("birth-cert")
    empty = desk.view(service, {})
    assert {paper.id for paper in empty.papers} <= {paper.id for paper in service.evidence}
    full = desk.view(service, open_shop.sale().values)
    assert not isinstance(full.fees, Refused)
    assert full.fees.total_pt == 5_000
    assert full.elsewhere == ()
    assert "national_id" in full.shown
    assert "national_id" not in full.optional
    unknown = desk.view(desk.service("notary-appointment"), {})
    assert isinstance(unknown.fees, Refused)


def test_what_is_paid_at_the_authority_is_told_or_said_to_be_unknown(open_shop: Shop) -> None:
    desk = open_shop.counter.desk
    known = desk.view(desk.service("driving-licence-first"), {}).elsewhere
    assert known is not None
    assert sum(line.amount_pt for line in known) > 0
    assert desk.view(desk.service("work-permit"), {}).elsewhere is None


def test_what_a_rule_hides_is_not_carried_on(open_shop: Shop) -> None:
    married = {"marital_status": "married", "spouse_national_id": "20001010100057"}
    desk, form = open_shop.counter.desk, open_shop.counter.desk.service("family-record")
    assert "spouse_national_id" in form.form.fields
    asked = next(element for element in form.form.elements() if element.field == "spouse_national_id")
    assert asked.rule is not None
    for code in form.form.choices[_choices(form, asked.rule.field)]:
        raw = married | {asked.rule.field: code}
        visit = typed(open_shop, "family-record", [], **raw)
        seen = "spouse_national_id" in desk.read(form, raw).shown
        assert ("spouse_national_id" in desk.drafts.begin("family-record", visit).raw) is seen
        desk.drafts.drop(visit[0].id)


def _choices(service: PublicService, field: str) -> str:
    return next(element.choices or "" for element in service.form.elements() if element.field == field)


def test_a_form_that_is_no_longer_kept_carries_nothing_on(open_shop: Shop) -> None:
    lost = replace(open_shop.counter.desk.drafts.begin("birth-cert"), service_version=9, raw={"mobile": "01012345678"})
    assert open_shop.counter.desk.drafts.begin("birth-cert", [lost]).raw == {}
