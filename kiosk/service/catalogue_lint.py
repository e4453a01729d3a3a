"""The strict judge of what only shows between files: services beside each other, and the needs that lead to them.

For authors and for the centre before a catalogue is signed, as `kiosk.service.service_lint` is for one file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final

from kiosk.errors import Refused
from kiosk.service import forms, needs
from kiosk.service.needs import Need, When
from kiosk.service.service_file import parse_service
from kiosk.service.services import PublicService

_LONGEST: Final = 5
"""Questions of one need; more are not asked at a counter."""


def lint_together(services: Iterable[PublicService]) -> list[str]:
    """What two services may not share, and what they must have alike, a line each; [] when they fit.

    * ids and numbers differ; a name of an authority is one
    * a paper of one id is one paper, with one label; it is then taken once in a visit
    """
    alike: dict[tuple[str, str], tuple[str, object]] = {}
    faults: list[str] = []
    for service in services:
        for kind, name, value in _said(service):
            first, known = alike.setdefault((kind, name), (service.id, value))
            if known != value:
                faults.append(f"{service.id}: {kind} {name} differs from that of {first}")
    return faults


def _said(service: PublicService) -> Iterator[tuple[str, str, object]]:
    yield "number", service.number, service.id
    yield "authority", service.competent_authority.id, service.competent_authority.name
    for paper in service.evidence:
        yield "evidence", paper.id, paper.label


def lint_needs(document: Any, services: Mapping[str, PublicService]) -> list[str]:
    """What is wrong with the needs of a catalogue of `services`, a line each; [] when they may be published.

    * ids differ; conditions name earlier questions and their answers; five questions at most
    * services exist, and what is filled in is a field of theirs with an answer that it takes
    * no way through the questions ends with nothing to say
    """
    try:
        found = needs.read_needs(document)
    except Refused as refused:
        return [f"{refused.values['where']}: {refused.values['want']}"]
    ids = [need.id for need in found]
    faults = [f"{name}: there are two of this id" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for need in found:
        conditions = list(_lint_conditions(need))
        faults += [f"{need.id}: {fault}" for fault in (*conditions, *_lint_leads(need, services))]
        if not conditions:
            faults += [f"{need.id}: {fault}" for fault in _lint_ways(need)]
    return faults


def _lint_conditions(need: Need) -> Iterator[str]:
    if len(need.questions) > _LONGEST:
        yield f"{len(need.questions)} questions; {_LONGEST} at most"
    before: dict[str, Mapping[str, Any]] = {}
    for question in need.questions:
        if len(question.choices) < 2:
            yield f"{question.id}: a question needs two answers at least"
        if question.id in before:
            yield f"{question.id}: asked twice"
        yield from _lint_when(question.id, question.when, before)
        before[question.id] = question.choices
    for lead in need.leads:
        yield from _lint_when(lead.service, lead.when, before)
    for place, notice in enumerate(need.notices):
        yield from _lint_when(f"notices/{place}", notice.when, before)


def _lint_when(where: str, when: When, before: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, values in when.items():
        if name not in before:
            yield f"{where}: {name} is no question before it"
        elif not values or not set(values) <= before[name].keys():
            yield f"{where}: {name} has the answers {', '.join(before[name])}"


def _lint_leads(need: Need, services: Mapping[str, PublicService]) -> Iterator[str]:
    for lead in need.leads:
        service = services.get(lead.service)
        if service is None:
            yield f"there is no service {lead.service}"
            continue
        shown = forms.visible(service, {**forms.defaults(service), **lead.values})
        elements = {element.field: element for element in service.form.elements()}
        for name, value in lead.values.items():
            if name not in shown:
                yield f"{lead.service}: {name} is no field of it, or hidden by the others"
            elif value not in service.form.choices.get(elements[name].choices or "", {}):
                yield f"{lead.service}: {name} has no choice {value}"


def _lint_ways(need: Need) -> Iterator[str]:
    """Every way through the questions; there are few, because the questions are."""
    dumb: set[tuple[tuple[str, str], ...]] = set()
    for way in product(*(question.choices for question in need.questions)):
        answers = needs.answered(need, dict(zip((question.id for question in need.questions), way, strict=True)))
        said = [*(lead.when for lead in need.leads), *(notice.when for notice in need.notices)]
        if not any(needs.holds(when, answers) for when in said):
            dumb.add(tuple(answers.items()))
    for way_out in sorted(dumb):
        yield f"nothing is said to {', '.join(f'{name} {value}' for name, value in way_out)}"


def unreached(document: Any, services: Iterable[str]) -> list[str]:
    """Services that no need leads to; they are found by number and name only."""
    reached = {lead.service for need in needs.read_needs(document) for lead in need.leads}
    return sorted(set(services) - reached)


def parsed(documents: Iterable[Any]) -> dict[str, PublicService]:
    """Services by id. Raises Refused ``catalogue_form``."""
    return {service.id: service for service in map(parse_service, documents)}
