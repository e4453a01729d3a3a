"""Mistakes in a service file that is well formed: nobody could fill in, reach or pay what it describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from protocol.catalogue.service_lint import lint as lint_service
from tests.harness.service_documents import named, put

VECTORS = Path(__file__).parents[2] / "vectors" / "services"
SCHOOL, KIOSK, LIBRARY, STALL = "school-certificate-copy", "street-kiosk-licence", "library-card", "market-stall-rent"
PROPERTIES = ("schema", "properties")
ELEMENTS = ("ui", "sections", 0, "elements")
POSTED = ("schema", "allOf", 1)
PAPER = ("evidence", 1, "rule", "condition", "schema")
WORDS = {"ar": "نص", "en": "text"}


def faults(name: str, path: tuple[str | int, ...], part: Any) -> list[str]:
    return named(lint_service(put(json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8")), path, part)))


@pytest.mark.parametrize(
    ("name", "path", "part", "fault"),
    [
        # what can be stored
        (SCHOOL, (*PROPERTIES, "level", "maxLength"), 8, "schema/properties/level: not_taken"),
        (SCHOOL, (*PROPERTIES, "governorate", "pattern"), "^0[0-9]$", "schema/properties/governorate: not_taken"),
        (SCHOOL, (*PROPERTIES, "national_id", "maxLength"), 13, "schema/properties/national_id: not_taken"),
        (KIOSK, (*PROPERTIES, "mobile", "minLength"), 12, "schema/properties/mobile: range"),
        (LIBRARY, (*PROPERTIES, "birth_date", "maxLength"), 8, "schema/properties/birth_date: not_taken"),
        (LIBRARY, (*PROPERTIES, "slot", "maxLength"), 17, "schema/properties/slot: not_taken"),
        (SCHOOL, (*PROPERTIES, "school", "minLength"), 90, "schema/properties/school: range"),
        (SCHOOL, (*PROPERTIES, "copies", "minimum"), 6, "schema/properties/copies: range"),
        (SCHOOL, (*PROPERTIES, "copies", "default"), 6, "schema/properties/copies/default: default"),
        (SCHOOL, (*PROPERTIES, "copies", "default"), "1", "schema/properties/copies/default: default"),
        (SCHOOL, (*PROPERTIES, "delivery", "default"), "pick", "schema/properties/delivery/default: default"),
        (SCHOOL, (*PROPERTIES, "mobile", "default"), "+20 10 1234 5678", "schema/properties/mobile/default: default"),
        # conditions
        (SCHOOL, (*POSTED, "then", "required"), ["adress"], "schema/allOf/1/then: no_property"),
        (SCHOOL, (*POSTED, "else"), {"required": ["no"]}, "schema/allOf/1/else: no_property"),
        (SCHOOL, ("schema", "then"), {"required": ["no"]}, "schema/then: no_property"),
        (SCHOOL, (*POSTED, "if", "properties"), {"sent": {"const": "post"}}, "schema/allOf/1/if: no_property"),
        (SCHOOL, (*POSTED, "if", "required"), ..., "schema/allOf/1/if: if_missing"),
        (SCHOOL, (*POSTED, "if", "properties", "delivery"), {"const": "mail"}, "schema/allOf/1/if: never"),
        (SCHOOL, PAPER, {"const": "slef"}, "evidence: birth_certificate: never"),
        (SCHOOL, PAPER, {"not": {"const": "slef"}}, "evidence: birth_certificate: always"),
        (
            SCHOOL,
            (*ELEMENTS, 4, "rule", "condition", "schema"),
            {"const": "ward"},
            "ui: subject_national_id: never",
        ),
        # texts and members
        (
            STALL,
            ("text", "fields", "stall_no", "errors"),
            {"requird": WORDS},
            "text/fields/stall_no/errors: no_error",
        ),
        (
            STALL,
            ("text", "fields", "stall_no", "errors"),
            {"nid_lenght": WORDS},
            "text/fields/stall_no/errors: no_error",
        ),
        (SCHOOL, ("costs", 0, "included"), 1, "costs (first_copy): without"),
        (SCHOOL, ("costs", 1, "table"), {"a": 1}, "costs (more_copies): without"),
        (SCHOOL, (*ELEMENTS, 0, "words"), 4, "ui: #/properties/national_id: no_effect"),
        (SCHOOL, (*ELEMENTS, 1, "period"), "past", "ui: #/properties/name: no_effect"),
        (KIOSK, ("evidence", 0, "requried"), True, "evidence/0: unknown_near"),
        (KIOSK, ("ends", "txt"), "x", "ends: unknown_near"),
        (KIOSK, ("availability", "periods", 0, "till"), "x", "availability/periods/0: unknown_near"),
        (KIOSK, ("choices", "goods", 0, "fr"), "x", "choices/goods/0: unknown"),
        # prices
        (SCHOOL, ("schema", "required"), ["national_id"], "costs (first_copy): may_stay_empty"),
        (KIOSK, ("max_cash_pt",), 323_999, "costs (ground): above_cash"),
        (LIBRARY, ("max_cash_pt",), 5_999, "costs (membership): above_cash"),
        (KIOSK, ("costs", 1, "valid_from"), "2026-01-01", "costs (ground): 2026-01-01: row_twice"),
    ],
)
def test_a_mistake_is_named(name: str, path: tuple[str | int, ...], part: Any, fault: str) -> None:
    assert fault in faults(name, path, part)


@pytest.mark.parametrize(
    ("name", "path", "part"),
    [
        (SCHOOL, ("text", "fields", "national_id", "errors"), {"required": WORDS, "nid_length": WORDS}),
        (LIBRARY, ("text", "fields", "birth_date", "errors"), {"required": WORDS, "date_future": WORDS}),
        (SCHOOL, (*POSTED, "if"), {"properties": {"copies": {"minimum": 2}}, "required": ["copies"]}),
        (SCHOOL, (*POSTED, "if", "properties", "delivery"), True),
        (KIOSK, ("max_cash_pt",), 324_000),
        ("fishing-permit", ("max_cash_pt",), 0),
    ],
)
def test_what_is_only_unusual_passes(name: str, path: tuple[str | int, ...], part: Any) -> None:
    assert faults(name, path, part) == []


def test_a_bill_is_not_counted() -> None:
    bill = {"code": "rent", "label": WORDS, "valid_from": "2026-01-01", "bill": True, "source": ["markets"]}
    count = {"type": "integer", "minimum": 1, "maximum": 9, "default": 1}
    stall = json.loads((VECTORS / f"{STALL}.json").read_text(encoding="utf-8"))
    stall["schema"]["properties"]["months"] = count
    stall["ui"]["sections"][0]["elements"].append({"scope": "#/properties/months", "widget": "count"})
    stall["text"]["fields"]["months"] = {"label": WORDS}
    found = lint_service(stall | {"costs": [bill | {"per": "#/properties/months"}]})
    assert named(found) == ["costs (rent): bill_counted"]


def test_one_fault_of_two_rows_is_told_once() -> None:
    found = faults(KIOSK, ("costs", 1, "valid_from"), "2026-01-01")
    assert found == ["costs (ground): 2026-01-01: row_twice"]
