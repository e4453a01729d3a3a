"""A service's form at work: what is shown, what is stored, what is wrong, in the operator's words.

Nothing that is imported before the first screen imports this module, because it brings the validator.

* A condition is a JSON Schema at one field. A missing value satisfies none, though JSON Schema itself would say
  that it does.
* Hidden values stay on the screen's side and are dropped from the record.
* The validator's own messages are never shown: a fault is worded by the service, else by a table per keyword.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeAlias, cast

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from protocol.catalogue import fields
from protocol.catalogue.fields import Problem
from protocol.catalogue.services import Element, EvidenceType, PublicService, Rule
from protocol.strict_json import MAX_STRING_BYTES
from protocol.texts import ERROR_PARTS, Bilingual, Language, fill, table
from protocol.values.money import MAX_PT, format_pt

_FORM_CODES: Final = frozenset({"pattern", "minLength", "type", "digits", "code", "const", "enum", "choice"})
"""Faults that a service may word together, as its error ``format``."""
Values: TypeAlias = MappingProxyType[str, Any]
"""Answers by field. Nobody changes them, for they are judged once."""
_TEXT_OF: Final = {"minimum": "range", "maximum": "range", "count": "range", "enum": "choice", "const": "choice"}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What to mend, or of a warning what to look at again; `code` is a JSON Schema keyword or a widget's code.

    The texts say what to do and never repeat a value.
    """

    field: str
    code: str
    text: Bilingual

    @property
    def key(self) -> str:
        """Field and code, by which a warning that was accepted is told from one at another field."""
        return f"{self.field}:{self.code}"


def defaults(service: PublicService) -> dict[str, Any]:
    """The answers an empty form begins with: the schema's ``default`` members."""
    properties = service.form.schema["properties"]
    return {name: schema["default"] for name, schema in properties.items() if "default" in schema}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed into a form, read once by `read`: whoever has these normalises and hides nothing any more.

    `elements` are the fields to show, `values` their answers as stored, by field; both in UI order. None is an answer
    that cannot be read, which is a fault; a field without an answer is left out.
    """

    service: PublicService
    elements: tuple[Element, ...]
    values: Values

    @property
    def shown(self) -> list[str]:
        """The ids of the fields to show."""
        return [element.field for element in self.elements]

    @property
    def papers(self) -> list[EvidenceType]:
        """Those that the request needs, in the order of the service."""
        return [paper for paper in self.service.evidence if _applies(paper.rule, self.values)]

    def optional(self) -> frozenset[str]:
        """The shown fields that may stay empty, to be labelled "(optional)"; it depends on the other answers."""
        kept = {name: value for name, value in self.values.items() if value is not None}
        validator = _validator(self.service.form.schema)
        return frozenset(
            name
            for name in self.shown
            if name not in _missing(validator, {other: value for other, value in kept.items() if other != name})
        )


@dataclass(frozen=True, slots=True)
class Checked(Answers):
    """Answers as they were judged on a day: without `faults` they are sound. Whoever is handed this judges no more.

    `faults` is the first of each shown field, `doubts` what is unusual and yet possible, by its code, both in UI order.
    The operator looks again at a doubt and may go on; what is accepted is recorded with the sale (``overrides``).
    """

    on: date
    faults: list[FieldFault]
    doubts: list[tuple[Element, str]]

    @property
    def warnings(self) -> list[FieldFault]:
        """The doubts in words."""
        return [
            FieldFault(element.field, code, _filled(f"form.warning.{code}", self.service, element, {}))
            for element, code in self.doubts
        ]


def read(service: PublicService, raw: object) -> Answers:
    """`raw` maps field ids to what the widgets hold (`protocol.catalogue.fields.normalise`), or to what is stored.

    Any object comes back as answers. Values of hidden fields satisfy no condition.
    """
    typed = raw if isinstance(raw, Mapping) else {}
    shown: list[Element] = []
    values: dict[str, Any] = {}
    for element in service.form.elements():
        if _applies(element.rule, values):
            shown.append(element)
            value = fields.normalise(element.widget, typed.get(element.field))
            if value != fields.NO_ANSWER:
                values[element.field] = value
    return Answers(service, tuple(shown), MappingProxyType(values))


def _applies(rule: Rule | None, values: Mapping[str, Any]) -> bool:
    if rule is None:
        return True
    value = values.get(rule.field)
    holds = value is not None and _validator(rule.schema).is_valid(value)
    return holds if rule.effect == "SHOW" else not holds


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


def _where(error: ValidationError) -> tuple[str, str]:
    """Field and keyword of an error. ``required`` sits on the parent, and is told once for each name.

    `protocol.catalogue.service_file` lets nothing else stand at the root, so that every fault has a field to stand at.
    """
    if error.instance_path:
        return str(error.instance_path[0]), error.kind.name
    return cast("ValidationErrorKind.Required", error.kind).property, error.kind.name


def check(service: PublicService, raw: object, on: date) -> Checked:
    """Read and judged as of that day. A text of a fault repeats no value."""
    answers = read(service, raw)
    answered = [(one, answers.values[one.field]) for one in answers.elements if one.field in answers.values]
    applicant = answers.values.get(fields.APPLICANT)
    doubts = [(element, code) for element, value in answered for code in fields.doubts(element, value, applicant)]
    return Checked(service, answers.elements, answers.values, on, _faults(answers, on), doubts)


def _faults(answers: Answers, today: date) -> list[FieldFault]:
    """Judged in this order: what the widget knows, the schema, then one answer against another (`agrees_with`,
    `differs_from`).
    """
    service, shown = answers.service, {element.field: element for element in answers.elements}
    faults: dict[str, Problem] = {}
    for name, value in answers.values.items():
        found = fields.problem(shown[name], service.form, value, today)
        if found:
            faults[name] = found
    sound = {name: value for name, value in answers.values.items() if name not in faults}
    validator = _validator(service.form.schema)
    for error in () if validator.is_valid(sound) else validator.iter_errors(sound):
        name, code = _where(error)
        if name in shown:
            faults.setdefault(name, Problem(code))
    faults |= dict(_contradictions(answers.elements, {n: v for n, v in sound.items() if n not in faults}, today))
    return [
        FieldFault(name, faults[name].code, _words(service, shown[name], faults[name]))
        for name in shown
        if name in faults
    ]


def _contradictions(shown: Sequence[Element], sound: Mapping[str, Any], today: date) -> Iterator[tuple[str, Problem]]:
    for element in shown:
        name, number, other = element.field, sound.get(element.agrees_with or ""), element.differs_from or ""
        if name in sound and other in sound and sound[name] == sound[other]:
            yield name, Problem("same_answer")
        elif number is not None and name in sound:
            found = fields.contradiction(element, sound[name], number, today)
            if found:
                yield name, found


# ---- words


def _words(service: PublicService, element: Element, found: Problem) -> Bilingual:
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


def _filled(key: str, service: PublicService, element: Element, values: Mapping[str, object]) -> Bilingual:
    label = service.form.fields[element.field].label
    bounds = _bounds(element, service.form.schema["properties"][element.field])
    return Bilingual.of(lambda language: fill(_text(key, language), language, **{**bounds, "label": label, **values}))


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
