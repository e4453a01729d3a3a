"""Mistakes in a service file that is well formed: nobody could fill in, reach or pay what it describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.service.catalogue import lint_service
from tests.domain.documents import put

VECTORS = Path(__file__).parent.parent / "vectors" / "services"
SCHOOL, KIOSK, LIBRARY, STALL = "school-certificate-copy", "street-kiosk-licence", "library-card", "market-stall-rent"
PROPERTIES = ("schema", "properties")
ELEMENTS = ("ui", "sections", 0, "elements")
POSTED = ("schema", "allOf", 1)
PAPER = ("evidence", 1, "rule", "condition", "schema")
WORDS = {"ar": "نص", "en": "text"}


def faults(name: str, path: tuple[str | int, ...], part: Any) -> list[str]:
    return lint_service(put(json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8")), path, part))


@pytest.mark.parametrize(
    ("name", "path", "part", "fault"),
    [
        # what can be stored
        (SCHOOL, (*PROPERTIES, "level", "maxLength"), 8, "level: does not take secondary, which choice stores"),
        (SCHOOL, (*PROPERTIES, "governorate", "pattern"), "^0[0-9]$", "governorate: does not take 11, which governor"),
        (SCHOOL, (*PROPERTIES, "national_id", "maxLength"), 13, "national_id: does not take 20001010100014, which nat"),
        (KIOSK, (*PROPERTIES, "mobile", "minLength"), 12, "mobile: minLength is above maxLength"),
        (LIBRARY, (*PROPERTIES, "birth_date", "maxLength"), 8, "birth_date: does not take 2026-12-01, which date"),
        (LIBRARY, (*PROPERTIES, "slot", "maxLength"), 17, "slot: does not take 2026-12-01/morning, which slot"),
        (SCHOOL, (*PROPERTIES, "school", "minLength"), 90, "school: minLength is above maxLength"),
        (SCHOOL, (*PROPERTIES, "copies", "minimum"), 6, "copies: minimum is above maximum"),
        (SCHOOL, (*PROPERTIES, "copies", "default"), 6, "copies: its default is no answer to it"),
        (SCHOOL, (*PROPERTIES, "copies", "default"), "1", "copies: its default is no answer to it"),
        (SCHOOL, (*PROPERTIES, "delivery", "default"), "pick", "delivery: its default is no answer to it"),
        (SCHOOL, (*PROPERTIES, "mobile", "default"), "+20 10 1234 5678", "mobile: its default is no answer to it"),
        # conditions
        (SCHOOL, (*POSTED, "then", "required"), ["adress"], "schema/allOf/1/then: adress is no property"),
        (SCHOOL, (*POSTED, "else"), {"required": ["no"]}, "schema/allOf/1/else: no is no property"),
        (SCHOOL, ("schema", "then"), {"required": ["no"]}, "schema/then: no is no property"),
        (SCHOOL, (*POSTED, "if", "properties"), {"sent": {"const": "post"}}, "schema/allOf/1/if: sent is no property"),
        (SCHOOL, (*POSTED, "if", "required"), ..., "schema/allOf/1/if: a missing delivery would meet it; name it"),
        (SCHOOL, (*POSTED, "if", "properties", "delivery"), {"const": "mail"}, "if: no answer to delivery meets the"),
        (SCHOOL, PAPER, {"const": "slef"}, "evidence: birth_certificate: no answer to relation meets the condition"),
        (SCHOOL, PAPER, {"not": {"const": "slef"}}, "birth_certificate: every answer to relation meets the condition"),
        (
            SCHOOL,
            (*ELEMENTS, 4, "rule", "condition", "schema"),
            {"const": "ward"},
            "ui: subject_national_id: no answer to relation meets the condition",
        ),
        # texts and members
        (
            STALL,
            ("text", "fields", "stall_no", "errors"),
            {"requird": WORDS},
            "stall_no/errors: there is no fault requ",
        ),
        (STALL, ("text", "fields", "stall_no", "errors"), {"nid_lenght": WORDS}, "there is no fault nid_lenght"),
        (SCHOOL, ("costs", 0, "included"), 1, "costs (first_copy): included without per"),
        (SCHOOL, ("costs", 1, "table"), {"a": 1}, "costs (more_copies): table without by"),
        (SCHOOL, (*ELEMENTS, 0, "words"), 4, "words does nothing with the widget national_id"),
        (SCHOOL, (*ELEMENTS, 1, "period"), "past", "period does nothing with the widget name"),
        (KIOSK, ("evidence", 0, "requried"), True, "evidence: unknown member requried"),
        (KIOSK, ("ends", "txt"), "x", "ends: unknown member txt"),
        (KIOSK, ("availability", "periods", 0, "till"), "x", "period: unknown member till"),
        (KIOSK, ("choices", "goods", 0, "fr"), "x", "choice: unknown member fr"),
        # prices
        (SCHOOL, ("schema", "required"), ["national_id"], "costs (first_copy): level may stay empty; require it"),
        (KIOSK, ("max_cash_pt",), 17_999, "costs (ground): 18000 is above max_cash_pt"),
        (LIBRARY, ("max_cash_pt",), 5_999, "costs (membership): 6000 is above max_cash_pt"),
        (KIOSK, ("costs", 1, "valid_from"), "2026-01-01", "costs (ground): two rows begin on 2026-01-01"),
    ],
)
def test_a_mistake_is_named(name: str, path: tuple[str | int, ...], part: Any, fault: str) -> None:
    found = faults(name, path, part)
    assert [line for line in found if fault in line], found


@pytest.mark.parametrize(
    ("name", "path", "part"),
    [
        (SCHOOL, ("text", "fields", "national_id", "errors"), {"required": WORDS, "nid_length": WORDS}),
        (LIBRARY, ("text", "fields", "birth_date", "errors"), {"required": WORDS, "date_future": WORDS}),
        (SCHOOL, (*POSTED, "if"), {"properties": {"copies": {"minimum": 2}}, "required": ["copies"]}),
        (SCHOOL, (*POSTED, "if", "properties", "delivery"), True),
        (KIOSK, ("max_cash_pt",), 18_000),
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
    assert found == ["costs (rent): a bill is an amount, not a unit to count"]


def test_one_fault_of_two_rows_is_told_once() -> None:
    found = faults(KIOSK, ("costs", 1, "valid_from"), "2026-01-01")
    assert found == ["costs (ground): two rows begin on 2026-01-01"]
