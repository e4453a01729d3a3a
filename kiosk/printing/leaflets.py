"""Papers without money: what to bring, why not today, the official prices, and the printer's test page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kiosk.model.paper_sheet import (
    WEIGHTS,
    Amount,
    Band,
    Block,
    Fact,
    Heading,
    Note,
    Proof,
    Rule,
    Ruler,
    Sheet,
    Step,
    Tick,
    Worth,
    joined,
    typed,
)
from kiosk.model.service_request import AuthorityBill
from kiosk.printing.till_papers import Stamp
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.services import Cost, EvidenceType, PublicService
from protocol.clock import business_date, show_time
from protocol.documents.settings import Settings
from protocol.texts import Bilingual, both
from protocol.values.arabic import clean, isolate


def guidance(
    stamp: Stamp, service: PublicService, settings: Settings, papers: Sequence[EvidenceType] | None = None
) -> Sheet:
    """What a citizen needs for `service`: papers to tick off, prices, time, where.

    `papers` are those that the answers call for (`protocol.catalogue.forms.Answers`). Without them nobody was asked, a
    paper that hangs on an answer is one to bring where it applies.
    """
    return Sheet("guidance", stamp.shop, both("paper.guidance.title"), (*_guidance(stamp, service, settings, papers),))


def _guidance(
    stamp: Stamp, service: PublicService, settings: Settings, papers: Sequence[EvidenceType] | None
) -> Iterator[Block]:
    yield Heading(titled(service))
    yield Fact(both("paper.authority"), typed(service.competent_authority.name))
    if service.who_may_ask is not None:
        yield Fact(both("paper.who"), typed(service.who_may_ask))
    if service.form_no is not None:
        yield Fact(both("paper.form"), typed(service.form_no), strong=True)
    yield Rule()
    yield from _papers_to_bring(service.evidence if papers is None else papers, asked=papers is not None)
    yield Rule()
    yield Heading(both("paper.costs"))
    yield from list(_prices(service, settings, _day(stamp))) or [Note(both("paper.prices.none"))]
    yield Fact(both("paper.processing"), Bilingual.of(service.processing), strong=True)
    yield from _where(service)
    yield Rule()
    yield Note(both("paper.guidance.only"), "strong")
    yield Fact(both("paper.date"), show_time(stamp.at_ms))
    yield from stamp.complaints()


def _where(service: PublicService) -> Iterator[Block]:
    """Where to go and what to do there, or what happens once it is asked for here."""
    if service.availability is not None:
        yield Note(typed(service.availability.note), "strong")
    if service.guidance is not None:
        yield Rule()
        yield Heading(both("paper.where"))
        yield Note(typed(service.guidance.where), "strong")
        yield from (Step(number, typed(step)) for number, step in enumerate(service.guidance.steps, 1))
    if service.ends is not None:
        yield Note(typed(service.ends.text))


def _papers_to_bring(papers: Sequence[EvidenceType], *, asked: bool) -> Iterator[Block]:
    yield Heading(both("paper.bring"))
    for paper in papers:
        words, sure = typed(paper.label), paper.required and (asked or paper.rule is None)
        yield Tick(words if sure else joined(words, " — ", both("paper.optional")))
    if not papers:
        yield Note(both("paper.bring.nothing"))


def answer(stamp: Stamp, service: PublicService, bill: AuthorityBill) -> Sheet:
    """What an authority answered just now, to take home. It is no receipt: nothing was paid."""
    lines = [(typed(line.label), line.amount_pt) for line in bill.lines]
    told = [Amount(words, amount_pt) if amount_pt else Note(words) for words, amount_pt in lines]
    blocks: list[Block] = [
        Band(both("paper.answer.band")), Heading(titled(service)),
        Fact(both("paper.authority"), typed(service.competent_authority.name)), *stamp.facts(), Rule(),
        *(told or [Note(both("paper.answer.nothing"))]),
    ]  # fmt: skip
    if bill.amount_pt:
        blocks += [Rule(), Amount(both("paper.total"), bill.amount_pt, "total")]
    blocks += [Rule(), Note(both("paper.answer.moment"))]
    return Sheet("guidance", stamp.shop, both("paper.answer.title"), tuple(blocks))


def refusal(stamp: Stamp, service: PublicService, reason: Bilingual, bring: Sequence[Bilingual]) -> Sheet:
    """The receipt of a request that was not taken: no money, why, and what to bring next time."""
    blocks: list[Block] = [
        Band(both("paper.refusal.band")), *stamp.facts(), Rule(), Heading(titled(service)),
        Fact(both("paper.authority"), typed(service.competent_authority.name)), Rule(),
        Heading(both("paper.refusal.why")), Note(typed(reason), "strong"),
    ]  # fmt: skip
    if bring:
        blocks += [Rule(), Heading(both("paper.refusal.bring")), *(Tick(typed(paper)) for paper in bring)]
    blocks += [Rule(), Note(both("paper.refusal.again")), *stamp.complaints()]
    return stamp.sheet("refusal", blocks)


def price_list(stamp: Stamp, catalogue: Catalogue, settings: Settings) -> Sheet:
    """The official prices in force on the stamp's day, for the wall: every service, each line, the shop's own fee."""
    day = _day(stamp)
    blocks: list[Block] = [
        Note(both("paper.prices.official"), "strong"),
        Fact(both("paper.prices.list"), f"{catalogue.version}"),
        Fact(both("paper.prices.from"), catalogue.valid_from.isoformat()),
        Fact(both("paper.prices.printed"), show_time(stamp.at_ms)),
    ]
    for service in catalogue.services.values():
        prices = list(_prices(service, settings, day))
        blocks += [Rule(), Heading(titled(service)), *(prices or [Note(both("paper.prices.none"))])]
    blocks += [Rule(), Note(both("paper.prices.ask"), "strong"), *stamp.complaints()]
    return Sheet("prices", stamp.shop, both("paper.prices.title"), tuple(blocks), str(catalogue.version))


def _prices(service: PublicService, settings: Settings, day: date) -> Iterator[Block]:
    """Every price of the service on `day`; one that nobody has set says so, because it cannot be sold either."""
    begun = [cost for cost in service.costs if cost.valid_from <= day]
    for code in dict.fromkeys(cost.code for cost in service.costs):
        rows = [cost for cost in begun if cost.code == code]
        if rows:
            yield from _price(service, max(rows, key=lambda cost: cost.valid_from))
        else:
            label = next(cost.label for cost in service.costs if cost.code == code)
            yield Worth(typed(label), both("paper.prices.unknown"))
    own_pt = settings.fees.service_fees_pt.get(service.id, settings.fees.service_fee_pt)
    if own_pt and service.mode != "guidance":
        yield Amount(both("fee.service"), own_pt)


def _price(service: PublicService, cost: Cost) -> Iterator[Block]:
    label = typed(cost.label) if cost.paid_here else joined(both("paper.elsewhere"), " ", typed(cost.label))
    if cost.bill:
        yield Worth(label, both("paper.prices.bill"))
    elif cost.by is None:
        yield _priced(label, cost.amount_pt)
    else:
        for value, amount_pt in cost.table.items():
            yield _priced(joined(label, ": ", _choice(service, cost.by, value)), amount_pt)


def _priced(label: Bilingual, amount_pt: int | None) -> Block:
    if amount_pt is None:
        return Worth(label, both("paper.prices.unknown"))
    return Amount(label, amount_pt) if amount_pt else Worth(label, both("paper.prices.free"))


def _choice(service: PublicService, field: str, value: str) -> Bilingual:
    """The words of an answer that a price depends on."""
    named = next((element.choices for element in service.form.elements() if element.field == field), None)
    words = service.form.choices.get(named or "", {}).get(value)
    return typed(value if words is None else words)


def test_page(stamp: Stamp, printer: str) -> Sheet:
    """What a technician judges by eye: letters joined, digits in order, edges whole, codes readable, paper cut."""
    sample = both("paper.test.sample")
    blocks = (
        Ruler(),
        Band(both("paper.test.band")),
        Fact(both("paper.test.printer"), clean(printer), strong=True),
        *stamp.facts(),
        Rule(),
        Heading(both("paper.test.letters")),
        *(Note(sample, weight) for weight in WEIGHTS),
        Fact(both("paper.test.digits"), "0123456789", strong=True),
        Amount(both("paper.total"), 1_234_567, "total"),
        Proof("MANFAZ-TEST", both("paper.test.scan"), digits="0123456789"),
        Rule(),
        Heading(both("paper.test.look")),
        *(Step(number, both(f"paper.test.look.{number}")) for number in range(1, 4)),
        Ruler(),
    )
    return Sheet("test", stamp.shop, both("paper.test.title"), blocks)


def titled(service: PublicService) -> Bilingual:
    """``112 · شهادة ميلاد``: the number the operator types, and the name."""
    title = typed(service.title)
    return Bilingual.of(lambda language: f"{isolate(service.number)} · {title[language]}")


def _day(stamp: Stamp) -> date:
    return business_date(stamp.at_ms)
