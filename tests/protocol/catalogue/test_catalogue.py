"""Reading a catalogue, searching it, and the services that come with the program."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from protocol import strict_json
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.json_part import Fault
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.service_lint import lint as lint_service
from protocol.catalogue.services import AREAS, ICONS, OTHER
from protocol.errors import Refused
from protocol.texts import LANGUAGES, say
from tests.harness.refusals import refused, texts
from tests.harness.service_documents import bundled, document, put, words

FROM = date(2026, 1, 1)


def test_no_bundled_service_has_a_fault() -> None:
    found = {service["id"]: lint_service(service) for service in bundled_services()}
    assert not any(found.values()), found


def test_services_stand_in_the_order_of_their_numbers() -> None:
    numbers = [service.number for service in bundled().services.values()]
    assert numbers == sorted(numbers)


def test_every_published_price_names_a_source_that_is_listed() -> None:
    for service in bundled().services.values():
        for cost in service.costs:
            assert set(cost.source) <= set(service.document["sources"])


def test_sensitive_data_needs_a_consent_and_a_live_amount_the_line() -> None:
    services = bundled().services
    sensitive = [service.id for service in services.values() if service.consent]
    assert sensitive == ["criminal-record", "social-housing", "integrated-card"]
    assert [service.id for service in services.values() if service.needs_line] == [
        "traffic-fines-inquiry", "case-inquiry", "landline-bill", "electricity-bill", "electricity-prepaid",
        "water-bill",
    ]  # fmt: skip


def test_a_catalogue_is_in_force_from_its_first_day_to_its_last() -> None:
    open_end = bundled()
    closed = read_catalogue(catalogue_members(1, "2026-01-01", "2026-12-31", []))
    assert open_end.in_force(date(2099, 1, 1))
    assert not open_end.in_force(date(2025, 12, 31))
    assert closed.in_force(date(2026, 12, 31))
    assert not closed.in_force(date(2027, 1, 1))


def test_members_survive_our_own_strict_json() -> None:
    members = catalogue_members(7, FROM, FROM, bundled_services())
    assert read_catalogue(strict_json.loads_object(strict_json.dumps(members))) == read_catalogue(members)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("112", "birth-cert"),
        ("١١", "newborn-registration"),
        ("١١٢", "birth-cert"),
        ("جواز", "passport"),
        ("باسبور", "passport"),
        ("سواقة", "driving-licence-first"),
        ("ضاعت", "nid-replacement"),
        ("شهاده الميلاد", "birth-cert"),
        ("شَهادة ميلاد", "birth-cert"),
        ("Birth", "birth-cert"),
        ("فيش", "criminal-record"),
        ("police rec", "criminal-record"),
        ("مرور مخال", "traffic-fines-inquiry"),
        ("bread", "ration-replacement"),
        ("prepaid", "electricity-prepaid"),
        ("\u200f121 ", "nid-issue-renew"),
    ],
)
def test_a_service_is_found_by_number_name_and_keyword(query: str, first: str) -> None:
    assert bundled().search(query)[0].id == first


def test_an_empty_query_finds_all_and_nonsense_nothing() -> None:
    assert len(bundled().search("")) == len(bundled_services())
    assert bundled().search("qqqqxxzz") == []
    assert bundled().nearest("qqqqxxzz") == []
    assert bundled().nearest("") == []


@given(texts)
def test_any_query_is_answered(query: str) -> None:
    for found in (bundled().search(query), bundled().nearest(query)):
        assert len(found) == len({service.id for service in found})


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("criminl", "criminal-record"),
        ("119", "newborn-registration"),
        ("باصبور", "passport"),
        ("جوتز", "passport"),
        ("رخثة قيادة", "driving-licence-first"),
        ("تموبن", "ration-replacement"),
    ],
)
def test_a_query_that_nothing_has_leads_to_what_looks_like_it(query: str, first: str) -> None:
    assert bundled().search(query) == []
    near = bundled().nearest(query)
    assert near[0].id == first
    assert len(near) <= 3


def test_every_service_that_comes_with_the_program_stands_in_an_area_of_its_own_kind() -> None:
    found = Counter(service.area for service in bundled().services.values())
    assert set(found) == set(AREAS) - {OTHER}
    assert all(say(language, f"area.{area}") for area in AREAS for language in LANGUAGES)


def test_the_page_names_every_area_and_icon_there_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert [one for one in (*AREAS, *ICONS) if f"`{one}`" not in page] == []


def test_an_area_that_this_program_does_not_know_is_another() -> None:
    assert parse_service(put(document(), ("thematic_area",), "space-travel")).area == OTHER
    assert parse_service(put(document(), ("thematic_area",), "law")).area == "law"


def test_a_service_is_had_by_id_and_version() -> None:
    assert bundled().service("birth-cert", 1).number == "112"
    with refused("service_unknown", service="no-such"):
        bundled().service("no-such")
    with refused("service_version", service="birth-cert", asked=2, found=1):
        bundled().service("birth-cert", 2)


@pytest.mark.parametrize("member", ["id", "number"])
def test_two_services_share_neither_id_nor_number(member: str) -> None:
    first, second = bundled_services()[:2]
    second = {**second, member: first[member]}
    with refused("catalogue_twice", member=member, value=first[member]):
        read_catalogue(catalogue_members(1, FROM, None, [first, second]))


@pytest.mark.parametrize(
    ("path", "part", "where"),
    [
        (("v",), 2, "v"),
        (("version",), 0, "version"),
        (("version",), True, "version"),
        (("valid_from",), "2026-02-30", "valid_from"),
        (("valid_from",), "26-02-03", "valid_from"),
        (("valid_until",), 5, "valid_until"),
        (("services",), {}, "services"),
        (("services", 0), [], "services/0"),
        (("services", 0, "title"), {"ar": "x"}, "services/0/title/en"),
        (("services", 0, "title", "en"), " ", "services/0/title/en"),
        (("services", 0, "title", "en"), "\ud800", "services/0/title/en"),
        (("services", 0, "id"), "No Such", "services/0/id"),
        (("services", 0, "mode"), "gift", "services/0/mode"),
        (("services", 0, "processing_time"), "P", "services/0/processing_time"),
        (("services", 0, "evidence", 0, "required"), 1, "services/0/evidence/0/required"),
        (("services", 0, "costs", 0, "amount_pt"), 5, "services/0/costs/0"),
        (("services", 0, "costs", 0, "table"), ..., "services/0/costs/0/table"),
        (("services", 0, "costs", 0, "per"), "copies", "services/0/costs/0/per"),
        (("services", 0, "schema", "properties", "nid", "type"), "array", "services/0/schema/properties/nid/type"),
        (("services", 0, "schema", "minProperties"), 1, "services/0/schema/minProperties"),
        (("services", 0, "schema", "else"), {"not": {}}, "services/0/schema/else/not"),
        (("services", 0, "schema", "$ref"), "https://example.org/x", "services/0/schema/$ref"),
        (
            ("services", 0, "schema", "properties", "nid", "$ref"),
            "https://example.org/x",
            "services/0/schema/properties/nid",
        ),
        (
            ("services", 0, "ui", "sections", 0, "elements", 0, "widget"),
            "slider",
            "services/0/ui/sections/0/elements/0/widget",
        ),
        (("services", 0, "choices", "sexes", 1, "value"), "male", "services/0/choices/sexes"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(path: tuple[str | int, ...], part: Any, where: str) -> None:
    members = put(catalogue_members(1, FROM, None, [document()]), path, part)
    with pytest.raises(Refused) as caught:
        read_catalogue(members)
    assert caught.value.code == "catalogue_form"
    assert caught.value.values["where"] == where


def test_the_root_has_a_place_too() -> None:
    with refused("catalogue_form", where="/", want=Fault("/", "object").words()):
        parse_service([])


def test_prices_may_be_unknown_and_words_a_services_own() -> None:
    spoilt = document()
    spoilt["costs"] = [
        {
            "code": "a",
            "label": words("a"),
            "valid_from": "2026-01-01",
            "set_by_centre": True,
            "source": [],
            "conflicts": ["x"],
        },
        {"code": "b", "label": words("b"), "valid_from": "2026-01-01", "bill": True, "source": []},
    ]
    spoilt["text"]["fields"]["nid"] |= {"hint": words("hint"), "errors": {"required": words("need")}}
    spoilt["consent"] = {"text": words("I agree"), "version": "1"}
    del spoilt["choices"]
    service = parse_service(spoilt)
    assert [cost.bill for cost in service.costs] == [False, True]
    assert service.costs[0].conflicts == ("x",)
    assert service.form.fields["nid"].errors["required"]["en"] == "need"


@pytest.mark.parametrize(
    ("iso", "ar", "en"),
    [
        (None, "تحددها الجهة", "Set by the authority"),
        ("P0D", "فوري", "At once"),
        ("P15D", "15 يومًا", "15 days"),
        ("PT2H", "ساعتان", "2 hours"),
        ("P1DT3H30M", "يوم واحد 3 ساعات 30 دقيقة", "1 day 3 hours 30 minutes"),
    ],
)
def test_processing_time_is_said_in_words(iso: str | None, ar: str, en: str) -> None:
    service = parse_service(document() | {"processing_time": iso})
    assert (service.processing("ar"), service.processing("en")) == (ar, en)


def test_the_catalogue_does_not_bring_the_validator() -> None:
    program = (
        "import sys, protocol.catalogue.catalogue, protocol.catalogue.fees; sys.exit('jsonschema_rs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("day", "open_then"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-02-03", True), ("2026-02-04", False), ("2099-01-01", True)],
)
def test_a_service_is_open_in_its_periods(day: str, open_then: bool) -> None:
    periods = [{"from": "2026-02-01", "until": "2026-02-03"}, {"from": "2027-01-01", "until": None}]
    service = parse_service(document() | {"availability": {"periods": periods, "note": words("later")}})
    assert service.open_on(date.fromisoformat(day)) is open_then
    assert parse_service(document()).open_on(date.fromisoformat(day))
    assert not bundled().service("social-housing").open_on(date.fromisoformat(day))


def test_how_long_it_takes_may_hang_on_an_answer() -> None:
    service = bundled().service("nid-issue-renew")
    assert service.processing("ar", {"speed": "express"}) == "30 دقيقة"
    assert service.processing("en", {"speed": "regular"}) == "15 days"
    assert service.processing("en") == service.processing("en", {"speed": "never"}) == "As chosen"
    by_speed = {"by": "#/properties/speed", "table": {"slow": None, "fast": "P1D"}}
    unknown = parse_service(document() | {"processing_time": by_speed})
    assert unknown.processing("en", {"speed": "slow"}) == "Set by the authority"
