"""From a citizen's need to services, papers and money, before anything is typed. Format: docs/catalogue.md.

A need asks at most a few questions with ready answers; nothing personal. Each answer leads to services, fills in what
it already says of their forms, or says why something cannot be asked for. All is data: `assets/needs.json`, or the
`needs` of a signed catalogue. Importing this module imports `protocol.catalogue.forms`: nothing before the first
screen may.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from protocol.catalogue import fees, forms
from protocol.catalogue.catalogue import Catalogue, folded, query_words
from protocol.catalogue.fees import FeeLine, Fees, ShopFees
from protocol.catalogue.json_part import Code, Fault, Keywords, Part, reads
from protocol.catalogue.services import FREE_MODES, EvidenceType, PublicService
from protocol.errors import Refused
from protocol.texts import Bilingual

When = Mapping[str, tuple[str, ...]]
"""Answers that must have been given: by question, one of several. Empty holds always."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked while `when` holds; `choices` are its ready answers in order."""

    id: Code
    text: Bilingual
    choices: Mapping[str, Bilingual]
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lead:
    """A service the answers lead to, with what they already say of its form (`values`, as stored)."""

    service: Code
    when: When = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the citizen must know: why something cannot be asked for, or what comes first."""

    when: When = field(default_factory=dict)
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that brings a citizen to the counter."""

    id: Code
    title: Bilingual
    keywords: Keywords
    questions: tuple[Question, ...]
    leads: tuple[Lead, ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One service of the plan. `fees` is None where `unknown` says why: ``fee_unknown`` (the centre has set no price),
    ``fee_field`` (it depends on an answer of the form), ``fee_bill`` (a live amount), ``service_closed``.

    `elsewhere` is what is paid at the authority; None where that is not known.
    """

    service: PublicService
    values: Mapping[str, Any]
    papers: tuple[EvidenceType, ...]
    fees: Fees | None
    unknown: str | None
    elsewhere: tuple[FeeLine, ...] | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the answers lead. `papers` holds each paper once; `total_pt` is what this shop will take, None where a
    step's price is not known yet; `known_pt` is the part of it that is.
    """

    steps: tuple[Step, ...]
    notices: tuple[Bilingual, ...]
    papers: tuple[EvidenceType, ...]
    known_pt: int
    total_pt: int | None


# ---- asking


def question(need: Need, answers: Mapping[str, str]) -> Question | None:
    """The next question, None when all that matter are answered."""
    standing = answered(need, answers)
    return next((asked for asked in need.questions if asked.id not in standing and holds(asked.when, standing)), None)


def answered(need: Need, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that still count, in the order of asking: one whose question no longer arises is left out."""
    standing: dict[str, str] = {}
    for asked in need.questions:
        if holds(asked.when, standing) and answers.get(asked.id) in asked.choices:
            standing[asked.id] = answers[asked.id]
    return standing


def holds(when: When, answers: Mapping[str, str]) -> bool:
    """Whether these answers were given."""
    return all(answers.get(name) in values for name, values in when.items())


def plan(
    need: Need, answers: Mapping[str, str], services: Mapping[str, PublicService], on: date, shop: ShopFees
) -> Plan:
    """What the answers lead to on that day. A service that this catalogue does not hold is left out."""
    standing = answered(need, answers)
    steps = tuple(
        _step(services[lead.service], lead.values, on, shop)
        for lead in need.leads
        if lead.service in services and holds(lead.when, standing)
    )
    papers = {paper.id: paper for step in reversed(steps) for paper in reversed(step.papers)}
    known = [step.fees.total_pt for step in steps if step.fees is not None]
    return Plan(
        steps=steps,
        notices=tuple(notice.text for notice in need.notices if holds(notice.when, standing)),
        papers=tuple(reversed(papers.values())),
        known_pt=sum(known),
        total_pt=sum(known) if len(known) == len(steps) else None,
    )


def _step(service: PublicService, values: Mapping[str, Any], on: date, shop: ShopFees) -> Step:
    begun = {**forms.defaults(service), **values}
    priced, unknown = _priced(service, begun, on, shop)
    papers = tuple(forms.read(service, begun).papers)
    return Step(service, values, papers, priced, unknown, fees.elsewhere(service, begun, on))


def _priced(
    service: PublicService, values: Mapping[str, Any], on: date, shop: ShopFees
) -> tuple[Fees | None, str | None]:
    if not service.open_on(on):
        return None, "service_closed"
    if service.mode in FREE_MODES:
        return Fees((), 0, 0), None
    try:
        return fees.compute(service, values, on, shop), None
    except Refused as refused:
        return None, refused.code


def search(needs: Iterable[Need], query: str) -> list[Need]:
    """The needs whose titles or keywords hold words that begin as those of `query`, folded; all for none."""
    words = query_words(query)
    known = ((need, sum(folded(need.title, need.keywords), ())) for need in needs)
    return [need for need, there in known if all(any(one.startswith(word) for one in there) for word in words)]


# ---- reading


def of(catalogue: Catalogue) -> tuple[Need, ...]:
    """The needs of the catalogue in force, else those of the program, and behind these each service that none of them
    leads to, as a need of its own. Raises Refused ``catalogue_form``.
    """
    if catalogue.needs is not None:
        return read_needs({"needs": catalogue.needs})
    found = read_needs(bundled_needs())
    led_to = {lead.service for need in found for lead in need.leads}
    return found + tuple(_alone(service) for service in catalogue.services.values() if service.id not in led_to)


def _alone(service: PublicService) -> Need:
    """Whoever wants this service wants nothing else, and is asked nothing."""
    return Need(service.id, service.title, service.keywords, (), (Lead(service.id),))


def bundled_needs() -> Any:
    """The document that comes with the program (``assets/needs.json``)."""
    return json.loads((files("assets") / "needs.json").read_text(encoding="utf-8"))


def read_needs(document: Any, faults: list[Fault] | None = None) -> tuple[Need, ...]:
    """The needs of ``{"needs": [...]}``. Raises and collects as `protocol.catalogue.service_file.parse_service`."""
    needs: tuple[Need, ...] = Part(document, "", faults).get("needs").read(tuple[Need, ...])
    return needs


@reads(Need)
def _need(part: Part) -> Need:
    return part.form(Need, leads=lambda need: need.get("leads_to").read(tuple[Lead, ...]))


@reads(Question)
def _question(part: Part) -> Question:
    choices = part.get("choices")
    return part.form(Question, choices=lambda _: {row.get("value").code(): row.words() for row in choices.items()})
