"""The services of notaries, courts, districts, social offices and utilities: filled, priced and refused."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import pytest

from protocol.catalogue import fees, forms
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.forms import Checked
from protocol.catalogue.services import Element, PublicService
from protocol.values.arabic import looks_arabic
from tests.harness.refusals import refused
from tests.harness.service_documents import TODAY, bundled

SERVICES: Final = (
    "poa-car-sale", "poa-general", "rent-contract", "notary-appointment", "case-inquiry", "court-certificate",
    "judgment-copy", "commercial-register-extract", "social-housing", "site-validity", "shop-licence",
    "shop-licence-amend", "road-occupancy", "utilities-permit", "building-reconciliation", "integrated-card",
    "takaful-karama", "insurance-print", "military-exemption", "landline-bill", "electricity-bill",
    "electricity-prepaid", "gas-reading", "water-bill",
)  # fmt: skip
FREE: Final = ShopFees(0, {}, vat_registered=False, vat_permille=140)
APPLICANT, ANOTHER = "20001010100014", "20001010100022"
TYPED: Final = {
    "national_id": ANOTHER, "mobile": "٠١٠ ١٢٣٤ ٥٦٧٨", "digits": "٤٥٦٧", "money": "150", "name": "منى عبد الله حسن علي",
    "text": "شارع النيل 12", "date": {"day": "15", "month": "3", "year": "2024"}, "count": "2", "plate": "س م ط 1234",
    "slot": {"date": "2026-12-20", "period": "noon"}, "governorate": "02",
}  # fmt: skip
"""What an operator types, by widget."""
TYPED_IN: Final = {
    "national_id": APPLICANT, "tax_no": "100-531-385", "case_year": "2024", "area_code": "02",
    "landline_no": "2345 6789",
}  # fmt: skip
"""What does not follow from the widget, by field."""


def service(service_id: str) -> PublicService:
    return bundled().service(service_id)


def check(service_id: str, **answers: Any) -> Checked:
    """A citizen's answers to all questions of a form; the first of every choice unless `answers` say."""
    raw = {element.field: typed(service_id, element) for element in elements(service_id)} | answers
    return forms.check(service(service_id), raw, TODAY)


def elements(service_id: str) -> list[Element]:
    return list(service(service_id).form.elements())


def typed(service_id: str, element: Element) -> Any:
    if element.choices is not None:
        return next(iter(service(service_id).form.choices[element.choices]))
    return TYPED_IN.get(element.field, TYPED.get(element.widget))


def papers(service_id: str, **answers: Any) -> set[str]:
    return {paper.id for paper in check(service_id, **answers).papers}


def faults(service_id: str, **answers: Any) -> dict[str, str]:
    return {fault.field: fault.code for fault in check(service_id, **answers).faults}


def lines(service_id: str, bill_pt: int | None = None, **answers: Any) -> dict[str, int]:
    found = fees.compute(service(service_id), check(service_id, **answers).values, TODAY, FREE, bill_pt)
    return {line.code: line.amount_pt for line in found.lines}


# ---- every form of them ----


@pytest.mark.parametrize("service_id", SERVICES)
def test_every_way_through_the_form_can_be_filled_without_a_fault(service_id: str) -> None:
    asked = [element for element in elements(service_id) if element.choices is not None]
    lists = [service(service_id).form.choices[element.choices or ""] for element in asked]
    for way in product(*lists):
        assert faults(service_id, **dict(zip((e.field for e in asked), way, strict=True))) == {}


@pytest.mark.parametrize("service_id", SERVICES)
def test_what_is_left_empty_is_asked_for_in_the_services_own_words(service_id: str) -> None:
    answers = check(service_id)
    needed = set(answers.shown) - answers.optional()
    found = {fault.field: fault for fault in forms.check(service(service_id), {}, TODAY).faults}
    assert found.keys()
    assert found.keys() <= needed
    for field, fault in found.items():
        own = service(service_id).form.fields[field].errors["required"]
        assert (fault.text.ar, fault.text.en) == (own["ar"], own["en"])


WRONG: Final = {
    "national_id": ("123", "20002290100011", "20013010101234", "20001019901238", "39912313500108", "abc"),
    "mobile": ("0131234567", "01312345678", "02 2345 6789", "010123456789"),
    "digits": ("12x", "سنة", "9" * 30),
    "money": ("-5", "1,2,3", "0", "9999999"),
    "name": ("John Smith", "محمد", "محمد أحمد عل1 حسن", "م" * 101),
    "text": ("ن" * 201,),
    "date": ({"day": "31", "month": "2", "year": "2024"}, "2026-11-26", "أمس"),
    "choice": ("nonsense", "نعم"),
    "count": ("0", "100001", "two", "1.5"),
    "plate": ("1234", "ABC 123", "س م ط 12345"),
    "slot": ({"date": "2026-11-25", "period": "noon"}, {"date": "2026-12-20", "period": "night"}, "غدًا"),
    "governorate": ("88", "00", "القاهرة"),
}  # fmt: skip
"""What is no answer, by widget."""


@pytest.mark.parametrize("service_id", SERVICES)
def test_what_is_no_answer_is_refused_where_it_stands_in_whole_sentences(service_id: str) -> None:
    for element in elements(service_id):
        shown = {"capacity": "agent", "case_type": "other", "examination": "paid", "marital_status": "married"}
        shown |= {"kind": {"social-housing": "new_city", "integrated-card": "ward"}.get(service_id, "")}
        way = {name: value for name, value in shown.items() if value and name != element.field}
        for wrong in WRONG[element.widget]:
            answers = check(service_id, **(way | {element.field: wrong}))
            found = [fault for fault in answers.faults if fault.field == element.field]
            assert found, (element.field, wrong)
            assert looks_arabic(found[0].text.ar)
            assert not looks_arabic(found[0].text.en.replace("س م ط", ""))
            assert "{" not in found[0].text.ar + found[0].text.en


@pytest.mark.parametrize("service_id", SERVICES)
def test_an_operator_can_read_each_label_in_both_languages(service_id: str) -> None:
    for texts in service(service_id).form.fields.values():
        assert looks_arabic(texts.label["ar"])
        assert not looks_arabic(texts.label["en"])
        assert max(len(texts.label["ar"]), len(texts.label["en"])) <= 50


# ---- prices ----


@pytest.mark.parametrize(
    ("service_id", "code"),
    [
        ("poa-car-sale", "notarisation"),
        ("poa-general", "notarisation"),
        ("rent-contract", "authentication"),
        ("notary-appointment", "booking"),
        ("court-certificate", "certificate"),
        ("judgment-copy", "copy"),
        ("commercial-register-extract", "extract"),
        ("site-validity", "survey"),
        ("shop-licence", "licence"),
        ("shop-licence-amend", "amendment"),
        ("road-occupancy", "examination"),
        ("utilities-permit", "inspection"),
        ("building-reconciliation", "examination"),
        ("integrated-card", "card"),
        ("insurance-print", "statement"),
    ],
)
def test_a_price_nobody_published_is_not_taken_as_free(service_id: str, code: str) -> None:
    with refused("fee_unknown", fee=code):
        lines(service_id)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("booklet", {"booklet": 30_000}),
        ("governorate", {"administration": 35_500, "deposit": 2_000_000}),
        ("new_city", {"administration": 35_500, "deposit": 3_000_000}),
        ("deposit_paid", {"administration": 35_500}),
    ],
)
def test_a_booking_of_a_flat_charges_neither_booklet_nor_deposit_twice(kind: str, expected: dict[str, int]) -> None:
    assert lines("social-housing", kind=kind) == expected


@pytest.mark.parametrize("service_id", ["landline-bill", "electricity-bill", "electricity-prepaid", "water-bill"])
def test_a_bill_is_what_the_live_inquiry_answers(service_id: str) -> None:
    assert list(lines(service_id, 12_345).values()) == [12_345]
    with refused("fee_bill"):
        lines(service_id)


@pytest.mark.parametrize("service_id", ["case-inquiry", "gas-reading", "takaful-karama", "military-exemption"])
def test_nothing_of_the_authority_is_taken_here(service_id: str) -> None:
    assert lines(service_id) == {}


def test_a_deposit_of_the_reconciliation_that_was_paid_before_is_not_asked_again() -> None:
    assert lines("building-reconciliation", examination="paid") == {}
    assert "examination_deposit_receipt" in papers("building-reconciliation", examination="paid")
    assert "examination_deposit_receipt" not in papers("building-reconciliation", examination="here")


@pytest.mark.parametrize("service_id", ["social-housing", "building-reconciliation"])
def test_what_is_received_in_periods_is_closed_until_the_centre_opens_one(service_id: str) -> None:
    assert not service(service_id).open_on(TODAY)


# ---- papers and questions that follow an answer ----


@pytest.mark.parametrize("service_id", ["judgment-copy", "commercial-register-extract", "shop-licence-amend"])
def test_an_agent_shows_a_power_of_attorney(service_id: str) -> None:
    assert "power_of_attorney" in papers(service_id, capacity="agent")
    assert "power_of_attorney" not in papers(service_id, capacity="self")


@pytest.mark.parametrize(
    ("service_id", "answers", "paper"),
    [
        ("shop-licence", {"kind": "large"}, "drawings"),
        ("shop-licence-amend", {"tenure": "rented"}, "owner_consent"),
        ("road-occupancy", {"examination": "paid"}, "examination_receipt"),
        ("utilities-permit", {"violation_report": "yes"}, "acquittal"),
        ("social-housing", {"kind": "deposit_paid"}, "deposit_receipt"),
        ("integrated-card", {"kind": "ward"}, "medical_report"),
        ("takaful-karama", {"household": "children"}, "school_enrolment"),
        ("military-exemption", {"father": "dead"}, "father_death_certificate"),
    ],
)
def test_a_paper_is_asked_for_where_it_is_needed_and_only_there(
    service_id: str, answers: dict[str, str], paper: str
) -> None:
    ((field, answer),) = answers.items()
    element = next(element for element in elements(service_id) if element.field == field)
    for other in service(service_id).form.choices[element.choices or ""]:
        assert (paper in papers(service_id, **{field: other})) == (other == answer)


def test_two_people_have_two_national_ids() -> None:
    pairs = {
        "poa-car-sale": "attorney_national_id",
        "rent-contract": "other_party_national_id",
        "social-housing": "spouse_national_id",
        "integrated-card": "subject_national_id",
    }
    for service_id, field in pairs.items():
        more = {"kind": "governorate", "marital_status": "married"} if service_id == "social-housing" else {}
        more |= {"kind": "ward"} if service_id == "integrated-card" else {}
        assert faults(service_id, **more, **{field: APPLICANT}) == {field: "same_answer"}


def test_a_kind_of_case_that_is_not_listed_is_written_down() -> None:
    assert faults("case-inquiry", case_type="other", case_type_other="") == {"case_type_other": "required"}
    answers = check("case-inquiry", case_type="civil", case_type_other="عمال")
    assert "case_type_other" not in answers.values


@pytest.mark.parametrize("year", ["24", "20244", "1824", "سنة"])
def test_the_year_of_a_case_has_four_digits(year: str) -> None:
    assert "case_year" in faults("court-certificate", case_year=year)


@pytest.mark.parametrize(
    ("code", "number", "sound"),
    [
        ("02", "23456789", True), ("02", "2345678", False), ("03", "2345678", True), ("03", "23456789", False),
        ("057", "234567", True), ("040", "234567", False), ("٠٤٠", "2345678", True),
    ],
)  # fmt: skip
def test_the_length_of_a_landline_number_follows_its_area_code(code: str, number: str, sound: bool) -> None:
    assert (faults("landline-bill", area_code=code, landline_no=number) == {}) is sound


@pytest.mark.parametrize("code", ["2", "01", "010", "00", "2040"])
def test_what_is_no_area_code_is_refused(code: str) -> None:
    assert "area_code" in faults("landline-bill", area_code=code)


@pytest.mark.parametrize("typed_tax_no", ["10053138", "1005313850", "no"])
def test_a_tax_number_has_nine_digits(typed_tax_no: str) -> None:
    assert "tax_no" in faults("shop-licence-amend", tax_no=typed_tax_no)


@pytest.mark.parametrize(
    ("kind", "area", "sound"), [("small", "100", True), ("small", "101", False), ("large", "101", True)]
)
def test_a_shop_said_to_be_small_is_not_larger_than_100_square_metres(kind: str, area: str, sound: bool) -> None:
    assert (faults("shop-licence", kind=kind, area_m2=area) == {}) is sound


@pytest.mark.parametrize("amount", ["0.5", "5000.01"])
def test_a_top_up_keeps_to_its_bounds(amount: str) -> None:
    assert "amount" in faults("electricity-prepaid", amount=amount)


def test_health_and_income_are_taken_by_consent_only() -> None:
    assert {one for one in SERVICES if service(one).consent} == {"social-housing", "integrated-card"}


def test_guidance_asks_nothing_personal() -> None:
    for service_id in SERVICES:
        if service(service_id).mode == "guidance":
            assert {element.widget for element in elements(service_id)} <= {"choice", "count"}
