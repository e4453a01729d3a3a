"""Five service files written from docs/catalogue.md, for services of no list: they work as any other, unchanged."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.core.events import DocumentsChanged
from kiosk.model.paper_sheet import Step, Tick
from kiosk.model.service_request import AuthorityBill, Sale
from kiosk.model.store_changes import PutDocument
from kiosk.printing import leaflets
from kiosk.printing.till_papers import Stamp
from protocol.catalogue import fees, forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.forms import Checked
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.service_lint import lint as lint_service
from protocol.catalogue.services import PublicService
from protocol.documents.settings import read_settings
from protocol.documents.trust import CATALOGUE as CATALOGUE_TYPE
from protocol.documents.trust import seal_object
from protocol.errors import Refused
from protocol.journal.kj01 import read_body
from protocol.texts import Bilingual
from tests.harness.shop import CATALOGUE, Shop, settings

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "services"
NAMES: Final = (
    "fishing-permit",
    "library-card",
    "market-stall-rent",
    "school-certificate-copy",
    "street-kiosk-licence",
)
SELF: Final = {"national_id": "20001010100014", "name": "محمد أحمد عبد الله حسن", "mobile": "+20 10 1234 5678"}
CHILD: Final = {"subject_national_id": "20001010100022", "subject_name": "منى محمد أحمد"}
TYPED: Final[dict[str, dict[str, Any]]] = {
    "fishing-permit": {"from_boat": "yes", "months": "٣"},
    "library-card": {
        **SELF, "birth_date": {"day": "1", "month": "1", "year": "1900"}, "sex": "male", "kind": "student",
        "school": "كلية العلوم", "slot": {"date": "2026-12-20", "period": "morning"},
    },
    "market-stall-rent": {"market": "fish", "stall_no": "b-12"},
    "school-certificate-copy": {
        **SELF, "relation": "guardian", **CHILD, "level": "secondary", "school": "مدرسة النيل", "last_year": "1968",
        "copies": "3", "delivery": "post", "governorate": "21", "address": "12 شارع الهرم",
    },
    "street-kiosk-licence": {**SELF, "property_address": "ميدان الجيزة", "area_m2": "6", "goods": "food"},
}  # fmt: skip
"""What an operator types into each."""
TODAY: Final = date(2026, 11, 25)
SHOP: Final = ShopFees(0, {}, vat_registered=False, vat_permille=140)


def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def service(name: str) -> PublicService:
    return parse_service(document(name))


def typed(name: str, on: date = TODAY, **answers: Any) -> Checked:
    return forms.check(service(name), TYPED[name] | answers, on)


def faults(name: str, **answers: Any) -> dict[str, str]:
    return {fault.field: fault.code for fault in typed(name, **answers).faults}


def lines(name: str, on: date = TODAY, bill_pt: int | None = None, **answers: Any) -> dict[str, int]:
    found = fees.compute(service(name), typed(name, **answers).values, on, SHOP, bill_pt)
    return {line.code: line.amount_pt for line in found.lines}


@pytest.mark.parametrize("name", NAMES)
def test_the_file_has_no_fault(name: str) -> None:
    assert lint_service(document(name)) == []


def test_the_whole_file_that_the_format_shows_is_sound_and_sold_by_its_table() -> None:
    text = (FOLDER.parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    shown = json.loads(text.rpartition("```json\n")[2].partition("```")[0])
    assert lint_service(shown) == []
    found = fees.compute(parse_service(shown), {"kind": "silk"}, TODAY, SHOP)
    assert [line.amount_pt for line in found.lines] == [1_500]


def test_they_stand_in_one_catalogue_with_those_of_the_program() -> None:
    both = [*bundled_services(), *map(document, NAMES)]
    found = read_catalogue(catalogue_members(1, "2026-01-01", None, both))
    assert {one.id for one in found.search("كشك")} == {"street-kiosk-licence"}
    assert set(NAMES) <= found.services.keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_form_is_filled(name: str) -> None:
    assert faults(name) == {}
    assert typed(name).doubts == []
    assert typed(name).values.keys() == TYPED[name].keys()


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("street-kiosk-licence", {"area_m2": "21"}, {"area_m2": "maximum"}),
        ("street-kiosk-licence", {"property_address": "هنا"}, {"property_address": "minLength"}),
        ("street-kiosk-licence", {"goods": "gold"}, {"goods": "choice"}),
        ("library-card", {"birth_date": "1901-01-01"}, {"birth_date": "nid_birth_date"}),
        ("library-card", {"sex": "female"}, {"sex": "nid_sex"}),
        ("library-card", {"school": ""}, {"school": "required"}),
        ("library-card", {"slot": {"date": "2026-11-25", "period": "noon"}}, {"slot": "date_past"}),
        ("market-stall-rent", {"stall_no": "12"}, {"stall_no": "pattern"}),
        ("market-stall-rent", {"stall_no": "ب12"}, {"stall_no": "code"}),
        ("school-certificate-copy", {"subject_national_id": "20001010100014"}, {"subject_national_id": "same_answer"}),
        ("school-certificate-copy", {"address": ""}, {"address": "required"}),
        ("school-certificate-copy", {"last_year": "1949"}, {"last_year": "minimum"}),
        ("fishing-permit", {"months": "13"}, {"months": "maximum"}),
    ],
)
def test_a_wrong_answer_is_refused_where_it_stands(
    name: str, answers: dict[str, Any], expected: dict[str, str]
) -> None:
    assert faults(name, **answers) == expected


@pytest.mark.parametrize(("day", "old_enough"), [(date(2120, 2, 27), False), (date(2120, 2, 28), True)])
def test_who_is_too_young_is_refused_until_the_birthday(day: date, old_enough: bool) -> None:
    answers = typed("street-kiosk-licence", day, national_id="39902281200276")
    found = {fault.field: fault.code for fault in answers.faults}
    assert found == ({} if old_enough else {"national_id": "nid_age"})


def test_a_wrong_answer_is_refused_in_the_files_own_words() -> None:
    (fault,) = typed("market-stall-rent", stall_no="12").faults
    assert (fault.text.ar, fault.text.en) == ("حرف ثم أرقام، مثل B12", "A letter, then digits, as B12")
    (fault,) = typed("street-kiosk-licence", property_address="x").faults
    assert (fault.text.ar, fault.text.en) == ("اكتب الشارع والمنطقة", "Enter street and district")


def test_what_an_answer_hides_is_neither_asked_nor_kept() -> None:
    assert typed("school-certificate-copy", relation="self").values.keys().isdisjoint(CHILD)
    assert faults("library-card", kind="adult", school="") == {}


@pytest.mark.parametrize(
    ("name", "answers", "papers"),
    [
        ("street-kiosk-licence", {}, {"id_card", "street_sketch", "food_certificate"}),
        ("street-kiosk-licence", {"goods": "other"}, {"id_card", "street_sketch"}),
        ("library-card", {}, {"id_card", "student_card", "photos"}),
        ("school-certificate-copy", {}, {"id_card", "birth_certificate"}),
        ("school-certificate-copy", {"relation": "self"}, {"id_card"}),
        ("fishing-permit", {"from_boat": "no"}, {"id_card"}),
    ],
)
def test_papers_follow_the_answers(name: str, answers: dict[str, Any], papers: set[str]) -> None:
    assert {paper.id for paper in typed(name, **answers).papers} == papers


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("street-kiosk-licence", {}, {"ground": 4 * 15_000}),
        ("street-kiosk-licence", {"area_m2": "1"}, {}),
        ("library-card", {}, {"membership": 2_000, "deposit": 10_000}),
        ("library-card", {"kind": "senior"}, {"deposit": 10_000}),
        ("school-certificate-copy", {}, {"first_copy": 3_000, "more_copies": 2_000, "delivery": 2_500}),
        ("school-certificate-copy", {"copies": "1", "delivery": "pickup"}, {"first_copy": 3_000}),
        ("fishing-permit", {}, {}),
    ],
)
def test_the_price_is_that_of_the_file(name: str, answers: dict[str, Any], expected: dict[str, int]) -> None:
    assert lines(name, **answers) == expected


def test_a_price_of_next_year_begins_next_year() -> None:
    assert lines("street-kiosk-licence", date(2026, 12, 31)) == {"ground": 60_000}
    assert lines("street-kiosk-licence", date(2027, 1, 1)) == {"ground": 72_000, "cleaning": 2_500}


def test_a_live_amount_and_a_fixed_line_stand_side_by_side() -> None:
    assert lines("market-stall-rent", bill_pt=70_000) == {"rent": 70_000, "book": 1_500}
    with pytest.raises(Refused, match="fee_bill"):
        lines("market-stall-rent")


def test_what_is_paid_at_the_office_is_told_and_not_taken() -> None:
    kiosk, values = service("street-kiosk-licence"), typed("street-kiosk-licence").values
    assert [line.amount_pt for line in fees.elsewhere(kiosk, values, TODAY) or ()] == [4_000]


@pytest.mark.parametrize(("name", "answers"), [("school-certificate-copy", {"level": "technical"})])
def test_an_unknown_price_is_refused_for_that_answer_alone(name: str, answers: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="fee_unknown"):
        lines(name, **answers)


def ticks(answers: dict[str, Any] | None) -> list[str]:
    permit = service("fishing-permit")
    papers = None if answers is None else typed("fishing-permit", **answers).papers
    stamp = Stamp(Bilingual("م", "S"), 1_795_600_800_000, "سارة")
    sheet = leaflets.guidance(stamp, permit, read_settings(settings()), papers)
    assert [block.text.en for block in sheet.blocks if isinstance(block, Step)] == [
        "Fill in the form at the office",
        "Pay the fee at the cashier",
    ]
    return [block.text.en for block in sheet.blocks if isinstance(block, Tick)]


def test_guidance_prints_where_to_go_and_the_papers_of_the_answers() -> None:
    card, boat = "The applicant's valid national ID card", "The boat's licence"
    assert ticks({"from_boat": "yes"}) == [card, boat]
    assert ticks({"from_boat": "no"}) == [card]
    assert ticks(None) == [card, f"{boat} — where it applies"]


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
        (date(2027, 4, 1), True),
        (date(2030, 1, 1), True),
    ],
)
def test_a_season_opens_and_closes_by_day(day: date, open_: bool) -> None:
    assert service("street-kiosk-licence").open_on(day) is open_


# ---- at a counter that has them in its signed catalogue ----


@pytest.fixture
def stocked(open_shop: Shop) -> Shop:
    members = catalogue_members(2, "2020-01-01", None, [*bundled_services(), *map(document, NAMES)])
    envelope = seal_object(CATALOGUE_TYPE, members, CATALOGUE)
    open_shop.counter.journal.write([], [PutDocument("catalogue", 2, envelope)])
    open_shop.counter.events.publish(DocumentsChanged("catalogue"))
    return open_shop


def sale(shop: Shop, name: str, answers: dict[str, Any] | None = None, **more: Any) -> Sale:
    offered = shop.counter.desk.service(name)
    values = typed(name, **(answers or {})).values
    typed_in: dict[str, Any] = {"tendered_pt": 200_000, "values": values} | more
    return shop.sale(service_id=name, service_version=offered.version, **typed_in)


@pytest.mark.parametrize(
    ("name", "total_pt"),
    [("street-kiosk-licence", 60_500), ("library-card", 12_500), ("school-certificate-copy", 8_000)],
)
def test_it_is_sold_at_the_counter(stocked: Shop, name: str, total_pt: int) -> None:
    consent = service(name).consent
    asked = sale(stocked, name, consent_version=consent.version if consent else None)
    stocked.counter.desk.record(stocked.taken(asked))
    body = read_body(list(stocked.store.journal.export(1))[-1].record.body)
    assert (body["service"], body["total_pt"]) == (name, total_pt)


def test_a_live_bill_is_paid_at_the_counter(stocked: Shop) -> None:
    stocked.line.up, bill = True, AuthorityBill("REF-9", 70_000, 2**52, ())
    recorded = stocked.counter.desk.record(sale(stocked, "market-stall-rent", bill=bill.paid()))
    assert recorded.request.total_pt == 72_000


@pytest.mark.parametrize(
    ("name", "answers", "more", "code"),
    [
        ("school-certificate-copy", {}, {}, "consent_missing"),
        ("school-certificate-copy", {"level": "technical"}, {"consent_version": "1"}, "fee_unknown"),
        ("library-card", {"sex": "female"}, {}, "form_faults"),
        ("library-card", {}, {"tendered_pt": 12_000}, "short_cash"),
    ],
)
def test_what_may_not_be_sold_is_refused(
    stocked: Shop, name: str, answers: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    before = stocked.store.journal.tail().chain
    with pytest.raises(Refused, match=code):
        stocked.counter.desk.record(sale(stocked, name, answers, **more))
    assert stocked.store.journal.tail().chain == before
