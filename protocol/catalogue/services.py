"""A public service as the catalogue describes it, in the words of CPSV-AP 3.2.0. Format: docs/catalogue.md.

Forms, prices and papers are data, so that the centre can change them without a release and a newspaper's price can
be corrected in an hour. `protocol.catalogue.service_file` reads one,
`protocol.catalogue.catalogue` holds many and searches them, `protocol.catalogue.service_lint` is the strict judge
before one is published.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, get_args

from protocol.catalogue.json_part import Code, Keywords, Scope, between
from protocol.texts import Bilingual, Language, say
from protocol.values.money import MAX_PT

Mode = Literal["submit", "booking", "inquiry", "inquiry_pay", "pay_online_only", "guidance"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
ONLINE_MODES: Final = frozenset({"inquiry", "inquiry_pay", "pay_online_only"})
"""A live amount is never queued: it changes, and it could be paid twice."""
FREE_MODES: Final = frozenset({"guidance", "inquiry"})
"""Nothing is sold: no request, no money, not even the shop's own fee."""
GOVERNORATES: Final = "governorates"
"""The choices every service has without writing them: the 27 governorates of residence, by their code."""
OTHER: Final = "other"
AREAS: Final = ("civil", "traffic", "supply", "law", "security", "utilities", "local", "social", OTHER)
"""Thematic areas, in the order of the home screen; their names are the texts ``area.<id>``."""
ICONS: Final = frozenset({
    "basket", "birth", "bolt", "building", "calendar", "car", "cert", "child", "coins", "doc", "drop", "family",
    "finger", "globe", "heart", "idcard", "leaf", "passport", "person", "phone", "rings", "scales", "shield", "sign",
    "stamp", "store", "wheel",
})  # fmt: skip
"""Pictures that a service may have in place of its area's."""
SHARED_FIELDS: Final[Mapping[str, str]] = {
    "national_id": "national_id", "name": "name", "mobile": "mobile", "governorate": "governorate", "address": "text",
    "spouse_national_id": "national_id", "spouse_name": "name", "passport_no": "code", "plate": "plate",
    "plate_governorate": "governorate", "licence_no": "digits", "ration_no": "digits", "supply_office": "text",
    "grocer": "text", "property_address": "text", "tax_no": "digits", "register_no": "digits",
}  # fmt: skip
"""Fields that belong to the citizen, not to one request, with their widget: a visit asks each of them once."""
DURATION: Final = re.compile(
    r"P(?=.)(?:(?P<days>[0-9]{1,3})D)?(?:T(?=.)(?:(?P<hours>[0-9]{1,3})H)?(?:(?P<minutes>[0-9]{1,3})M)?)?"
)
"""Processing times: days, hours and minutes of ISO 8601; months and years would need a date to count from."""


@dataclass(frozen=True, slots=True)
class PublicOrganisation:
    """The competent authority."""

    id: Code
    name: Bilingual


_Amount = Annotated[int, between(0, MAX_PT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One price line of the authority from a date on. Rows that share a `code` replace each other by `valid_from`.

    The unit is `amount_pt`, or `table` looked up by the value of the field `by`, or the live bill (`bill`), or not
    known (all of them empty: set by the centre). It is charged once, or as often as the integer field `per` says,
    less `included`. `source` names entries of the service's sources; `conflicts` is what other sources say. A line
    that is paid at the authority (`paid_here` false) is told to the citizen and never taken.
    """

    code: Code
    label: Bilingual
    valid_from: date
    amount_pt: _Amount | None
    by: Scope | None
    table: Mapping[str, _Amount | None]
    bill: bool = False
    per: Scope | None
    included: Annotated[int, between(0, 1000)] = 0
    source: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    paid_here: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Show or hide while the field's value satisfies a JSON Schema; a missing value never does."""

    effect: Literal["SHOW", "HIDE"]
    field: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A paper the request needs: the original is looked at (``sight``) or a picture is taken (``capture``)."""

    id: Code
    label: Bilingual
    how: Literal["sight", "capture"]
    required: bool
    sources: tuple[Literal["camera", "file"], ...]
    min_px: Annotated[int, between(1, 20_000)]
    max_kb: Annotated[int, between(1, 10_000)]
    rule: Rule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One field on the screen. `words` is the least number of name parts; `period` bounds a date by today.

    `agrees_with` names the national ID whose birth date or sex this field must repeat, `differs_from`
    a field that must not hold the same; `min_age` is in whole years.
    """

    field: str
    widget: str
    rule: Rule | None
    choices: str | None
    words: Annotated[int, between(1, 8)] = 1
    period: Literal["past", "future"] | None
    agrees_with: Scope | None
    differs_from: Scope | None
    min_age: Annotated[int, between(1, 120)] = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are shown together."""

    id: Code
    title: Bilingual | None
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """What is said about one field. `errors` is by JSON Schema keyword or by the code of a widget's check."""

    label: Bilingual
    hint: Bilingual | None
    errors: Mapping[str, Bilingual] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """Data (JSON Schema 2020-12, flat), screen (sections) and words, apart from each other."""

    schema: Mapping[str, Any]
    sections: tuple[Section, ...]
    fields: Mapping[str, FieldTexts]
    choices: Mapping[str, Mapping[str, Bilingual]]

    def elements(self) -> Iterator[Element]:
        """All fields in UI order."""
        return (element for section in self.sections for element in section.elements)

    def answers(self, element: Element) -> Mapping[str, Bilingual]:
        """The ready ones of a choice or a governorate; none of what is typed freely."""
        return self.choices.get(GOVERNORATES if element.widget == "governorate" else element.choices or "", {})


@dataclass(frozen=True, slots=True)
class Output:
    """What the citizen is given in the end; `validity` says how long it counts."""

    title: Bilingual
    validity: Bilingual | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the citizen gets the output, and what to do for it."""

    where: Literal["shop", "office", "post", "message", "online"]
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Guidance:
    """Of a service that is only explained: where the citizen goes, and the steps there."""

    where: Bilingual
    steps: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both included; `until` None has no end."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Availability:
    """When a service that is not always open is open; no period is "closed until one is announced"."""

    periods: tuple[Period, ...]
    note: Bilingual


@dataclass(frozen=True, slots=True)
class Consent:
    """The text a citizen agrees to before sensitive data is taken (Law 151/2020), and which text it was."""

    text: Bilingual
    version: str


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after the final decision until personal data and pictures go."""

    personal_days: Annotated[int, between(0, 3650)]
    evidence_days: Annotated[int, between(0, 3650)]


@dataclass(frozen=True, slots=True)
class PublicService:
    """A service; `number` is what the operator types, `processing_time` ISO 8601 durations or None (unknown): one for
    all under "", or one for each answer of the field `processing_by`.

    `offline_class` names the shop's limit for one request without a line (``settings.limits.offline_class_pt``).
    """

    id: Code
    number: Annotated[str, lambda part: part.text(r"[1-9][0-9]{2,3}", "service_number")]
    version: Annotated[int, between(1, 2**31)]
    title: Bilingual
    description: Bilingual
    competent_authority: PublicOrganisation
    thematic_area: Code
    icon: Code | None
    keywords: Keywords
    mode: Mode
    processing_by: str | None
    processing_time: Mapping[str, str | None]
    form_no: Bilingual | None
    who_may_ask: Bilingual | None
    output: Output
    ends: Ending | None
    availability: Availability | None
    guidance: Guidance | None
    consent: Consent | None
    max_cash_pt: _Amount
    offline_class: Code
    retention: Retention
    evidence: tuple[EvidenceType, ...]
    costs: tuple[Cost, ...]
    form: Form
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def area(self) -> str:
        """Where it stands on the home screen; an area that this program does not know is `OTHER`."""
        return self.thematic_area if self.thematic_area in AREAS else OTHER

    @property
    def needs_line(self) -> bool:
        """Whether it cannot be served without a connection."""
        return self.mode in ONLINE_MODES

    def open_on(self, day: date) -> bool:
        """Whether the authority takes this request on that day."""
        periods = None if self.availability is None else self.availability.periods
        return periods is None or any(p.since <= day and (p.until is None or day <= p.until) for p in periods)

    def processing(self, language: Language, values: Mapping[str, Any] | None = None) -> str:
        """The processing time in words, for paper and screen; `values` are the answers, where there are any yet."""
        answer = self._processing_answer(values or {})
        if answer not in self.processing_time:
            return say(language, "service.time.chosen")
        return duration(self.processing_time[answer], language)

    def processing_span(self, values: Mapping[str, Any]) -> timedelta | None:
        """The processing time of what was answered; None where the authority gives none."""
        match = DURATION.fullmatch(self.processing_time.get(self._processing_answer(values)) or "")
        return None if match is None else timedelta(**{unit: int(n) for unit, n in match.groupdict("0").items()})

    def _processing_answer(self, values: Mapping[str, Any]) -> str:
        return "" if self.processing_by is None else str(values.get(self.processing_by, ""))


def shared_answers(service: PublicService, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What of these typed answers is the citizen's own and asked by `service` too: a visit asks for it once."""
    asked = (element.field for element in service.form.elements() if element.field in SHARED_FIELDS)
    return {field: raw[field] for field in asked if raw.get(field) not in (None, "")}


@lru_cache(maxsize=256)
def duration(iso: str | None, language: Language) -> str:
    """``P15D`` as "15 days"; ``P0D`` is "at once", None "set by the authority"."""
    match = DURATION.fullmatch(iso or "")
    if match is None:
        return say(language, "service.time.unknown")
    parts = [say(language, f"service.time.{unit}", n=int(n)) for unit, n in match.groupdict().items() if n and int(n)]
    return " ".join(parts) or say(language, "service.time.now")
