"""A service's form at work: what is shown, what is stored, what is wrong, in the operator's words.

Nothing that is imported before the first screen imports this module, because it brings the validator.

* A condition is a JSON Schema at one field. A missing value satisfies none, though JSON Schema itself would say
  that it does.
* Hidden values stay on the screen's side and are dropped from the record.
* The validator's own messages are never shown: a fault is worded by the service, else by a table per keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn, cast

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from protocol.catalogue import fields
from protocol.catalogue.fields import Problem
from protocol.catalogue.json_part import Words
from protocol.catalogue.services import Element, EvidenceType, PublicService, Rule
from protocol.strict_json import MAX_STRING_BYTES
from protocol.texts import ERROR_PARTS, LANGUAGES, Language, fill, table
from protocol.values.money import MAX_PT, format_pt

_FORM_CODES: Final = frozenset({"pattern", "minLength", "type", "digits", "code", "const", "enum", "choice"})
"""Faults that a service may word together, as its error ``format``."""
_TEXT_OF: Final = {"minimum": "range", "maximum": "range", "count": "range", "enum": "choice", "const": "choice"}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What to mend, or of a warning what to look at again; `code` is a JSON Schema keyword or a widget's code.

    The texts say what to do and never repeat a value.
    """

    field: str
    code: str
    text_ar: str
    text_en: str

    @property
    def key(self) -> str:
        """Field and code, by which a warning that was accepted is told from one at another field."""
        return f"{self.field}:{self.code}"


def defaults(service: PublicService) -> dict[str, Any]:
    """The answers an empty form begins with: the schema's ``default`` members."""
    properties = service.form.schema["properties"]
    return {name: schema["default"] for name, schema in properties.items() if "default" in schema}


def normalise(service: PublicService, raw: object) -> dict[str, Any]:
    """The stored form of what was typed, by field in UI order; fields without an answer are left out.

    `raw` maps field ids to what the widgets hold; see `protocol.catalogue.fields.normalise`. An answer that cannot be
    read becomes None, which `check` reports.
    """
    typed = raw if isinstance(raw, Mapping) else {}
    values = {e.field: fields.normalise(e.widget, typed.get(e.field)) for e in service.form.elements()}
    return {name: value for name, value in values.items() if value != fields.NO_ANSWER}


def visible(service: PublicService, values: Mapping[str, Any]) -> list[str]:
    """The ids of the fields to show, in UI order. Values of hidden fields satisfy no condition."""
    return [element.field for element in _shown(service, values)]


def _shown(service: PublicService, values: Mapping[str, Any]) -> list[Element]:
    shown: list[Element] = []
    seen: dict[str, Any] = {}
    for element in service.form.elements():
        if _applies(element.rule, seen):
            shown.append(element)
            if element.field in values:
                seen[element.field] = values[element.field]
    return shown


def _applies(rule: Rule | None, values: Mapping[str, Any]) -> bool:
    if rule is None:
        return True
    holds = rule.field in values and _satisfies(rule.schema, values[rule.field])
    return holds if rule.effect == "SHOW" else not holds


def evidence(service: PublicService, values: Mapping[str, Any]) -> list[EvidenceType]:
    """The papers this request needs, in the order of the service."""
    kept = record(service, values)
    return [paper for paper in service.evidence if _applies(paper.rule, kept)]


def optional(service: PublicService, values: Mapping[str, Any]) -> frozenset[str]:
    """The shown fields that may stay empty, to be labelled "(optional)"; it depends on the other answers."""
    kept = {name: value for name, value in record(service, values).items() if _storable(value)}
    validator = _validator(service.form.schema)
    return frozenset(
        name
        for name in visible(service, values)
        if name not in _missing(validator, {other: value for other, value in kept.items() if other != name})
    )


def _satisfies(schema: Mapping[str, Any], value: object) -> bool:
    return _storable(value) and _validator(schema).is_valid(value)


def _storable(value: object) -> bool:
    """Whether it can be what `normalise` makes: text or a whole number, and no half of a character."""
    return isinstance(value, int) or (isinstance(value, str) and not _HALVES.search(value))


_HALVES: Final = re.compile("[\ud800-\udfff]")
_compiled: dict[int, tuple[Mapping[str, Any], Draft202012Validator]] = {}
"""By the id of a schema, which is kept beside its validator so that the id stays its own."""
_COMPILED_MOST = 1_000


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    kept = _compiled.get(id(schema))
    if kept is None:
        if len(_compiled) >= _COMPILED_MOST:  # old catalogues, that nobody asks for any more
            _compiled.clear()
        kept = _compiled[id(schema)] = schema, Draft202012Validator(dict(schema), retriever=_never)
    return kept[1]


def _never(uri: str) -> NoReturn:
    """A schema may not fetch another over the network."""
    raise ValueError(uri)


def _missing(validator: Draft202012Validator, values: Mapping[str, Any]) -> set[str]:
    return {name for name, code in map(_where, validator.iter_errors(values)) if code == "required"}


def record(service: PublicService, values: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into the journal: the answers of the shown fields, in UI order. Call it when `check` found nothing."""
    return {name: values[name] for name in visible(service, values) if name in values}


# ---- faults and warnings


def check(service: PublicService, values: Mapping[str, Any], today: date) -> list[FieldFault]:
    """What is wrong with normalised answers: the first fault of each shown field, in UI order; [] when sound.

    Judged in this order: what the widget knows, the schema, then one answer against another (`agrees_with`,
    `differs_from`).
    Never raises for any `values`, nor does a fault's text repeat one.
    """
    shown = {element.field: element for element in _shown(service, values)}
    faults: dict[str, Problem] = {}
    for name in shown.keys() & values.keys():
        found = fields.problem(shown[name], service.form, values[name], today)
        if found:
            faults[name] = found
    sound = {name: values[name] for name in shown if name in values and name not in faults}
    for error in _validator(service.form.schema).iter_errors(sound):
        name, code = _where(error)
        if name in shown:
            faults.setdefault(name, Problem(code))
    faults |= dict(_contradictions(shown, {n: v for n, v in sound.items() if n not in faults}, today))
    return [
        _fault(name, faults[name].code, _words(service, shown[name], faults[name])) for name in shown if name in faults
    ]


def _where(error: ValidationError) -> tuple[str, str]:
    """Field and keyword of an error. ``required`` sits on the parent, and is told once for each name.

    `protocol.catalogue.service_file` lets nothing else stand at the root, so that every fault has a field to stand at.
    """
    if error.instance_path:
        return str(error.instance_path[0]), error.kind.name
    return cast("ValidationErrorKind.Required", error.kind).property, error.kind.name


def _contradictions(
    shown: Mapping[str, Element], sound: Mapping[str, Any], today: date
) -> Iterator[tuple[str, Problem]]:
    for name, element in shown.items():
        number, other = sound.get(element.agrees_with or ""), element.differs_from or ""
        if name in sound and other in sound and sound[name] == sound[other]:
            yield name, Problem("same_answer")
        elif number is not None and name in sound:
            found = fields.contradiction(element, sound[name], number, today)
            if found:
                yield name, found


def warnings(service: PublicService, values: Mapping[str, Any]) -> list[FieldFault]:
    """What is unusual about the answers, and yet possible, in UI order.

    The operator looks again and may go on; what is accepted is recorded with the sale (``overrides``).
    """
    return [
        _fault(element.field, code, _filled(f"form.warning.{code}", service, element, {}))
        for element in _shown(service, values)
        if element.field in values
        for code in fields.doubts(element, values[element.field])
    ]


# ---- words


def _fault(field: str, code: str, text: Words) -> FieldFault:
    return FieldFault(field, code, text["ar"], text["en"])


def _words(service: PublicService, element: Element, found: Problem) -> Words:
    """The service's own words, else the table's: a text for this widget before one for all."""
    own = service.form.fields[element.field].errors
    if found.code in own:
        return own[found.code]
    if found.code in _FORM_CODES and "format" in own:
        return own["format"]
    code = _TEXT_OF.get(found.code, found.code)
    keys = (f"form.fault.{code}.{element.widget}", f"form.fault.{code}", f"error.{code}", "form.fault.other")
    key = next(key for key in keys if key in table())
    return _filled(key, service, element, found.values)


def _filled(key: str, service: PublicService, element: Element, values: Mapping[str, object]) -> Words:
    label = service.form.fields[element.field].label
    bounds = _bounds(element, service.form.schema["properties"][element.field])
    return {
        language: fill(_text(key, language), language, **{**bounds, "label": label[language], **values})
        for language in LANGUAGES
    }


def _text(key: str, language: Language) -> str:
    entry = table()[key]
    if not key.startswith("error."):
        return str(entry[language])
    what, _, do = (entry[part][language] for part in ERROR_PARTS)
    return f"{{label}}: {what} {do}"


def _bounds(element: Element, schema: Mapping[str, Any]) -> dict[str, object]:
    """What a text may need to say of the limits of a field; amounts in pounds."""
    low, high = schema.get("minimum", 0), schema.get("maximum", MAX_PT)
    money = element.widget == "money"
    return {
        "min": format_pt(low) if money else low,
        "max": format_pt(high) if money else high,
        "min_length": schema.get("minLength", 0),
        "max_length": schema.get("maxLength", MAX_STRING_BYTES),
    }
