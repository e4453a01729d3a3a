"""The strict judge of a service file."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.catalogue.service_lint import lint as lint_service
from tests.harness.service_documents import document, named, put, words

ELEMENTS = ("ui", "sections", 0, "elements")
NID = (*ELEMENTS, 0)
BORN = (*ELEMENTS, 1)
SPEED = (*ELEMENTS, 10)
COPIES = (*ELEMENTS, 11)
WHY = (*ELEMENTS, 15)
PROPERTIES = ("schema", "properties")
RULE = {"effect": "SHOW", "condition": {"scope": "#/properties/nid", "schema": {}}}


def test_a_sound_file_has_no_fault() -> None:
    assert lint_service(document()) == []


@pytest.mark.parametrize(
    ("path", "part", "fault"),
    [
        (("title", "en"), ..., "title/en: missing"),
        (("title", "en"), "half \ud800", "title/en: surrogate"),
        (("sources", "paper"), 5, "sources/paper: text"),
        (("costs", 0, "valid_from"), "2026-02-30", "costs/0/valid_from: day"),
        ((*PROPERTIES, "note", "maxLength"), 1001, "schema/properties/note/maxLength: answer_long"),
        (
            ("schema", "allOf"),
            [
                {
                    "if": {"properties": {"speed": {"const": "fast"}}, "required": ["speed"]},
                    "then": {"properties": {"speed": {"const": "slower"}}},
                }
            ],
            "schema/allOf/0/then: never",
        ),
        (("text", "fields", "nid", "label", "ar"), " ", "text/fields/nid/label/ar: text"),
        (("colour",), "red", "/: unknown"),
        (("costs", 0, "percent"), 5, "costs/0: unknown_near"),
        ((*NID, "size"), 5, "ui/sections/0/elements/0: unknown"),
        (("text", "fields", "nid", "error"), {}, "text/fields/nid: unknown_near"),
        (("schema", "$schema"), "draft-07", "schema/$schema: dialect"),
        ((*PROPERTIES, "nid", "maxLength"), "x", "schema/properties/nid/maxLength: schema"),
        ((*PROPERTIES, "nid", "maxLength"), ..., "schema/properties/nid: bound"),
        ((*PROPERTIES, "copies", "maximum"), ..., "schema/properties/copies: bound"),
        ((*PROPERTIES, "note", "pattern"), "[", "schema/properties/note/pattern: schema"),
        (
            (*PROPERTIES, "note", "pattern"),
            r"\d",
            "schema/properties/note/pattern: arabic_digits",
        ),
        (
            (*PROPERTIES, "note", "format"),
            "date",
            "schema/properties/note/format: format",
        ),
        (("schema", "required"), ["nobody"], "schema/required: no_property"),
        ((*PROPERTIES, "extra"), {"type": "string", "maxLength": 1}, "ui: shown_once"),
        ((*PROPERTIES, "note"), ..., "ui: no_property"),
        (("text", "fields", "note"), ..., "text/fields: text_or_property"),
        ((*PROPERTIES, "copies", "type"), "string", "ui: copies: widget_type"),
        ((*COPIES, "rule"), RULE, "ui: copies: conditional_required"),
        ((*NID, "rule"), RULE, "ui: nid: rule_before"),
        (
            (*WHY, "rule", "condition", "schema"),
            {"const": 1, "type": 5},
            "ui: why: condition",
        ),
        (
            (*WHY, "rule", "condition", "schema"),
            {"not": {"format": "date"}},
            "ui: why: condition/not/format: format",
        ),
        (
            ("evidence", 1, "rule", "condition", "scope"),
            "#/properties/no",
            "evidence: photo: rule_before",
        ),
        ((*SPEED, "choices"), ..., "ui: speed: choices_widget"),
        ((*NID, "choices"), "sexes", "ui: nid: choices_widget"),
        ((*SPEED, "choices"), "none", "ui: speed: no_choices"),
        (("choices", "unused"), [{"value": "x", **words("x")}], "choices/unused: choices_unused"),
        ((*BORN, "agrees_with"), "#/properties/note", "ui: born: agrees_with"),
        (
            (*SPEED, "agrees_with"),
            "#/properties/nid",
            "ui: speed: agrees",
        ),
        (("costs", 0, "per"), "#/properties/nid", "costs/0 (base): unconditional"),
        (("costs", 0, "by"), "#/properties/no", "costs/0 (base): unconditional"),
        ((*SPEED, "rule"), RULE, "costs/0 (base): unconditional"),
        (
            ("costs", 0, "table"),
            {"slow": 1},
            "costs/0 (base): table",
        ),
        (("costs", 0, "source"), ["hearsay"], "costs/0 (base): source"),
        (("costs", 0, "source"), [], "costs/0 (base): source"),
        (("mode",), "submit", "mode: mode_slot"),
        (
            ("mode",),
            "inquiry_pay",
            "mode: mode_bill",
        ),
        (("mode",), "inquiry_pay", "offline_class: mode_line"),
        (("keywords", "en"), [], "keywords/en: keywords"),
        ((*BORN, "differs_from"), "#/properties/nid", "ui: born: differs_from"),
        ((*BORN, "differs_from"), "#/properties/visit", "ui: born: differs_from"),
        ((*BORN, "min_age"), 18, "ui: born: min_age"),
        ((*NID, "scope"), "#/properties/mobile", "ui: mobile: shared_field"),
        (("mode",), "guidance", "mode: mode_guidance"),
        (("guidance",), {"where": words("There"), "steps": []}, "mode: mode_guidance"),
        (("mode",), "guidance", "ui: nid: guidance_field"),
        (("mode",), "guidance", "costs (base): guidance_cost"),
        (
            ("processing_time",),
            {"by": "#/properties/why", "table": {"slow": "P1D", "fast": None}},
            "processing_time: unconditional",
        ),
        (
            ("processing_time",),
            {"by": "#/properties/speed", "table": {"slow": "P1D"}},
            "processing_time: time_table",
        ),
        (("processing_time",), {"by": "speed", "table": {}}, "processing_time/by: scope"),
        (("thematic_area",), "tests", "thematic_area: one_of"),
        (("icon",), "unicorn", "icon: one_of"),
        (("ends",), ..., "ends: missing"),
        (("ends", "where"), "moon", "ends/where: one_of"),
        (("evidence", 1, "id"), "card", "evidence: paper_twice"),
        (("costs", 0, "paid_at"), "shop", "costs/0/paid_at: one_of"),
        (
            ("availability",),
            {"periods": [{"from": "2026-02-01", "until": "2026-01-31"}], "note": words("Later")},
            "availability: period",
        ),
    ],
)
def test_a_fault_is_named(path: tuple[str | int, ...], part: Any, fault: str) -> None:
    assert fault in named(lint_service(put(document(), path, part)))


@pytest.mark.parametrize("junk", [None, [], "x", 5, {}, {"id": "x"}])
def test_junk_is_a_fault_and_no_crash(junk: Any) -> None:
    assert {fault.key for fault in lint_service(junk)} <= {"object", "missing"} != set()


def test_a_time_for_each_answer_is_no_fault() -> None:
    by_speed = {"by": "#/properties/speed", "table": {"slow": "P1D", "fast": None}}
    assert lint_service(document() | {"processing_time": by_speed}) == []


def test_sound_guidance_and_a_sound_period_are_no_fault() -> None:
    guided = document() | {
        "mode": "guidance",
        "guidance": {"where": words("There"), "steps": [words("Go")]},
        "availability": {
            "periods": [{"from": "2026-02-01", "until": "2026-02-01"}, {"from": "2027-01-01"}],
            "note": words("Later"),
        },
        "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {}},
        "ui": {"sections": []},
        "text": {"fields": {}},
        "choices": {},
        "evidence": [],
        "costs": [
            {
                "code": "a",
                "label": words("A"),
                "valid_from": "2026-01-01",
                "amount_pt": 5,
                "paid_at": "office",
                "source": ["paper"],
            }
        ],
    }
    assert lint_service(guided) == []
