"""A fee exemption is a service file's own business: a question, a price of nothing for its answer, and its paper."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kiosk.core.events import DocumentsChanged
from kiosk.model.store_changes import PutDocument
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.catalogue.service_lint import lint as lint_service
from protocol.documents.trust import CATALOGUE as CATALOGUE_TYPE
from protocol.documents.trust import seal_object
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.shop import CATALOGUE, Shop

SAY = {"ar": "هل يُعفى من الرسم؟", "en": "Exempt from the fee?"}
CHOICES = [
    {"value": "none", "ar": "لا", "en": "No"},
    {"value": "disability", "ar": "بطاقة إعاقة", "en": "Disability card"},
]
CARD = {
    "id": "disability_card", "label": {"ar": "بطاقة الخدمات المتكاملة", "en": "Integrated services card"},
    "how": "sight", "required": True,
    "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/exemption", "schema": {"const": "disability"}}},
}  # fmt: skip


def exempting(service: dict[str, Any]) -> dict[str, Any]:
    """That service with a question about an exemption as its first one."""
    made = copy.deepcopy(service)
    made["version"] += 1
    made["schema"]["properties"]["exemption"] = {"type": "string", "maxLength": 20, "default": "none"}
    made["schema"]["required"].append("exemption")
    element = {"scope": "#/properties/exemption", "widget": "choice", "choices": "exemption"}
    made["ui"]["sections"][0]["elements"].append(element)
    made["text"]["fields"]["exemption"] = {"label": SAY}
    made["choices"]["exemption"] = CHOICES
    made["evidence"].append(CARD)
    for cost in made["costs"]:
        if cost["code"] != "first_copy":
            continue
        unit = cost.pop("amount_pt")
        cost |= {"by": "#/properties/exemption", "table": {"none": unit, "disability": 0}}
    return made


@pytest.fixture
def exempt(open_shop: Shop) -> Shop:
    services = [exempting(one) if one["id"] == "birth-cert" else one for one in bundled_services()]
    members = catalogue_members(2, "2020-01-01", None, services)
    envelope = seal_object(CATALOGUE_TYPE, members, CATALOGUE)
    open_shop.counter.journal.write([], [PutDocument("catalogue", 2, envelope)])
    open_shop.counter.events.publish(DocumentsChanged("catalogue"))
    return open_shop


def test_the_file_is_sound() -> None:
    (birth,) = [one for one in bundled_services() if one["id"] == "birth-cert"]
    assert lint_service(exempting(birth)) == []


@pytest.mark.parametrize(("answer", "papers"), [("none", False), ("disability", True)])
def test_its_paper_is_asked_for_with_the_answer(exempt: Shop, answer: str, papers: bool) -> None:
    service = exempt.counter.desk.service("birth-cert")
    values = {**exempt.sale().values, "exemption": answer}
    assert ("disability_card" in [one.id for one in exempt.counter.desk.read(service, values).papers]) is papers


def test_who_is_exempt_pays_nothing_of_it_and_the_journal_says_why(exempt: Shop) -> None:
    service = exempt.counter.desk.service("birth-cert")
    full, nothing = (
        exempt.counter.desk.quote(service, {**exempt.sale().values, "exemption": answer})
        for answer in ("none", "disability")
    )
    assert nothing.total_pt < full.total_pt
    sale = exempt.sale(1, values={**exempt.sale().values, "exemption": "disability"})
    recorded = exempt.counter.desk.record(sale)
    assert recorded.request.total_pt == nothing.total_pt
    body = next(
        read_body(item.record.body)
        for item in exempt.store.journal.export(1)
        if item.record.fields.entry_type == EntryType.REQUEST
    )
    assert body["choices"]["exemption"] == "disability", "the centre computes the same lines from it"
