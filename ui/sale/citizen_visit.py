"""The visit in hand: one citizen, the forms begun for them, and what of one form another needs not ask again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from kiosk.model.service_request import Draft, Query, Request, Sale
from kiosk.selling.service_desk import ServiceDesk
from protocol.catalogue.services import SHARED_FIELDS, PublicService, shared_answers
from protocol.journal.money_entries import EvidenceItem
from protocol.texts import Language

Answer = tuple[str, str, str]
"""Field, label, answer in words."""
Prefill = tuple[str, dict[str, Any]]
"""A service, and what is known already of its form."""


@dataclass
class Work:
    """One form of the visit. A new one is made for each citizen. `settled`: F10 has found nothing wrong with it.

    `papered`: the pictures that these answers call for are kept; `evidence` is what the journal will say of them.
    """

    draft: Draft
    service: PublicService
    raw: dict[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    checked: Any = None
    due_pt: int | None = None
    fees: Any = None
    bill: Any = None
    billed: Mapping[str, Any] | None = None
    overrides: tuple[str, ...] = ()
    consented: bool = False
    settled: bool = False
    papered: bool = False
    evidence: tuple[EvidenceItem, ...] = ()
    answers: dict[Language, list[Answer]] = field(default_factory=dict)

    @property
    def needs_bill(self) -> bool:
        return any(cost.bill for cost in self.service.costs)


@dataclass
class Visit:
    """A visit of one citizen with its forms (`works`). `at` is the place of the one on the screen."""

    works: list[Work]
    at: int = 0
    transferred: Any = None
    """A request that came back, whose fee pays for this visit."""
    other_than: set[str] = field(default_factory=set)
    """Ids of like requests of today that somebody has told from these."""

    @property
    def work(self) -> Work:
        return self.works[self.at]

    @property
    def corrects(self) -> str:
        """The id of the request that came back and is done again, "" for a new one."""
        return self.works[0].draft.corrects

    @property
    def drafts(self) -> list[Draft]:
        """The forms with what is typed in them now."""
        return [replace(work.draft, raw=dict(work.raw)) for work in self.works]

    def add(self, works: Sequence[Work]) -> None:
        self.works += works
        self.at = len(self.works) - 1

    def turn_to(self, work: Work) -> None:
        self.at = next(place for place, one in enumerate(self.works) if one is work)

    def unsettled(self) -> Work | None:
        """The next form that still has to be looked at: those after the one on the screen first."""
        order = [*self.works[self.at :], *self.works[: self.at]]
        return next((work for work in order if not work.settled), None)

    def dues(self, fees: Any) -> list[int | None]:
        """What each form comes to as far as that is known, the one on the screen by these fees."""
        self.work.due_pt = getattr(fees, "total_pt", None)
        return [work.due_pt for work in self.works]

    def take_out(self, work: Work) -> Work | None:
        """Without this form; the one to go on with, None when it was the last."""
        self.works = [one for one in self.works if one is not work]
        self.at = min(self.at, max(0, len(self.works) - 1))
        return self.works[self.at] if self.works else None

    def carry(self) -> list[Work]:
        """What the form on the screen says of the citizen, the others say too. Returns those that now say otherwise."""
        told = {to: {name: text for name, _, text in answers} for to, answers in self.work.answers.items()}
        said = {name: value for name, value in self.work.raw.items() if any(name in texts for texts in told.values())}
        changed = []
        for other in self.works:
            shared = shared_answers(other.service, said)
            if other is not self.work and any(other.raw.get(name) != value for name, value in shared.items()):
                other.raw |= shared
                other.values = {}
                for to, answers in other.answers.items():
                    answers[:] = [(n, label, told[to].get(n, t) if n in shared else t) for n, label, t in answers]
                changed.append(other)
        return changed

    def sales(self, tendered_pt: int) -> list[Sale]:
        """What is confirmed: the cash stands on the first, for all."""
        sales = [_sale(work, 0 if place else tendered_pt) for place, work in enumerate(self.works)]
        old = self.transferred
        if old is None:
            return sales
        return [replace(one, corrects=old.id, method=old.method, reference=old.reference) for one in sales]

    def asked_once(self, language: Language) -> list[list[Answer]]:
        """The answers of each form, without those of the citizen that stand above them already."""
        said: set[str] = set()
        each = []
        for work in self.works:
            each.append([answer for answer in work.answers[language] if answer[0] not in said])
            said |= {name for name, _, _ in work.answers[language] if name in SHARED_FIELDS}
        return each


class VisitOwner(Protocol):
    """What the parts of a sale ask of the sale around them."""

    visit: Visit | None

    def home(self) -> None:
        """Away from the visit, which waits there half typed."""

    def choose(self, service_id: str) -> None:
        """One more form for the citizen of the open visit, else one for a new citizen."""

    def begin_again(self, request: Request) -> None:
        """A new citizen, with the services of that request's visit."""

    def begin_all(self, wanted: Sequence[Prefill]) -> None:
        """A new citizen, with all that they have come for."""

    def resume(self, draft_id: str) -> None:
        """A visit that was left half typed."""

    def add(self) -> None:
        """One more service for the same citizen."""

    def back_to_visit(self) -> None: ...
    def back(self, work: Work, checked: Any = None, field: str = "") -> None:
        """To that form again, with what is wrong in it or with the focus on a field."""

    def out(self, work: Work, said: str = "") -> None:
        """This form is done with, and was not sold; `said` is told on the page that comes next."""

    def papers_done(self, work: Work) -> None:
        """All that is needed is kept: on with the sale."""

    def keep_now(self) -> None:
        """What was typed last is kept, and no keep comes after it."""

    def recorded(self, recorded: Any) -> None: ...
    def show_paper(self, request: Request | None, job: Any) -> None:
        """The request of a paper that is still to be answered for; of one that belongs to none, all papers."""


def begin_forms(
    desk: ServiceDesk, before: Sequence[Draft], wanted: Sequence[Prefill]
) -> list[tuple[Draft, PublicService]]:
    """New forms for the citizen of those `before`. What a visit consists of survives the power, typed in or not."""
    forms, made = list(before), list[tuple[Draft, PublicService]]()
    for service_id, values in wanted:
        forms.append(desk.drafts.begin(service_id, forms, values))
        made.append((forms[-1], desk.service(service_id)))
    if len(forms) > 1:
        alone = before if len(before) == 1 else ()  # it was no visit until now, and may not have been typed in
        for draft in (*alone, *(draft for draft, _ in made)):
            desk.drafts.keep(draft, draft.raw)
    return made


def same_again(desk: ServiceDesk, request: Request) -> list[Prefill]:
    """The services of the visit to which this request belongs, to begin them for somebody else."""
    if request.lines == 1:
        return [(request.service_id, {})]
    day = desk.requests.search(Query(date=request.date, limit=-1))
    visit = sorted((one for one in day if one.visit == request.visit), key=lambda one: one.line)
    return [(one.service_id, {}) for one in visit]


def same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether the same was typed: a number is grouped when its field is left, which is no other answer."""
    return {name: _bare(value) for name, value in before.items()} == {name: _bare(value) for name, value in now.items()}


def _bare(value: Any) -> Any:
    """Of a number without its spaces; in a name or an address they are what the citizen is shown, and signed."""
    packed = "".join(value.split()) if isinstance(value, str) else ""
    return packed if packed.isascii() and packed.isdigit() else value


def begun(drafts: Iterable[tuple[Draft, PublicService]]) -> Visit:
    return Visit([Work(draft, service, dict(draft.raw)) for draft, service in drafts])


def _sale(work: Work, tendered_pt: int) -> Sale:
    draft, service = work.draft, work.service
    return Sale(
        id=draft.id, visit=draft.visit_id, form=work.checked, tendered_pt=tendered_pt,
        consent_version=service.consent.version if service.consent else None, overrides=work.overrides,
        bill=work.bill.paid() if work.bill else None, catalogue=draft.catalogue or None, due_pt=work.due_pt,
        evidence=work.evidence,
    )  # fmt: skip
