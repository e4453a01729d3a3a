"""The strict judge of a service file."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.service.catalogue import lint_service
from kiosk.service.services import AREAS
from tests.domain.documents import document, put, words

ELEMENTS = ("ui", "sections", 0, "elements")
NID = (*ELEMENTS, 0)
BORN = (*ELEMENTS, 1)
SPEED = (*ELEMENTS, 10)
COPIES = (*ELEMENTS, 11)
WHY = (*ELEMENTS, 15)
PROPERTIES = ("schema", "properties")
DIFFERS = "differs_from must name a field of its kind that is shown before"
RULE = {"effect": "SHOW", "condition": {"scope": "#/properties/nid", "schema": {}}}


def test_a_sound_file_has_no_fault() -> None:
    assert lint_service(document()) == []


@pytest.mark.parametrize(
    ("path", "part", "fault"),
    [
        (("title", "en"), ..., "title/en: a value"),
        (("text", "fields", "nid", "label", "ar"), " ", "text/fields/nid/label/ar: a text"),
        (("colour",), "red", "service: unknown member colour"),
        (("costs", 0, "percent"), 5, "cost: unknown member percent"),
        ((*NID, "size"), 5, "element: unknown member size"),
        (("text", "fields", "nid", "error"), {}, "field text: unknown member error"),
        (("schema", "$schema"), "draft-07", "schema: $schema must be https://json-schema.org/draft/2020-12/schema"),
        ((*PROPERTIES, "nid", "maxLength"), "x", "schema/properties/nid/maxLength: not valid 2020-12"),
        ((*PROPERTIES, "nid", "maxLength"), ..., "schema/properties/nid: needs maxLength"),
        ((*PROPERTIES, "copies", "maximum"), ..., "schema/properties/copies: needs maximum"),
        ((*PROPERTIES, "note", "pattern"), "[", "schema/properties/note/pattern: not valid 2020-12"),
        (
            (*PROPERTIES, "note", "pattern"),
            r"\d",
            r"schema/properties/note/pattern: \d and \w take Arabic digits; write [0-9]",
        ),
        (
            (*PROPERTIES, "note", "format"),
            "date",
            "schema/properties/note/format: is not checked; a widget or a pattern is",
        ),
        (("schema", "required"), ["nobody"], "schema/required: nobody is no property"),
        ((*PROPERTIES, "extra"), {"type": "string", "maxLength": 1}, "ui: extra is shown 0 times"),
        ((*PROPERTIES, "note"), ..., "ui: note is no property"),
        (("text", "fields", "note"), ..., "text/fields: note has a text or a property, not both"),
        ((*PROPERTIES, "copies", "type"), "string", "ui: copies: the widget count stores integer"),
        ((*COPIES, "rule"), RULE, "ui: copies is conditional: require it with if and then"),
        ((*NID, "rule"), RULE, "ui: nid: the rule looks at nid, which is not shown before"),
        (
            (*WHY, "rule", "condition", "schema"),
            {"const": 1, "type": 5},
            "ui: why: the rule's condition is not valid 2020-12",
        ),
        (
            (*WHY, "rule", "condition", "schema"),
            {"not": {"format": "date"}},
            "ui: why: condition/not/format: is not checked; a widget or a pattern is",
        ),
        (
            ("evidence", 1, "rule", "condition", "scope"),
            "#/properties/no",
            "evidence: photo: the rule looks at no, which is not shown before",
        ),
        ((*SPEED, "choices"), ..., "ui: speed: choices belong to the widget choice, and it needs them"),
        ((*NID, "choices"), "sexes", "ui: nid: choices belong to the widget choice, and it needs them"),
        ((*SPEED, "choices"), "none", "ui: speed: there are no choices none"),
        (("choices", "unused"), [{"value": "x", **words("x")}], "choices: unused is not used"),
        ((*BORN, "agrees_with"), "#/properties/note", "ui: born: agrees_with must name a national_id"),
        (
            (*SPEED, "agrees_with"),
            "#/properties/nid",
            "ui: speed: only a date, or a choice of male and female, agrees with a national_id",
        ),
        (("costs", 0, "per"), "#/properties/nid", "costs/0 (base): nid is no unconditional count of the form"),
        (("costs", 0, "by"), "#/properties/no", "costs/0 (base): no is no unconditional choice of the form"),
        ((*SPEED, "rule"), RULE, "costs/0 (base): speed is no unconditional choice of the form"),
        (
            ("costs", 0, "table"),
            {"slow": 1},
            "costs/0 (base): the table has ['slow'], the choices are ['fast', 'slow']",
        ),
        (("costs", 0, "source"), ["hearsay"], "costs/0 (base): name its source, and list it in sources"),
        (("costs", 0, "source"), [], "costs/0 (base): name its source, and list it in sources"),
        (("mode",), "submit", "mode booking: needs a slot, and only it has one"),
        (
            ("mode",),
            "inquiry_pay",
            "mode inquiry_pay: a cost with bill belongs to inquiry_pay and pay_online_only, and they need one",
        ),
        (("mode",), "inquiry_pay", "mode inquiry_pay: offline_class must be none"),
        (("keywords", "en"), [], "keywords/en: at least one word to find it by"),
        ((*BORN, "differs_from"), "#/properties/nid", f"ui: born: {DIFFERS}"),
        ((*BORN, "differs_from"), "#/properties/visit", f"ui: born: {DIFFERS}"),
        ((*BORN, "min_age"), 18, "ui: born: min_age belongs to a national_id"),
        ((*NID, "scope"), "#/properties/mobile", "ui: mobile is shared by services, and its widget is mobile"),
        (("mode",), "guidance", "mode guidance: needs guidance, and only it has one"),
        (("guidance",), {"where": words("There"), "steps": []}, "mode guidance: needs guidance, and only it has one"),
        (("mode",), "guidance", "mode guidance: nid would be asked for nothing; only choice and count are"),
        (("mode",), "guidance", "mode guidance: the cost base needs paid_at office, because nothing is taken here"),
        (
            ("processing_time",),
            {"by": "#/properties/why", "table": {"slow": "P1D", "fast": None}},
            "processing_time: why is no unconditional choice of the form",
        ),
        (
            ("processing_time",),
            {"by": "#/properties/speed", "table": {"slow": "P1D"}},
            "processing_time: the table needs the choices, each once",
        ),
        (("processing_time",), {"by": "speed", "table": {}}, "processing_time/by: #/properties/<field>"),
        (("thematic_area",), "tests", f"thematic_area: one of {', '.join(AREAS)}"),
        (("ends",), ..., "ends: say where the citizen gets the output"),
        (("ends", "where"), "moon", "ends/where: shop | office | post | message | online"),
        (("evidence", 1, "id"), "card", "evidence: card stands there twice"),
        (("costs", 0, "paid_at"), "shop", "costs/0/paid_at: office"),
        (
            ("availability",),
            {"periods": [{"from": "2026-02-01", "until": "2026-01-31"}], "note": words("Later")},
            "availability: a period ends before it begins on 2026-02-01",
        ),
    ],
)
def test_a_fault_is_named(path: tuple[str | int, ...], part: Any, fault: str) -> None:
    assert fault in lint_service(put(document(), path, part))


@pytest.mark.parametrize("junk", [None, [], "x", 5, {}, {"id": "x"}])
def test_junk_is_a_fault_and_no_crash(junk: Any) -> None:
    assert len(lint_service(junk)) == 1


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
