"""What a form says beside what is typed: names of fields, papers, and what is known before anybody pays.

The counter and the centre's preview of a service show the same words, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from protocol.catalogue.fees import FeeLine
from protocol.catalogue.services import Element, EvidenceType, Form, PublicService
from protocol.program.explained import money
from protocol.texts import Language, say
from protocol.values.arabic import isolate

Words = tuple[str, str]
"""The role of a text, and its words."""


def label(form: Form, element: Element, language: Language) -> str:
    """What a field is called above it."""
    words = form.fields[element.field].label[language]
    return words if element.field in required(form.schema) else f"{words} {say(language, 'field.optional')}"


def required(schema: Any) -> set[str]:
    """Fields that may be asked for, whatever the other answers: these are never called optional."""
    found: set[str] = set()
    if isinstance(schema, Mapping):
        found |= {name for name in schema.get("required", ()) if isinstance(name, str)}
        for inner in schema.values():
            found |= required(inner)
    elif isinstance(schema, list):
        for inner in schema:
            found |= required(inner)
    return found


def paper(asked: EvidenceType, language: Language) -> str:
    """A paper that the citizen is asked for."""
    words = asked.label[language]
    return words if asked.required else say(language, "form.paper.optional", paper=words)


def requirements(service: PublicService, language: Language, elsewhere: Sequence[FeeLine] | None) -> Iterator[Words]:
    """What stands below the fields. `elsewhere` is what the authority asks for, None if not known."""
    if service.guidance is not None:
        yield "strong", say(language, "form.where", where=service.guidance.where[language])
        for number, step in enumerate(service.guidance.steps, 1):
            yield "body", f"{isolate(str(number))}. {step[language]}"
    yield "hint", service.description[language]
    if service.who_may_ask is not None:
        yield "hint", say(language, "form.who", who=service.who_may_ask[language])
    yield from _paid_elsewhere(language, elsewhere)
    yield "hint", say(language, "form.time", time=service.processing(language))
    if service.ends is not None:
        yield "hint", say(language, "form.ends", ends=service.ends.text[language])


def _paid_elsewhere(language: Language, elsewhere: Sequence[FeeLine] | None) -> Iterator[Words]:
    if elsewhere is None:
        yield "hint", say(language, "form.elsewhere.unknown")
    for line in elsewhere or ():
        yield (
            "body",
            say(language, "form.elsewhere", label=line.label[language], amount=money(language, line.amount_pt)),
        )
