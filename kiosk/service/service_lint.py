"""The strict judge of a service file, before a catalogue is signed and never at the counter.

`lint` answers every fault it can find, a line each, so that an author mends a file in one round. It imports
jsonschema_rs: only the centre, the command line and tests import it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, ValidationError

from kiosk.errors import Refused
from kiosk.service.service_file import parse_service
from kiosk.service.service_traps import lint_traps
from kiosk.service.services import AREAS, ONLINE_MODES, SHARED_FIELDS, Cost, Element, PublicService, Rule
from kiosk.texts import LANGUAGES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final = {"count": "integer", "money": "integer"}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "service": _names(
        "$comment id number version title description competent_authority thematic_area keywords mode processing_time"
        " form_no who_may_ask output ends availability guidance consent max_cash_pt offline_class retention evidence"
        " costs schema text ui choices sources source_status notes"
    ),
    "cost": _names(
        "$comment code label valid_from amount_pt by table bill set_by_centre per included paid_at source conflicts"
        " note"
    ),
    "element": _names("$comment scope widget rule choices words period agrees_with differs_from min_age"),
    "field text": _names("$comment label hint errors"),
    "evidence": _names("$comment id label how required rule sources min_px max_kb"),
    "section": _names("$comment id title elements"),
    "choice": _names("$comment value ar en"),
    "period": _names("$comment from until"),
    "competent_authority": _names("$comment id name"),
    "output": _names("$comment title validity"),
    "ends": _names("$comment where text"),
    "availability": _names("$comment periods note"),
    "guidance": _names("$comment where steps"),
    "consent": _names("$comment text version"),
    "retention": _names("$comment personal_days evidence_days"),
}


def lint(document: Any) -> list[str]:
    r"""What is wrong with one service file; [] when it may be published. Checks, beside the shape and both languages:

    * the schema is valid 2020-12; every string has ``maxLength``, every integer ``minimum`` and ``maximum``;
      patterns compile and use ``[0-9]``, never ``\d``; no ``format``
    * every property is shown once, has texts, and the type its widget stores
    * a rule looks at a field shown before it; a conditional field is not required outright
    * fees hang on unconditional fields of the right kind, tables cover their choices, sources are named and listed
    * choices exist, are used, and sex is ``male`` or ``female`` where it is checked against a national ID
    * a field that services share has its widget everywhere; a mode has what it needs; guidance asks nothing personal
    * no member is misspelt; where the parts fit, a citizen can get through them (`kiosk.service.service_traps`)
    """
    try:
        service = parse_service(document)
    except Refused as refused:
        return [f"{refused.values['where']}: {refused.values['want']}"]
    faults = [*_lint_members(document), *_lint_schema(service)]
    for check in (
        _lint_screen,
        _lint_rules,
        _lint_choices,
        _lint_agreement,
        _lint_costs,
        _lint_mode,
        _lint_guidance,
        _lint_rest,
    ):
        faults += check(service)
    return faults or list(lint_traps(service))


def _lint_members(document: Mapping[str, Any]) -> Iterator[str]:
    sections = document["ui"]["sections"]
    groups: dict[str, list[Any]] = {
        "service": [document],
        "cost": document["costs"],
        "element": [element for section in sections for element in section["elements"]],
        "field text": list(document["text"]["fields"].values()),
        "evidence": document["evidence"],
        "section": sections,
        "choice": [row for rows in (document.get("choices") or {}).values() for row in rows],
        "period": (document.get("availability") or {}).get("periods", []),
    }
    groups |= {kind: [document.get(kind) or {}] for kind in _MEMBERS.keys() - groups.keys()}
    for kind, members in sorted(groups.items()):
        for name in sorted({name for member in members for name in member} - _MEMBERS[kind]):
            yield f"{kind}: unknown member {name}"


# ---- schema


def _lint_schema(service: PublicService) -> Iterator[str]:
    schema = service.form.schema
    if schema.get("$schema") != DIALECT:
        yield f"schema: $schema must be {DIALECT}"
    try:
        Draft202012Validator(dict(schema))
    except ValidationError as error:
        yield f"schema/{'/'.join(map(str, error.instance_path))}: not valid 2020-12"
        return
    for where, inner in _walk(schema, "schema"):
        yield from _lint_keywords(where, inner)
    for name, field in schema["properties"].items():
        yield from _lint_bounds(f"schema/properties/{name}", field)
    for name in schema.get("required", []):
        if name not in schema["properties"]:
            yield f"schema/required: {name} is no property"


def _walk(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        yield where, value
        for name, inner in value.items():
            yield from _walk(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{where}/{place}")


def _lint_keywords(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and re.search(r"\\[dDwW]", pattern):
        yield f"{where}/pattern: \\d and \\w take Arabic digits; write [0-9]"
    if isinstance(schema.get("format"), str):
        yield f"{where}/format: is not checked; a widget or a pattern is"


def _lint_bounds(where: str, field: Mapping[str, Any]) -> Iterator[str]:
    needed = {"string": ("maxLength",), "integer": ("minimum", "maximum")}
    for keyword in needed[field["type"]]:
        if keyword not in field:
            yield f"{where}: needs {keyword}"


# ---- screen


def _lint_screen(service: PublicService) -> Iterator[str]:
    properties = service.form.schema["properties"]
    shown = [element.field for element in service.form.elements()]
    for name in sorted({*properties, *shown}):
        if name not in properties:
            yield f"ui: {name} is no property"
        if shown.count(name) != 1:
            yield f"ui: {name} is shown {shown.count(name)} times"
    for name in sorted(properties.keys() ^ service.form.fields.keys()):
        yield f"text/fields: {name} has a text or a property, not both"
    for element in service.form.elements():
        wanted = _TYPES.get(element.widget, "string")
        if properties.get(element.field, {}).get("type", wanted) != wanted:
            yield f"ui: {element.field}: the widget {element.widget} stores {wanted}"
        shared = SHARED_FIELDS.get(element.field, element.widget)
        if element.widget != shared:
            yield f"ui: {element.field} is shared by services, and its widget is {shared}"


def _lint_rules(service: PublicService) -> Iterator[str]:
    required = service.form.schema.get("required", [])
    before: list[str] = []
    for element in service.form.elements():
        if element.rule and element.field in required:
            yield f"ui: {element.field} is conditional: require it with if and then"
        yield from _lint_rule(f"ui: {element.field}", element.rule, before)
        before.append(element.field)
    for paper in service.evidence:
        yield from _lint_rule(f"evidence: {paper.id}", paper.rule, before)


def _lint_rule(where: str, rule: Rule | None, fields: list[str]) -> Iterator[str]:
    if rule is None:
        return
    if rule.field not in fields:
        yield f"{where}: the rule looks at {rule.field}, which is not shown before"
    try:
        Draft202012Validator(dict(rule.schema))
    except ValidationError:
        yield f"{where}: the rule's condition is not valid 2020-12"
    for place, inner in _walk(rule.schema, f"{where}: condition"):
        yield from _lint_keywords(place, inner)


def _lint_choices(service: PublicService) -> Iterator[str]:
    used: set[str] = set()
    for element in service.form.elements():
        if (element.widget == "choice") != (element.choices is not None):
            yield f"ui: {element.field}: choices belong to the widget choice, and it needs them"
        elif element.choices is not None:
            used.add(element.choices)
            if not service.form.choices.get(element.choices):
                yield f"ui: {element.field}: there are no choices {element.choices}"
    for name in sorted(set(service.document.get("choices", {})) - used):
        yield f"choices: {name} is not used"


def _lint_agreement(service: PublicService) -> Iterator[str]:
    widgets = {element.field: element.widget for element in service.form.elements()}
    before: dict[str, str] = {}
    for element in service.form.elements():
        if element.differs_from is not None and before.get(element.differs_from) != element.widget:
            yield f"ui: {element.field}: differs_from must name a field of its kind that is shown before"
        if element.min_age and element.widget != "national_id":
            yield f"ui: {element.field}: min_age belongs to a national_id"
        before[element.field] = element.widget
        if element.agrees_with is None:
            continue
        if widgets.get(element.agrees_with) != "national_id":
            yield f"ui: {element.field}: agrees_with must name a national_id"
        codes = service.form.choices.get(element.choices or "", {}).keys()
        if element.widget != "date" and codes != {"male", "female"}:
            yield f"ui: {element.field}: only a date, or a choice of male and female, agrees with a national_id"


# ---- prices and mode


def _lint_costs(service: PublicService) -> Iterator[str]:
    fields = {element.field: element for element in service.form.elements()}
    for place, cost in enumerate(service.costs):
        where = f"costs/{place} ({cost.code})"
        for name, widget in ((cost.per, "count"), (cost.by, "choice")):
            if name is not None and not _carries(fields.get(name), widget):
                yield f"{where}: {name} is no unconditional {widget} of the form"
        yield from _lint_table(where, service, cost)
        if not cost.source or not set(cost.source) <= set(service.document.get("sources", {})):
            yield f"{where}: name its source, and list it in sources"


def _carries(element: Element | None, widget: str) -> bool:
    return element is not None and element.widget == widget and element.rule is None


def _lint_table(where: str, service: PublicService, cost: Cost) -> Iterator[str]:
    for element in service.form.elements():
        if element.field == cost.by:
            codes = service.form.choices.get(element.choices or "", {}).keys()
            if codes != cost.table.keys():
                yield f"{where}: the table has {sorted(cost.table)}, the choices are {sorted(codes)}"


def _lint_mode(service: PublicService) -> Iterator[str]:
    if any(cost.bill for cost in service.costs) != (service.mode in {"inquiry_pay", "pay_online_only"}):
        yield f"mode {service.mode}: a cost with bill belongs to inquiry_pay and pay_online_only, and they need one"
    if service.mode in ONLINE_MODES and service.offline_class != "none":
        yield f"mode {service.mode}: offline_class must be none"
    if (service.mode == "booking") != any(element.widget == "slot" for element in service.form.elements()):
        yield "mode booking: needs a slot, and only it has one"


def _lint_guidance(service: PublicService) -> Iterator[str]:
    if (service.mode == "guidance") != (service.guidance is not None):
        yield "mode guidance: needs guidance, and only it has one"
    if service.mode != "guidance":
        return
    for element in service.form.elements():
        if element.widget not in {"choice", "count"}:
            yield f"mode guidance: {element.field} would be asked for nothing; only choice and count are"
    for cost in service.costs:
        if cost.paid_here:
            yield f"mode guidance: the cost {cost.code} needs paid_at office, because nothing is taken here"


def _lint_rest(service: PublicService) -> Iterator[str]:
    yield from _lint_time(service)
    if service.thematic_area not in AREAS:
        yield f"thematic_area: one of {', '.join(AREAS)}"
    if service.ends is None:
        yield "ends: say where the citizen gets the output"
    papers = [paper.id for paper in service.evidence]
    for paper in sorted({paper for paper in papers if papers.count(paper) > 1}):
        yield f"evidence: {paper} stands there twice"
    for period in service.availability.periods if service.availability else ():
        if period.until is not None and period.until < period.since:
            yield f"availability: a period ends before it begins on {period.since}"
    for language in LANGUAGES:
        if not service.keywords[language]:
            yield f"keywords/{language}: at least one word to find it by"


def _lint_time(service: PublicService) -> Iterator[str]:
    chosen = next((e for e in service.form.elements() if e.field == service.processing_by), None)
    if service.processing_by and not _carries(chosen, "choice"):
        yield f"processing_time: {service.processing_by} is no unconditional choice of the form"
    elif chosen and service.form.choices.get(chosen.choices or "", {}).keys() != service.processing_time.keys():
        yield "processing_time: the table needs the choices, each once"
