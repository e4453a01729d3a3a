"""Service files that are well formed and yet cannot work: the mistakes an author does not see.

`protocol.catalogue.service_lint` judges whether the parts of a file fit each other. Here it is asked whether a
citizen can get through: whether each answer can be stored, each condition can hold, and each price can be reached and
paid. A misspelt value in a condition would otherwise hide a paper for ever, and nobody would be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, ValidationError

from protocol.catalogue import fields
from protocol.catalogue.json_part import Fault
from protocol.catalogue.services import Cost, Element, PublicService
from protocol.texts import table

_BOUNDS: Final = (("minLength", "maxLength"), ("minimum", "maximum"))
_KEYWORDS: Final = frozenset(
    ("required", "format", "type", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum", "const")
)
_WIDGET_CODES: Final = ("nid_", "mobile_", "plate_", "money_")
_ONLY: Final[Mapping[str, frozenset[str]]] = {"words": frozenset({"name"}), "period": frozenset({"date", "slot"})}


def lint_traps(service: PublicService) -> Iterator[Fault]:
    """What nobody could fill in, reach or pay, where the schema is sound. Of fields without a property nothing is said.

    * every value of a choice, and what each widget stores, fits its property; so does each default
    * conditions name properties, and over a choice they hold for some of its values and not for all
    * what a condition then asks of a field can be answered
    * a text's error code is one that can happen; no member stands where it has no effect
    * a field that a price hangs on always has an answer; no request is dearer than the most cash; each price has begun
    """
    checks = (
        _lint_stored, _lint_defaults, _lint_branches, _lint_rules, _lint_codes, _lint_members, _lint_prices, _lint_days,
    )  # fmt: skip
    return (fault for check in checks for fault in check(service))


def unsound(schema: Mapping[str, Any]) -> list[str] | None:
    """Where a schema is not valid 2020-12."""
    try:
        Draft202012Validator(dict(schema))
    except ValidationError as error:
        return [str(name) for name in error.instance_path]
    return None


def twice(names: Iterable[str]) -> list[str]:
    """Those that stand there more than once."""
    return sorted(name for name, found in Counter(names).items() if found > 1)


def _properties(service: PublicService) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = service.form.schema["properties"]
    return properties


def _fields(service: PublicService) -> dict[str, Element]:
    """By their names, where there is a property to store them."""
    return {element.field: element for element in service.form.elements() if element.field in _properties(service)}


# ---- what can be stored


def _lint_stored(service: PublicService) -> Iterator[Fault]:
    for name, element in _fields(service).items():
        where, schema = f"schema/properties/{name}", _properties(service)[name]
        takes = Draft202012Validator(dict(schema))
        stored = (*service.form.answers(element), *fields.WIDGETS[element.widget].stored)
        left = [value for value in stored if not takes.is_valid(value)]
        if left:
            yield Fault(where, "not_taken", {"value": ", ".join(left[:5]), "widget": element.widget})
        yield from _lint_range(where, schema)


def _lint_range(where: str, *schemas: Mapping[str, Any]) -> Iterator[Fault]:
    for low, high in _BOUNDS:
        lows = [schema[low] for schema in schemas if low in schema]
        highs = [schema[high] for schema in schemas if high in schema]
        if lows and highs and max(lows) > min(highs):
            yield Fault(where, "range", {"low": low, "high": high})


def _lint_defaults(service: PublicService) -> Iterator[Fault]:
    for name, element in _fields(service).items():
        schema = dict(_properties(service)[name])
        if "default" not in schema:
            continue
        default, values = schema["default"], list(service.form.answers(element))
        stored = fields.normalise(element.widget, default) == default and (not values or default in values)
        if not stored or not Draft202012Validator(schema).is_valid(default):
            yield Fault(f"schema/properties/{name}/default", "default")


# ---- conditions


def _lint_branches(service: PublicService) -> Iterator[Fault]:
    """The ``if``, ``then`` and ``else`` of the schema."""
    known, schema = _fields(service), service.form.schema
    branches = {"schema": schema} | {f"schema/allOf/{n}": branch for n, branch in enumerate(schema.get("allOf", ()))}
    for where, branch in branches.items():
        for keyword in ("if", "then", "else"):
            part = _object(_object(branch).get(keyword))
            for name in sorted({*part.get("properties", {}), *part.get("required", ())} - known.keys()):
                yield Fault(f"{where}/{keyword}", "no_property", {"name": name})
            check = _lint_if if keyword == "if" else _lint_then
            for name, condition in part.get("properties", {}).items():
                if name in known:
                    yield from check(f"{where}/{keyword}", service, part, known[name], _object(condition))


def _object(value: Any) -> Mapping[str, Any]:
    """A schema may be true or false, too; such a one asks nothing that is judged here."""
    return value if isinstance(value, dict) else {}


def _lint_if(
    where: str, service: PublicService, part: Mapping[str, Any], element: Element, condition: Mapping[str, Any]
) -> Iterator[Fault]:
    if element.field not in part.get("required", ()):
        yield Fault(where, "if_missing", {"name": element.field})
    if condition:
        yield from _lint_condition(where, service, element, condition)


def _lint_then(
    where: str, service: PublicService, _part: Mapping[str, Any], element: Element, wanted: Mapping[str, Any]
) -> Iterator[Fault]:
    property_, values = _properties(service)[element.field], list(service.form.answers(element))
    yield from _lint_range(f"{where}/properties/{element.field}", property_, wanted)
    if values and not any(map(Draft202012Validator(dict(wanted)).is_valid, values)):
        yield Fault(where, "never", {"name": element.field})


def _lint_rules(service: PublicService) -> Iterator[Fault]:
    known = _fields(service)
    ruled = [(f"ui: {element.field}", element.rule) for element in known.values()]
    ruled += [(f"evidence: {paper.id}", paper.rule) for paper in service.evidence]
    for where, rule in ruled:
        if rule is not None and rule.field in known and unsound(rule.schema) is None:
            yield from _lint_condition(where, service, known[rule.field], rule.schema)


def _lint_condition(where: str, service: PublicService, element: Element, schema: Mapping[str, Any]) -> Iterator[Fault]:
    values, condition = list(service.form.answers(element)), Draft202012Validator(dict(schema))
    held = [value for value in values if condition.is_valid(value)]
    if values and held in ([], values):
        yield Fault(where, "always" if held else "never", {"name": element.field})


# ---- texts and members


def _lint_codes(service: PublicService) -> Iterator[Fault]:
    for name, texts in service.form.fields.items():
        for code in texts.errors:
            own = code.startswith(_WIDGET_CODES) and f"error.{code}" in table()
            if code not in _KEYWORDS and f"form.fault.{code}" not in table() and not own:
                yield Fault(f"text/fields/{name}/errors", "no_error", {"name": code})


def _lint_members(service: PublicService) -> Iterator[Fault]:
    """Members that are known, and do nothing where they stand."""
    for cost in service.document["costs"]:
        for member, needed in (("table", "by"), ("included", "per")):
            if member in cost and needed not in cost:
                yield Fault(f"costs ({cost['code']})", "without", {"name": member, "needed": needed})
    sections = service.document["ui"]["sections"]
    for element in (element for section in sections for element in section["elements"]):
        for member, widgets in _ONLY.items():
            if member in element and element["widget"] not in widgets:
                yield Fault(f"ui: {element['scope']}", "no_effect", {"name": member, "widget": element["widget"]})


# ---- prices


def _lint_prices(service: PublicService) -> Iterator[Fault]:
    properties, required = _properties(service), service.form.schema.get("required", ())
    for cost in service.costs:
        where = f"costs ({cost.code})"
        for name in (cost.by, cost.per):
            if name and name in properties and name not in required and "default" not in properties[name]:
                yield Fault(where, "may_stay_empty", {"name": name})
        most_pt = _dearest(cost, properties)
        if cost.paid_here and most_pt > service.max_cash_pt:
            yield Fault(where, "above_cash", {"found": most_pt, "most": service.max_cash_pt})
        if cost.bill and cost.per is not None:
            yield Fault(where, "bill_counted")


def _lint_days(service: PublicService) -> Iterator[Fault]:
    for row in twice(f"costs ({cost.code}): {cost.valid_from}" for cost in service.costs):
        yield Fault(row, "row_twice")
    for code in sorted({cost.code for cost in service.costs}):
        first = min(cost.valid_from for cost in service.costs if cost.code == code)
        if first > date.today():  # noqa: DTZ011, TID251 - the author's own day
            yield Fault(f"costs ({code})", "not_begun", {"day": first})


def _dearest(cost: Cost, properties: Mapping[str, Any]) -> int:
    """The most that this line can come to."""
    unit_pt = max((unit for unit in (cost.amount_pt, *cost.table.values()) if unit is not None), default=0)
    most = 1 if cost.per is None else properties.get(cost.per, {}).get("maximum", 1)
    return int(unit_pt * max(0, most - cost.included))
