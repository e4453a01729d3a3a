"""Every service there is: what a citizen answers is taken and priced, and every bad answer is refused in words."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.resources import files
from typing import Any, Final

import pytest

from protocol.catalogue import fees, forms, needs
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.catalogue_lint import lint_needs, lint_together, parsed
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.forms import FieldFault
from protocol.catalogue.needs import bundled_needs
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import Cost, PublicService
from protocol.texts import LANGUAGES
from tests.harness.citizens import filled, published, spoiled, ways
from tests.harness.refusals import code_of
from tests.harness.service_documents import TODAY

DOCUMENTS: Final = {document["id"]: document for document in bundled_services()}
SERVICES: Final = {name: published(document) for name, document in DOCUMENTS.items()}
SHOP: Final = ShopFees(2_000, {}, vat_registered=True, vat_permille=140)
BILL_PT: Final = 12_345
ARABIC: Final = re.compile(r"[\u0621-\u064a]")


def test_each_file_is_a_service_named_like_it() -> None:
    assert sorted(DOCUMENTS) == sorted(
        file.name.removesuffix(".json") for file in (files("assets") / "services").iterdir()
    )


def test_they_fit_each_other_and_a_need_leads_to_each() -> None:
    services = parsed(DOCUMENTS.values())
    assert lint_together(services.values()) == []
    assert lint_needs(bundled_needs(), services) == []
    catalogue = read_catalogue(catalogue_members(1, date(2026, 1, 1), None, DOCUMENTS.values()))
    reached = {lead.service for need in needs.of(catalogue) for lead in need.leads}
    assert reached >= services.keys()


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
def test_every_way_through_a_form_is_taken_and_priced(service: PublicService) -> None:
    for raw in ways(service):
        answers = forms.check(service, raw, TODAY)
        assert answers.faults == [], raw
        assert answers.doubts == []
        record = answers.values
        found = fees.compute(service, record, TODAY, SHOP, BILL_PT)
        assert found.total_pt == sum(line.amount_pt for line in found.lines) <= service.max_cash_pt
        assert fees.compute(service, fees.choices(service, record), TODAY, SHOP, BILL_PT) == found
        assert fees.elsewhere(service, record, TODAY) is not None
        assert answers.papers or not service.evidence


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
def test_every_bad_answer_of_every_field_is_refused_in_both_languages(service: PublicService) -> None:
    for raw in (filled(service), *ways(service)):
        _spoil(service, raw)


def _spoil(service: PublicService, raw: dict[str, Any]) -> None:
    answers = forms.read(service, raw)
    for element in answers.elements:
        for bad, code in spoiled(service, element, answers.values):
            found = _faults(service, raw | {element.field: bad})
            assert element.field in found, (element.field, bad)
            assert found[element.field].code == code, (element.field, bad)
            _told(service, found[element.field], bad)
        left = _faults(service, raw | {element.field: ""})
        if element.field not in answers.optional():
            assert left[element.field].code == "required", element.field
            _told(service, left[element.field], None)
        else:
            assert element.field not in left


def _faults(service: PublicService, raw: dict[str, Any]) -> dict[str, FieldFault]:
    return {fault.field: fault for fault in forms.check(service, raw, TODAY).faults}


def _told(service: PublicService, fault: FieldFault, bad: Any) -> None:
    """Words in the language they claim to be, about this field, without a hole and without what was typed."""
    texts = service.form.fields[fault.field]
    if fault.text not in texts.errors.values():
        assert fault.text.ar.startswith(texts.label["ar"])
        assert fault.text.en.startswith(texts.label["en"])
    assert ARABIC.search(fault.text.ar)
    assert not ARABIC.search(fault.text.en)
    for text in (fault.text.ar, fault.text.en):
        assert "{" not in text
        assert not (isinstance(bad, str) and len(bad) > 4 and bad in text)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_nobody_has_priced_cannot_be_sold(document: dict[str, Any]) -> None:
    service = parse_service(document)
    for raw in ways(service):
        answers = dict(forms.read(service, raw).values)
        found = code_of(lambda answers=answers: fees.compute(service, answers, TODAY, SHOP, BILL_PT))  # type: ignore[misc]
        assert found == ("fee_unknown" if any(_unpriced(cost, answers) for cost in service.costs) else "")


def _unpriced(cost: Cost, answers: dict[str, Any]) -> bool:
    unit = cost.amount_pt if cost.by is None else cost.table[answers[cost.by]]
    return unit is None and cost.paid_here and not cost.bill


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_every_price_says_where_and_when_it_was_read(document: dict[str, Any]) -> None:
    for cost in document["costs"]:
        assert cost["source"]
        assert all(document["sources"][name].strip() for name in cost["source"])
        assert cost["valid_from"]
    assert document["source_status"] in {"sourced", "partial", "memory"}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_arabic_is_arabic_and_english_is_english(document: dict[str, Any]) -> None:
    for said in _words(document):
        assert ARABIC.search(said["ar"]), said
        assert not ARABIC.search(said["en"]), said
        assert all(said[language] == said[language].strip() for language in LANGUAGES), said


def _words(part: Any) -> list[dict[str, str]]:
    if isinstance(part, list):
        return [said for item in part for said in _words(item)]
    if not isinstance(part, dict):
        return []
    own = [part] if isinstance(part.get("ar"), str) and isinstance(part.get("en"), str) else []
    return own + [said for item in part.values() for said in _words(item)]


def test_nobody_is_asked_for_what_only_the_card_shows() -> None:
    """Religion stands on the back of the card: it is no field, and no picture of the card is taken."""
    for name, document in DOCUMENTS.items():
        for paper in document["evidence"]:
            if paper["id"].endswith(("id_card", "id_cards")):
                assert paper["how"] == "sight", (name, paper["id"])
        assert "religion" not in json.dumps(document["schema"])


def test_the_whole_catalogue_goes_through_the_feed() -> None:
    """One item of the feed, in an envelope in an envelope: base64 twice, below what a kiosk takes (4 MiB)."""
    members = catalogue_members(1, "2026-01-01", None, DOCUMENTS.values(), bundled_needs()["needs"])
    size = len(json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode())
    assert size * 16 / 9 < 2 << 20


@pytest.mark.parametrize(
    ("name", "age"), [("nid-issue-renew", 15), ("nid-replacement", 15), ("driving-licence-first", 18)]
)
def test_who_is_too_young_is_told_so(name: str, age: int) -> None:
    """The day before the birthday and on it; born 2099, under a clock of the next century."""
    raw = filled(SERVICES[name]) | {"national_id": "39903150100016"}
    for today, code in ((date(2099 + age, 3, 14), "nid_age"), (date(2099 + age, 3, 15), None)):
        found = {fault.field: fault for fault in forms.check(SERVICES[name], raw, today).faults}
        fault = found.get("national_id")
        assert (fault.code if fault else None) == code
        assert fault is None or (str(age) in fault.text.ar and str(age) in fault.text.en)
