"""A service with one field of every widget, for tests that need what the five real ones do not have."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

from protocol.catalogue.catalogue import Catalogue, bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.json_part import Fault
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService

TODAY: Final = date(2026, 11, 25)


def words(text: str) -> dict[str, str]:
    return {"ar": f"ع {text}", "en": text}


def named(faults: Iterable[Fault]) -> list[str]:
    """Faults by place and key: their words may change."""
    return [f"{fault.where}: {fault.key}" for fault in faults]


def _string(longest: int = 40, **more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, **more}


_FIELDS: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "nid": (_string(14), {"widget": "national_id"}),
    "born": (_string(10), {"widget": "date", "period": "past", "agrees_with": "#/properties/nid"}),
    "sex": (_string(6), {"widget": "choice", "choices": "sexes", "agrees_with": "#/properties/nid"}),
    "phone": (_string(11), {"widget": "mobile"}),
    "licence": (_string(12, minLength=4), {"widget": "digits"}),
    "worth": ({"type": "integer", "minimum": 100, "maximum": 100_000}, {"widget": "money"}),
    "who": (_string(60), {"widget": "name", "words": 2}),
    "note": (_string(30, pattern="^[^x]*$"), {"widget": "text"}),
    "visit": (_string(10), {"widget": "date", "period": "future"}),
    "day": (_string(10), {"widget": "date"}),
    "speed": (_string(9, default="slow"), {"widget": "choice", "choices": "speeds"}),
    "copies": ({"type": "integer", "minimum": 1, "maximum": 9, "default": 1}, {"widget": "count"}),
    "car": (_string(8), {"widget": "plate"}),
    "slot": (_string(20), {"widget": "slot", "period": "future"}),
    "place": (_string(2), {"widget": "governorate"}),
    "why": (
        _string(20),
        {
            "widget": "text",
            "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/speed", "schema": {"const": "fast"}}},
        },
    ),
    "whence": (
        _string(20),
        {
            "widget": "text",
            "rule": {"effect": "HIDE", "condition": {"scope": "#/properties/why", "schema": {"minLength": 3}}},
        },
    ),
}

_DOCUMENT: Final[dict[str, Any]] = {
    "id": "all-widgets",
    "number": "900",
    "version": 3,
    "title": words("Every widget"),
    "description": words("For tests"),
    "competent_authority": {"id": "tests", "name": words("Tests")},
    "thematic_area": "other",
    "keywords": {"ar": ["تجربة"], "en": ["trial"]},
    "mode": "booking",
    "processing_time": "P1DT2H3M",
    "form_no": None,
    "who_may_ask": None,
    "output": {"title": words("Paper"), "validity": None},
    "ends": {"where": "office", "text": words("At the office")},
    "max_cash_pt": 100_000,
    "offline_class": "standard",
    "retention": {"personal_days": 30, "evidence_days": 30},
    "evidence": [
        {"id": "card", "label": words("Card"), "how": "sight", "required": True},
        {
            "id": "photo",
            "label": words("Photo"),
            "how": "capture",
            "required": False,
            "sources": ["camera"],
            "min_px": 800,
            "max_kb": 300,
            "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/speed", "schema": {"const": "fast"}}},
        },
    ],
    "costs": [
        {
            "code": "base",
            "label": words("Base"),
            "valid_from": "2026-01-01",
            "by": "#/properties/speed",
            "table": {"slow": 1000, "fast": 2500},
            "per": "#/properties/copies",
            "source": ["paper"],
        }
    ],
    "sources": {"paper": "https://example.org (2026-01-01)"},
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {name: schema for name, (schema, _) in _FIELDS.items()},
        "required": ["nid", "copies"],
        "allOf": [
            {
                "if": {"properties": {"speed": {"const": "fast"}}, "required": ["speed"]},
                "then": {"required": ["why"]},
            }
        ],
    },
    "ui": {
        "sections": [
            {
                "id": "all",
                "title": None,
                "elements": [{"scope": f"#/properties/{name}", **element} for name, (_, element) in _FIELDS.items()],
            }
        ]
    },
    "text": {"fields": {name: {"label": words(name)} for name in _FIELDS}},
    "choices": {
        "sexes": [{"value": "male", **words("Male")}, {"value": "female", **words("Female")}],
        "speeds": [{"value": "slow", **words("Slow")}, {"value": "fast", **words("Fast")}],
    },
}

SOUND: Final[dict[str, Any]] = {
    "nid": "20001010100014",
    "born": "1900-01-01",
    "sex": "male",
    "phone": "01012345678",
    "licence": "1234",
    "worth": 5_000,
    "who": "محمد علي",
    "note": "ملاحظة",
    "visit": "2026-12-01",
    "day": "2026-02-28",
    "speed": "slow",
    "copies": 2,
    "car": "سمط1234",
    "slot": "2026-12-01/noon",
    "place": "01",
    "whence": "هنا",
}
"""Answers to every field shown, with nothing wrong on 2026-11-25."""


def document() -> dict[str, Any]:
    """A copy to spoil."""
    return copy.deepcopy(_DOCUMENT)


def at(value: Any, *path: str | int) -> Any:
    """The part of a document at a path."""
    for step in path:
        value = value[step]
    return value


def put(value: Any, path: tuple[str | int, ...], part: Any) -> Any:
    """`value` with `part` at a path; Ellipsis takes the member away."""
    parent = at(value, *path[:-1])
    if part is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = part
    return value


def every_widget() -> PublicService:
    return parse_service(document())


@cache
def bundled() -> Catalogue:
    return read_catalogue(catalogue_members(7, date(2026, 1, 1), None, bundled_services()))


def all_services() -> list[PublicService]:
    return [*bundled().services.values(), every_widget()]
