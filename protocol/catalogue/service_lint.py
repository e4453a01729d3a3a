"""The strict judge of a service file, before a catalogue is signed and never at the counter.

`lint` answers every fault it can find, so that an author mends a file in one round. It imports
jsonschema_rs: only the centre, the command line and tests import it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from protocol.catalogue.fields import WIDGETS
from protocol.catalogue.json_part import Fault, Part
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.service_parts import lint_parts, walk
from protocol.catalogue.service_traps import lint_traps, twice, unsound
from protocol.catalogue.services import AREAS, ICONS, ONLINE_MODES, SHARED_FIELDS, Cost, Element, PublicService, Rule
from protocol.texts import LANGUAGES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LONGEST_ANSWER: Final = 1000
"""Characters of one answer; the service of the longest takes 300."""
_PX_PER_KB: Final = 50_000
"""The square of the longer side, of which a kilobyte can show so much that something may be read."""


def lint(document: Any) -> list[Fault]:
    r"""What is wrong with one service file; [] when it may be published. Checks, beside the shape and both languages:

    * each member, text, number and list by itself (`protocol.catalogue.service_parts`)
    * the schema is valid 2020-12; every string has ``maxLength``, every integer ``minimum`` and ``maximum``;
      patterns compile and use ``[0-9]``, never ``\d``; no ``format``
    * every property is shown once, has texts, and the type its widget stores
    * a rule looks at a field shown before it; a conditional field is not required outright
    * fees hang on unconditional fields of the right kind, tables cover their choices, sources are named and listed
    * choices exist, are used, and sex is ``male`` or ``female`` where it is checked against a national ID
    * a field that services share has its widget everywhere; a mode has what it needs; guidance asks nothing personal
    * a citizen can get through the form, and pay (`protocol.catalogue.service_traps`)
    """
    faults = list(lint_parts(document))
    if any(fault.key == "many" for fault in faults):
        return faults
    shape: list[Fault] = []
    service = parse_service(document, "", shape)
    for source in Part(document, "", shape).get("sources").members().values():
        source.text()
    meant = {fault.values["meant"] for fault in faults if fault.key == "unknown_near"}
    faults += [fault for fault in shape if fault.key != "missing" or fault.where not in meant]
    if not shape:
        sound = unsound(service.form.schema) is None
        for check in _CHECKS if sound else (_lint_schema,):
            faults += check(service)
    return faults


# ---- schema


def _lint_schema(service: PublicService) -> Iterator[Fault]:
    schema = service.form.schema
    if schema.get("$schema") != DIALECT:
        yield Fault("schema/$schema", "dialect", {"dialect": DIALECT})
    place = unsound(schema)
    if place is not None:
        yield Fault("/".join(("schema", *place)), "schema")
        return
    yield from _lint_keywords("schema", schema)
    for name, field in schema["properties"].items():
        yield from _lint_bounds(f"schema/properties/{name}", field)
    for name in schema.get("required", []):
        if name not in schema["properties"]:
            yield Fault("schema/required", "no_property", {"name": name})


def _lint_keywords(where: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """However deep they stand."""
    for path, value in walk((where,), schema):
        if path[-1] == "pattern" and isinstance(value, str) and re.search(r"\\[dDwW]", value):
            yield Fault("/".join(path), "arabic_digits")
        if path[-1] == "format" and isinstance(value, str):
            yield Fault("/".join(path), "format")


def _lint_bounds(where: str, field: Mapping[str, Any]) -> Iterator[Fault]:
    needed = {"string": ("maxLength",), "integer": ("minimum", "maximum")}
    for keyword in needed[field["type"]]:
        if keyword not in field:
            yield Fault(where, "bound", {"keyword": keyword})
    if field.get("maxLength", 0) > LONGEST_ANSWER:
        yield Fault(f"{where}/maxLength", "answer_long", {"most": LONGEST_ANSWER})


# ---- screen


def _lint_screen(service: PublicService) -> Iterator[Fault]:
    properties = service.form.schema["properties"]
    shown = [element.field for element in service.form.elements()]
    for name in sorted({*properties, *shown}):
        if name not in properties:
            yield Fault("ui", "no_property", {"name": name})
        if shown.count(name) != 1:
            yield Fault("ui", "shown_once", {"name": name, "found": shown.count(name)})
    for name in sorted(properties.keys() ^ service.form.fields.keys()):
        yield Fault("text/fields", "text_or_property", {"name": name})
    for name in twice(section.id for section in service.form.sections):
        yield Fault("ui/sections", "section_twice", {"name": name})


def _lint_widgets(service: PublicService) -> Iterator[Fault]:
    properties = service.form.schema["properties"]
    for element in service.form.elements():
        wanted = WIDGETS[element.widget].type
        where = f"ui: {element.field}"
        if properties.get(element.field, {}).get("type", wanted) != wanted:
            yield Fault(where, "widget_type", {"widget": element.widget, "type": wanted})
        shared = SHARED_FIELDS.get(element.field, element.widget)
        if element.widget != shared:
            yield Fault(where, "shared_field", {"widget": shared})


def _lint_rules(service: PublicService) -> Iterator[Fault]:
    required = service.form.schema.get("required", [])
    before: list[str] = []
    for element in service.form.elements():
        if element.rule and element.field in required:
            yield Fault(f"ui: {element.field}", "conditional_required")
        yield from _lint_rule(f"ui: {element.field}", element.rule, before)
        before.append(element.field)
    for paper in service.evidence:
        yield from _lint_rule(f"evidence: {paper.id}", paper.rule, before)


def _lint_rule(where: str, rule: Rule | None, fields: list[str]) -> Iterator[Fault]:
    if rule is None:
        return
    if rule.field not in fields:
        yield Fault(where, "rule_before", {"name": rule.field})
    if unsound(rule.schema) is not None:
        yield Fault(where, "condition")
    yield from _lint_keywords(f"{where}: condition", rule.schema)


def _lint_choices(service: PublicService) -> Iterator[Fault]:
    used: set[str] = set()
    for element in service.form.elements():
        if (element.widget == "choice") != (element.choices is not None):
            yield Fault(f"ui: {element.field}", "choices_widget")
        elif element.choices is not None:
            used.add(element.choices)
            if not service.form.answers(element):
                yield Fault(f"ui: {element.field}", "no_choices", {"name": element.choices})
    for name in sorted(set(service.document.get("choices") or ()) - used):
        yield Fault(f"choices/{name}", "choices_unused")


def _lint_labels(service: PublicService) -> Iterator[Fault]:
    for name, rows in service.form.choices.items():
        for language in LANGUAGES:
            for label in twice(" ".join(row[language].split()).casefold() for row in rows.values()):
                yield Fault(f"choices/{name}", "label_twice", {"label": label})


def _lint_agreement(service: PublicService) -> Iterator[Fault]:
    widgets = {element.field: element.widget for element in service.form.elements()}
    before: dict[str, str] = {}
    for element in service.form.elements():
        where = f"ui: {element.field}"
        if element.differs_from is not None and before.get(element.differs_from) != element.widget:
            yield Fault(where, "differs_from")
        if element.min_age and element.widget != "national_id":
            yield Fault(where, "min_age")
        before[element.field] = element.widget
        if element.agrees_with is None:
            continue
        if widgets.get(element.agrees_with) != "national_id":
            yield Fault(where, "agrees_with")
        if element.widget != "date" and service.form.answers(element).keys() != {"male", "female"}:
            yield Fault(where, "agrees")


# ---- prices and mode


def _lint_costs(service: PublicService) -> Iterator[Fault]:
    fields = {element.field: element for element in service.form.elements()}
    for place, cost in enumerate(service.costs):
        where = f"costs/{place} ({cost.code})"
        for name, widget in ((cost.per, "count"), (cost.by, "choice")):
            if name is not None and not _carries(fields.get(name), widget):
                yield Fault(where, "unconditional", {"name": name, "widget": widget})
        yield from _lint_table(where, service, cost)
        if not cost.source or not set(cost.source) <= set(service.document["sources"]):
            yield Fault(where, "source")


def _carries(element: Element | None, widget: str) -> bool:
    return element is not None and element.widget == widget and element.rule is None


def _lint_table(where: str, service: PublicService, cost: Cost) -> Iterator[Fault]:
    for element in service.form.elements():
        if element.field == cost.by:
            codes = service.form.answers(element).keys()
            if codes != cost.table.keys():
                yield Fault(where, "table", {"found": ", ".join(sorted(cost.table)), "want": ", ".join(sorted(codes))})


def _lint_mode(service: PublicService) -> Iterator[Fault]:
    if any(cost.bill for cost in service.costs) != (service.mode in {"inquiry_pay", "pay_online_only"}):
        yield Fault("mode", "mode_bill")
    if service.mode in ONLINE_MODES and service.offline_class != "none":
        yield Fault("offline_class", "mode_line", {"mode": service.mode})
    if (service.mode == "booking") != any(element.widget == "slot" for element in service.form.elements()):
        yield Fault("mode", "mode_slot")


def _lint_guidance(service: PublicService) -> Iterator[Fault]:
    if (service.mode == "guidance") != (service.guidance is not None):
        yield Fault("mode", "mode_guidance")
    if service.mode != "guidance":
        return
    for element in service.form.elements():
        if element.widget not in {"choice", "count"}:
            yield Fault(f"ui: {element.field}", "guidance_field")
    for cost in service.costs:
        if cost.paid_here:
            yield Fault(f"costs ({cost.code})", "guidance_cost")


def _lint_rest(service: PublicService) -> Iterator[Fault]:
    if service.thematic_area not in AREAS:
        yield Fault("thematic_area", "one_of", {"names": " | ".join(AREAS)})
    if service.icon is not None and service.icon not in ICONS:
        yield Fault("icon", "one_of", {"names": " | ".join(sorted(ICONS))})
    if service.ends is None:
        yield Fault("ends", "missing")
    for period in service.availability.periods if service.availability else ():
        if period.until is not None and period.until < period.since:
            yield Fault("availability", "period", {"day": period.since})
    for language in LANGUAGES:
        if not service.keywords[language]:
            yield Fault(f"keywords/{language}", "keywords")


def _lint_papers(service: PublicService) -> Iterator[Fault]:
    for name in twice(paper.id for paper in service.evidence):
        yield Fault("evidence", "paper_twice", {"name": name})
    for paper in service.evidence:
        least_kb = -(-(paper.min_px**2) // _PX_PER_KB)
        if paper.max_kb < least_kb:
            yield Fault(f"evidence: {paper.id}", "picture_small", {"least_kb": least_kb, "min_px": paper.min_px})


def _lint_time(service: PublicService) -> Iterator[Fault]:
    chosen = next((e for e in service.form.elements() if e.field == service.processing_by), None)
    if service.processing_by and not _carries(chosen, "choice"):
        yield Fault("processing_time", "unconditional", {"name": service.processing_by, "widget": "choice"})
    elif chosen and service.form.answers(chosen).keys() != service.processing_time.keys():
        yield Fault("processing_time", "time_table")


_CHECKS: Final[tuple[Callable[[PublicService], Iterator[Fault]], ...]] = (
    _lint_schema, _lint_screen, _lint_widgets, _lint_rules, _lint_choices, _lint_labels, _lint_agreement, _lint_costs,
    _lint_mode, _lint_guidance, _lint_papers, _lint_time, _lint_rest, lint_traps,
)  # fmt: skip
