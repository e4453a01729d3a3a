"""The strict judge of what only shows between files: services beside each other, and the needs that lead to them.

For authors and for the centre before a catalogue is signed, as `protocol.catalogue.service_lint` is for one file.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count, product
from typing import Any, Final

from protocol.catalogue import forms, needs
from protocol.catalogue.json_part import Fault
from protocol.catalogue.needs import Need, When
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.service_lint import lint
from protocol.catalogue.service_traps import twice
from protocol.catalogue.services import PublicService
from protocol.program.explained import say_in_line
from protocol.strict_json import BadJson, loads_object
from protocol.texts import Language

SERVICE_BYTES: Final = 1 << 22
"""The most that is read of a file of services or needs."""
_LONGEST: Final = 5
"""Questions of one need; more are not asked at a counter."""
_SHOWN: Final = 400
"""Characters of a place or a value; whoever wrote the file may have written more."""
_UNREAD: Final[Mapping[str, str]] = {
    "utf-8": "json_utf8", "number": "json_number", "depth": "json_depth", "surrogate": "surrogate",
    "not an object": "object", "fraction of a piastre": "json_money",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What service files hold, and everything that is wrong with them; a place begins with the name of its file."""

    services: list[dict[str, Any]]
    needs: list[dict[str, Any]] | None
    faults: list[Fault]


def judge(files: Iterable[tuple[str, bytes]], known: Iterable[Any] = ()) -> Judged:
    """Files of services or needs by their names, as `manfaz` checks them and the centre signs them.

    `known` are services that may stay beside them: those that lead from needs, and whose ids and numbers are taken.
    """
    before, read, sound, faults = parsed(known), list[Any](), list[PublicService](), list[Fault]()
    asked: dict[str, Any] = {}
    for name, data in files:
        document = read_file(data)
        if isinstance(document, Fault):
            faults += [_in_file(name, fault) for fault in _all_of(data, document)]
        elif "needs" in document:
            asked[name] = document
        else:
            found = lint(document)
            faults += [_in_file(name, fault) for fault in found]
            sound += [] if found else [parse_service(document)]
            read.append(document)
    mine = {service.id: service for service in sound}
    # What was there before comes first: who takes its number is at fault.
    services = {name: service for name, service in before.items() if name not in mine} | mine
    faults += [Fault(name, "id_twice") for name in twice(service.id for service in sound)]
    faults += [_taken(service, before[service.id]) for service in sound if _other(service, before.get(service.id))]
    faults += lint_together(services.values())
    for name, document in asked.items():
        faults += [_in_file(name, fault) for fault in lint_needs(document, services)]
    told_needs = None if faults or not asked else [need for document in asked.values() for need in document["needs"]]
    return Judged(read, told_needs, faults)


def read_file(data: bytes) -> dict[str, Any] | Fault:
    """The JSON object in a file, or why it is none."""
    if data.startswith(BOM_UTF8):
        return Fault("/", "json_bom")
    try:
        return loads_object(data, len(data))
    except BadJson as bad:
        if isinstance(bad.__cause__, json.JSONDecodeError):
            return Fault("/", "json_syntax", {"line": bad.__cause__.lineno, "column": bad.__cause__.colno})
        if bad.reason == "duplicate member":
            return Fault("/", "json_duplicate", {"name": _doubled(data)})
        return Fault("/", _UNREAD[bad.reason])


def _all_of(data: bytes, why: Fault) -> list[Fault]:
    """Beside `why` the file is refused, what else is wrong with it, and where, if a more lenient reader takes it."""
    with suppress(ValueError, RecursionError):
        document = json.loads(data)
        if not isinstance(document, dict) or "needs" not in document:
            return [why, *(fault for fault in lint(document) if fault != why)]
    return [why]


def _doubled(data: bytes) -> str:
    """The first member that stands twice in its object; what is wrong behind it is no matter."""
    found: list[str] = []
    with suppress(ValueError, RecursionError):
        json.loads(data, object_pairs_hook=lambda pairs: found.extend(twice(name for name, _ in pairs)))
    return found[0]


def line(language: Language, fault: Fault) -> str:
    """The place, what is wrong there, and how it is mended."""
    values = {name: value[:_SHOWN] if isinstance(value, str) else value for name, value in fault.values.items()}
    return f"{fault.where[:_SHOWN]}: {say_in_line(language, f'lint.{fault.key}', **values)}"


def _in_file(name: str, fault: Fault) -> Fault:
    return replace(fault, where=f"{name}: {fault.where}")


def _other(service: PublicService, known: PublicService | None) -> bool:
    """Whether one id would mean two services: a service keeps its number."""
    return known is not None and known.number != service.number


def _taken(service: PublicService, known: PublicService) -> Fault:
    return Fault(service.id, "id_taken", {"number": known.number})


def lint_together(services: Iterable[PublicService]) -> list[Fault]:
    """What two services may not share, and what they must have alike; [] when they fit.

    * ids and numbers differ; a name of an authority is one
    * a paper of one id is one paper, with one label; it is then taken once in a visit
    """
    alike: dict[tuple[str, str], tuple[str, object]] = {}
    faults: list[Fault] = []
    beside = list(services)
    for service in beside:
        for kind, name, value in _said(service):
            first, known = alike.setdefault((kind, name), (service.id, value))
            if known != value:
                free = {"free": _free(name, beside)} if kind == "number" else {}
                faults.append(Fault(service.id, f"{kind}_taken", {"name": name, "other": first, **free}))
    return faults


def _said(service: PublicService) -> Iterator[tuple[str, str, object]]:
    yield "number", service.number, service.id
    yield "authority", service.competent_authority.id, service.competent_authority.name
    for paper in service.evidence:
        yield "evidence", paper.id, paper.label


def _free(number: str, services: Iterable[PublicService]) -> str:
    """The next number that is nobody's."""
    taken = {service.number for service in services}
    return next(free for free in map(str, count(int(number))) if free not in taken)


def lint_needs(document: Any, services: Mapping[str, PublicService]) -> list[Fault]:
    """What is wrong with the needs of a catalogue of `services`; [] when they may be published.

    * ids differ; conditions name earlier questions and their answers; five questions at most
    * services exist, and what is filled in is a field of theirs with an answer that it takes
    * no way through the questions ends with nothing to say
    """
    shape: list[Fault] = []
    found = needs.read_needs(document, shape)
    if shape:
        return shape
    faults = [Fault(name, "need_twice") for name in twice(need.id for need in found)]
    for need in found:
        conditions = list(_lint_conditions(need))
        inside = [*conditions, *_lint_leads(need, services), *([] if conditions else _lint_ways(need))]
        faults += [replace(fault, where=f"{need.id}: {fault.where}".removesuffix(": ")) for fault in inside]
    return faults


def _lint_conditions(need: Need) -> Iterator[Fault]:
    if len(need.questions) > _LONGEST:
        yield Fault("", "questions_many", {"found": len(need.questions), "most": _LONGEST})
    before: dict[str, Mapping[str, Any]] = {}
    for question in need.questions:
        if len(question.choices) < 2:
            yield Fault(question.id, "answers_few")
        if question.id in before:
            yield Fault(question.id, "asked_twice")
        yield from _lint_when(question.id, question.when, before)
        before[question.id] = question.choices
    for lead in need.leads:
        yield from _lint_when(lead.service, lead.when, before)
    for place, notice in enumerate(need.notices):
        yield from _lint_when(f"notices/{place}", notice.when, before)


def _lint_when(where: str, when: When, before: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    for name, values in when.items():
        if name not in before:
            yield Fault(where, "question_before", {"name": name})
        elif not values or not set(values) <= before[name].keys():
            yield Fault(where, "answers", {"name": name, "names": ", ".join(before[name])})


def _lint_leads(need: Need, services: Mapping[str, PublicService]) -> Iterator[Fault]:
    for lead in need.leads:
        service = services.get(lead.service)
        if service is None:
            yield Fault("", "no_service", {"name": lead.service})
            continue
        shown = forms.read(service, {**forms.defaults(service), **lead.values}).shown
        elements = {element.field: element for element in service.form.elements()}
        for name, value in lead.values.items():
            if name not in shown:
                yield Fault(lead.service, "no_field", {"name": name})
            elif value not in service.form.choices.get(elements[name].choices or "", {}):
                yield Fault(lead.service, "no_choice", {"name": name, "value": value})


def _lint_ways(need: Need) -> Iterator[Fault]:
    """Every way through the questions; there are few, because the questions are."""
    dumb: set[tuple[tuple[str, str], ...]] = set()
    for way in product(*(question.choices for question in need.questions)):
        answers = needs.answered(need, dict(zip((question.id for question in need.questions), way, strict=True)))
        said = [*(lead.when for lead in need.leads), *(notice.when for notice in need.notices)]
        if not any(needs.holds(when, answers) for when in said):
            dumb.add(tuple(answers.items()))
    for way_out in sorted(dumb):
        yield Fault("", "silent", {"way": ", ".join(f"{name} {value}" for name, value in way_out)})


def parsed(documents: Iterable[Any]) -> dict[str, PublicService]:
    """Services by id. Raises Refused ``catalogue_form``."""
    return {service.id: service for service in map(parse_service, documents)}
