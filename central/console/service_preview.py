"""A service's form as the counter shows it when it opens: the same fields, order, names and papers, from one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from central.console.catalogue_changes import NO_SHOP
from protocol.catalogue import fees, form_words, forms
from protocol.catalogue.fees import Fees
from protocol.catalogue.forms import Answers
from protocol.catalogue.services import Element, PublicService
from protocol.errors import Refused
from protocol.program.explained import explain
from protocol.texts import Language


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of the preview. `choices` are its ready answers, `answer` the one it begins with. `shown` is false
    while it waits for another answer.
    """

    field: str
    label: str
    hint: str
    choices: Sequence[str]
    answer: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ShownSection:
    """Fields under one heading."""

    title: str
    fields: Sequence[ShownField]


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole form; `papers` by how they are taken; `unpriced` says why there are no `lines` yet."""

    papers: Sequence[tuple[str, str]]
    sections: Sequence[ShownSection]
    needs: Sequence[form_words.Words]
    consent: str
    lines: Sequence[tuple[str, int]]
    total_pt: int
    unpriced: str


def preview(service: PublicService, language: Language, on: date) -> Preview:
    begun = forms.defaults(service)
    answers = forms.read(service, begun)
    sections = [
        ShownSection(
            one.title[language] if one.title is not None else "",
            [_field(service, element, language, answers) for element in one.elements],
        )
        for one in service.form.sections
    ]
    cost, why = _priced(service, begun, on, language)
    return Preview(
        [(one.how, form_words.paper(one, language)) for one in answers.papers], sections,
        list(form_words.requirements(service, language, fees.elsewhere(service, begun, on))),
        service.consent.text[language] if service.consent is not None else "",
        [(one.label[language], one.amount_pt) for one in cost.lines] if cost else [],
        cost.total_pt if cost else 0, why,
    )  # fmt: skip


def _field(service: PublicService, element: Element, language: Language, answers: Answers) -> ShownField:
    texts, ready = service.form.fields[element.field], service.form.answers(element)
    begins = str(answers.values.get(element.field, ""))
    return ShownField(
        element.field, form_words.label(service.form, element, language), texts.hint[language] if texts.hint else "",
        [words[language] for words in ready.values()],
        ready[begins][language] if begins in ready else begins, element in answers.elements,
    )  # fmt: skip


def _priced(
    service: PublicService, begun: Mapping[str, Any], on: date, language: Language
) -> tuple[Fees | None, str]:  # fmt: skip
    try:
        return fees.compute(service, begun, on, NO_SHOP), ""
    except Refused as why:
        return None, explain(language, why)[0]
