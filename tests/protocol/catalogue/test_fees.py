"""What a request costs, at the counter and again at the centre."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue import fees
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.service_file import parse_service
from protocol.errors import KioskError
from protocol.values.money import MAX_PT
from tests.harness.refusals import refused
from tests.harness.service_documents import TODAY, all_services, bundled, document, every_widget, words

SHOP = ShopFees(2000, {"criminal-record": 3000}, vat_registered=True, vat_permille=140)
FREE = ShopFees(0, {}, vat_registered=True, vat_permille=140)


def _costs(*costs: dict[str, Any]) -> Any:
    rows = [{"label": words("x"), "valid_from": "2026-01-01", "source": ["paper"], **cost} for cost in costs]
    return parse_service(document() | {"costs": rows})


def _lines(service_id: str, values: dict[str, Any], bill_pt: int | None = None) -> dict[str, tuple[int, int, int]]:
    found = fees.compute(bundled().service(service_id), values, TODAY, SHOP, bill_pt)
    return {line.code: (line.unit_pt, line.count, line.amount_pt) for line in found.lines}


def test_the_top_task_costs_its_first_copy_and_the_shops_fee() -> None:
    values = {"copies": 1, "delivery": "pickup"}
    assert _lines("birth-cert", values) == {"first_copy": (4500, 1, 4500), "service_fee": (2000, 1, 2000)}


def test_further_copies_and_the_post_are_lines_of_their_own() -> None:
    lines = _lines("birth-cert", {"copies": 3, "delivery": "post"})
    assert lines["more_copies"] == (2500, 2, 5000)
    assert lines["delivery"] == (1000, 1, 1000)


def test_a_service_has_the_shops_fee_named_for_it() -> None:
    assert _lines("criminal-record", {"delivery": "pickup"})["service_fee"] == (3000, 1, 3000)


@pytest.mark.parametrize(
    ("speed", "unit"),
    [("regular", 5000), ("urgent", 12500), ("fast", 17500), ("vip", 30500), ("express", 51500), ("mobile_unit", 80000)],
)
def test_a_price_is_looked_up_by_the_answer(speed: str, unit: int) -> None:
    assert _lines("nid-issue-renew", {"speed": speed})["form"] == (unit, 1, unit)


def test_a_live_bill_is_the_amount_the_authority_answered() -> None:
    assert _lines("traffic-fines-inquiry", {}, 123_450)["fines"] == (123_450, 1, 123_450)


@pytest.mark.parametrize(("bill", "total"), [(0, 0), (1, 1), (MAX_PT, MAX_PT)])
def test_a_bill_may_be_nothing_and_may_be_as_large_as_money_goes(bill: int, total: int) -> None:
    found = fees.compute(bundled().service("traffic-fines-inquiry"), {}, TODAY, FREE, bill)
    assert (found.total_pt, [line.code for line in found.lines]) == (total, ["fines"] if bill else [])


@pytest.mark.parametrize("bill", [None, -1, MAX_PT + 1])
def test_without_a_usable_bill_there_are_no_fees(bill: int | None) -> None:
    with refused("fee_bill"):
        _lines("traffic-fines-inquiry", {}, bill)


def test_vat_is_contained_in_the_service_fee_only() -> None:
    found = fees.compute(every_widget(), {"copies": 2, "speed": "fast"}, TODAY, SHOP)
    assert (found.vat_pt, found.total_pt) == (246, 7000)
    assert [(line.kind, line.amount_pt) for line in found.lines] == [("government", 5000), ("service", 2000)]


def test_a_shop_that_is_not_registered_takes_no_vat() -> None:
    shop = ShopFees(2000, {}, vat_registered=False, vat_permille=140)
    assert fees.compute(every_widget(), {}, TODAY, shop).vat_pt == 0


def test_lines_are_labelled_in_both_languages() -> None:
    own = fees.compute(every_widget(), {}, TODAY, SHOP).lines[-1]
    assert (own.label.ar, own.label.en) == ("رسم خدمة المحل", "Shop's service fee")


def test_a_missing_answer_counts_as_its_default() -> None:
    assert fees.compute(every_widget(), {}, TODAY, FREE).total_pt == 1000


def test_lines_of_nothing_are_left_out() -> None:
    service = _costs(
        {"code": "zero", "amount_pt": 0}, {"code": "none", "amount_pt": 5, "per": "#/properties/copies", "included": 9}
    )
    assert fees.compute(service, {}, TODAY, FREE).lines == ()


def test_of_one_price_the_newest_that_has_begun_counts() -> None:
    service = _costs(
        {"code": "a", "amount_pt": 300, "valid_from": "2026-03-01"},
        {"code": "a", "amount_pt": 100, "valid_from": "2026-01-01"},
        {"code": "a", "amount_pt": 900, "valid_from": "2027-01-01"},
    )
    assert fees.compute(service, {}, date(2026, 2, 1), FREE).total_pt == 100
    assert fees.compute(service, {}, date(2026, 3, 1), FREE).total_pt == 300
    assert fees.compute(service, {}, date(2027, 1, 1), FREE).total_pt == 900


@pytest.mark.parametrize(
    "cost",
    [
        {"code": "a", "set_by_centre": True},
        {"code": "a", "amount_pt": 1, "valid_from": "2026-12-01"},
        {"code": "a", "by": "#/properties/speed", "table": {"slow": None, "fast": 1}},
        {"code": "a", "by": "#/properties/speed", "table": {"fast": 1}},
    ],
)
def test_a_price_nobody_knows_is_not_free(cost: dict[str, Any]) -> None:
    with refused("fee_unknown", fee="a"):
        fees.compute(_costs(cost), {}, TODAY, FREE)


@pytest.mark.parametrize("copies", [0, 10, True, "2", 1.0, [], "\0"])
def test_a_count_that_cannot_be_is_refused_by_its_field(copies: object) -> None:
    with refused("fee_field", field="copies"):
        fees.compute(every_widget(), {"copies": copies}, TODAY, FREE)


@pytest.mark.parametrize("field", ["phone", "nobody"])
def test_a_fee_may_hang_on_nothing_without_an_answer(field: str) -> None:
    with refused("fee_field", field=field):
        fees.compute(_costs({"code": "a", "by": f"#/properties/{field}", "table": {}}), {}, TODAY, FREE)


def test_a_total_beyond_any_json_integer_is_refused() -> None:
    with refused("fee_too_large"):
        fees.compute(_costs({"code": "a", "amount_pt": MAX_PT}), {}, TODAY, SHOP)


def test_choices_hold_nothing_personal() -> None:
    values = {"nid": "20001010100014", "who": "محمد علي", "copies": 3, "speed": "fast"}
    assert fees.choices(every_widget(), values) == {"copies": 3, "speed": "fast"}


_ANSWERS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 12), st.sampled_from(["slow", "fast", "pickup", "post", "vip", "x"])
)


@given(
    st.sampled_from(all_services()),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("copies", "speed", "delivery", "nid", "plate"), _ANSWERS)),
    st.one_of(st.none(), st.integers(0, 10**7)),
)
def test_the_centre_computes_the_same_from_the_choices_alone(
    service: Any, values: dict[str, Any], bill: int | None
) -> None:
    def run(answers: Any) -> object:
        try:
            return fees.compute(service, answers(), TODAY, SHOP, bill)
        except KioskError as error:
            return error.code, error.values

    assert run(lambda: json.loads(json.dumps(fees.choices(service, values)))) == run(lambda: values)


def test_what_is_paid_at_the_authority_is_told_and_not_taken() -> None:
    service = bundled().service("driving-licence-first")
    told = fees.elsewhere(service, {}, TODAY) or ()
    assert (len(told), sum(line.amount_pt for line in told)) == (7, 114_000)
    assert _lines("driving-licence-first", {}) == {"service_fee": (2000, 1, 2000)}
    assert fees.elsewhere(bundled().service("work-permit"), {}, TODAY) is None, "the permit has no price"
    assert fees.elsewhere(bundled().service("birth-cert"), {}, TODAY) == ()
