"""Service files that are well formed and yet cannot work: the mistakes an author does not see.

`kiosk.service.service_lint` judges whether the parts of a file fit each other. Here it is asked whether a citizen can
get through: whether each answer can be stored, each condition can hold, and each price can be reached and paid. A
misspelt value in a condition would otherwise hide a paper for ever, and nobody would be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from kiosk.service import fields
from kiosk.service.services import GOVERNORATES, Element, PublicService
from kiosk.texts import table

_STORED: Final[Mapping[str, tuple[str, ...]]] = {
    "national_id": ("20001010100014",),
    "mobile": ("01012345678",),
    "date": ("2026-12-01",),
    "slot": ("2026-12-01/morning", "2026-12-01/noon", "2026-12-01/evening"),
    "plate": ("سمط1234",),
}
"""What these widgets store, each of which its property must take."""
_BOUNDS: Final = (("minLength", "maxLength"), ("minimum", "maximum"))
_KEYWORDS: Final = frozenset(
    ("required", "format", "type", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum", "const")
)
_WIDGET_CODES: Final = ("nid_", "mobile_", "plate_", "money_")
_ONLY: Final[Mapping[str, frozenset[str]]] = {"words": frozenset({"name"}), "period": frozenset({"date", "slot"})}


def lint_traps(service: PublicService) -> Iterator[str]:
    """What nobody could fill in, reach or pay, a line each. `service` has passed `service_lint`'s own checks.

    * every value of a choice, and what each widget stores, fits its property; so does each default
    * conditions name properties, and over a choice they hold for some of its values and not for all
    * a text's error code is one that can happen; no member stands where it has no effect
    * a field that a price hangs on always has an answer; no price is above the most cash; no row stands there twice
    """
    for check in (_lint_stored, _lint_defaults, _lint_branches, _lint_rules, _lint_codes, _lint_members, _lint_prices):
        yield from check(service)


def _properties(service: PublicService) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = service.form.schema["properties"]
    return properties


def _values(service: PublicService, element: Element) -> Iterable[str]:
    """The answers there are to a choice or a governorate; none for what is typed freely."""
    name = GOVERNORATES if element.widget == "governorate" else element.choices
    return service.form.choices.get(name or "", {}).keys()


# ---- what can be stored


def _lint_stored(service: PublicService) -> Iterator[str]:
    for element in service.form.elements():
        schema = _properties(service)[element.field]
        takes = Draft202012Validator(dict(schema))
        for value in (*_values(service, element), *_STORED.get(element.widget, ())):
            if not takes.is_valid(value):
                yield f"schema/properties/{element.field}: does not take {value}, which {element.widget} stores"
        for low, high in _BOUNDS:
            if low in schema and high in schema and schema[low] > schema[high]:
                yield f"schema/properties/{element.field}: {low} is above {high}"


def _lint_defaults(service: PublicService) -> Iterator[str]:
    for element in service.form.elements():
        schema = dict(_properties(service)[element.field])
        if "default" not in schema:
            continue
        default, values = schema["default"], list(_values(service, element))
        stored = fields.normalise(element.widget, default) == default and (not values or default in values)
        if not stored or not Draft202012Validator(schema).is_valid(default):
            yield f"schema/properties/{element.field}: its default is no answer to it"


# ---- conditions


def _lint_branches(service: PublicService) -> Iterator[str]:
    """The ``if``, ``then`` and ``else`` of the schema."""
    known, schema = {element.field: element for element in service.form.elements()}, service.form.schema
    branches = {"schema": schema} | {f"schema/allOf/{n}": branch for n, branch in enumerate(schema.get("allOf", ()))}
    for where, branch in branches.items():
        for keyword in ("if", "then", "else"):
            part = branch.get(keyword, {})
            for name in sorted({*part.get("properties", {}), *part.get("required", ())} - known.keys()):
                yield f"{where}/{keyword}: {name} is no property"
        yield from _lint_if(f"{where}/if", service, branch.get("if", {}), known)


def _lint_if(
    where: str, service: PublicService, part: Mapping[str, Any], known: Mapping[str, Element]
) -> Iterator[str]:
    for name, condition in part.get("properties", {}).items():
        if name not in part.get("required", ()):
            yield f"{where}: a missing {name} would meet it; name it in required"
        if name in known and isinstance(condition, dict):
            yield from _lint_condition(where, service, known[name], condition)


def _lint_rules(service: PublicService) -> Iterator[str]:
    known = {element.field: element for element in service.form.elements()}
    ruled = [(f"ui: {element.field}", element.rule) for element in known.values()]
    ruled += [(f"evidence: {paper.id}", paper.rule) for paper in service.evidence]
    for where, rule in ruled:
        if rule is not None and rule.field in known:
            yield from _lint_condition(where, service, known[rule.field], rule.schema)


def _lint_condition(where: str, service: PublicService, element: Element, schema: Mapping[str, Any]) -> Iterator[str]:
    values, condition = list(_values(service, element)), Draft202012Validator(dict(schema))
    held = [value for value in values if condition.is_valid(value)]
    if values and not held:
        yield f"{where}: no answer to {element.field} meets the condition"
    elif values and held == values:
        yield f"{where}: every answer to {element.field} meets the condition"


# ---- texts and members


def _lint_codes(service: PublicService) -> Iterator[str]:
    for name, texts in service.form.fields.items():
        for code in texts.errors:
            own = code.startswith(_WIDGET_CODES) and f"error.{code}" in table()
            if code not in _KEYWORDS and f"form.fault.{code}" not in table() and not own:
                yield f"text/fields/{name}/errors: there is no fault {code}"


def _lint_members(service: PublicService) -> Iterator[str]:
    """Members that are known, and do nothing where they stand."""
    for cost in service.document["costs"]:
        for member, needed in (("table", "by"), ("included", "per")):
            if member in cost and needed not in cost:
                yield f"costs ({cost['code']}): {member} without {needed}"
    sections = service.document["ui"]["sections"]
    for element in (element for section in sections for element in section["elements"]):
        for member, widgets in _ONLY.items():
            if member in element and element["widget"] not in widgets:
                yield f"ui: {element['scope']}: {member} does nothing with the widget {element['widget']}"


# ---- prices


def _lint_prices(service: PublicService) -> Iterator[str]:
    properties, required = _properties(service), service.form.schema.get("required", ())
    begun: set[tuple[str, date]] = set()
    for cost in service.costs:
        for name in (cost.by, cost.per):
            if name is not None and name not in required and "default" not in properties[name]:
                yield f"costs ({cost.code}): {name} may stay empty; require it, or give it a default"
        units = [unit for unit in (cost.amount_pt, *cost.table.values()) if unit is not None]
        if cost.paid_here and units and max(units) > service.max_cash_pt:
            yield f"costs ({cost.code}): {max(units)} is above max_cash_pt"
        if cost.bill and cost.per is not None:
            yield f"costs ({cost.code}): a bill is an amount, not a unit to count"
        if (cost.code, cost.valid_from) in begun:
            yield f"costs ({cost.code}): two rows begin on {cost.valid_from}"
        begun.add((cost.code, cost.valid_from))
