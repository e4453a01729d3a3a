"""Guidance and prices of every service in the catalogue: nothing missing, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from kiosk.model.day_book import count_faces
from kiosk.model.paper_sheet import Amount, Band, Block, Fact, Heading, Note, Proof, Signature, Step, Tick, Worth
from kiosk.printing import leaflets
from kiosk.printing.till_papers import Moving, cash_slip
from kiosk.setup.counter_steps import JUDGED
from protocol.documents.settings import Settings, read_settings
from protocol.texts import Bilingual, both
from tests.harness import shop
from tests.harness.paper_samples import STAMP, catalogue, day_report

SETTINGS: Final = read_settings(shop.settings())
SERVICES: Final = sorted(catalogue().services)


def guided(service_id: str, settings: Settings = SETTINGS) -> tuple[Block, ...]:
    return leaflets.guidance(STAMP, catalogue().services[service_id], settings).blocks


def words(blocks: tuple[Block, ...]) -> list[str]:
    return [getattr(block, "text", Bilingual("", "")).en for block in blocks]


def charges_for_the_shop(block: Block) -> bool:
    return isinstance(block, Amount) and block.label == both("fee.service")


@pytest.mark.parametrize("service_id", SERVICES)
def test_guidance_names_every_paper_and_a_price_for_every_cost(service_id: str) -> None:
    service, blocks = catalogue().services[service_id], guided(service_id)
    assert sum(isinstance(block, Tick) for block in blocks) == len(service.evidence)
    codes = {cost.code for cost in service.costs}
    priced = [block for block in blocks if isinstance(block, Amount | Worth)]
    assert len(priced) >= len(codes)
    assert bool(codes or priced) or any("nothing to pay" in word for word in words(blocks))


@pytest.mark.parametrize("service_id", [id_ for id_ in SERVICES if catalogue().services[id_].guidance])
def test_a_service_that_is_only_explained_says_where_to_go_and_costs_nothing_here(service_id: str) -> None:
    guidance, blocks = catalogue().services[service_id].guidance, guided(service_id)
    assert guidance is not None
    assert sum(isinstance(block, Step) for block in blocks) == len(guidance.steps)
    assert not any(charges_for_the_shop(block) for block in blocks)


def test_no_papers_are_needed_is_said() -> None:
    assert any("No documents are needed" in word for word in words(guided("case-inquiry")))


def test_what_is_not_always_open_says_when() -> None:
    service = catalogue().services["social-housing"]
    assert service.availability is not None
    assert service.availability.note["en"] in words(guided("social-housing"))


def test_a_live_bill_has_no_amount_and_a_free_answer_says_free() -> None:
    said_words = {
        block.words.en for id_ in ("landline-bill", "birth-cert") for block in guided(id_) if isinstance(block, Worth)
    }
    assert {"as billed", "free"} <= said_words


def test_a_price_that_has_not_begun_is_not_set() -> None:
    service = catalogue().services["criminal-record"]
    later = tuple(replace(cost, valid_from=date(2099, 1, 1)) for cost in service.costs)
    blocks = leaflets.guidance(STAMP, replace(service, costs=later), SETTINGS).blocks
    unknown = [block for block in blocks if isinstance(block, Worth) and block.words.en == "not set yet"]
    assert len(unknown) == len({cost.code for cost in later})


def test_the_newest_price_that_has_begun_counts() -> None:
    service = catalogue().services["criminal-record"]
    first = next(cost for cost in service.costs if cost.amount_pt)
    rise = replace(first, valid_from=date(2026, 11, 1), amount_pt=9_900)
    blocks = leaflets.guidance(STAMP, replace(service, costs=(*service.costs, rise)), SETTINGS).blocks
    amounts = [block.amount_pt for block in blocks if isinstance(block, Amount)]
    assert 9_900 in amounts
    assert first.amount_pt not in amounts


def test_a_shop_without_a_fee_prints_no_line_for_it() -> None:
    free = replace(SETTINGS, shop=replace(SETTINGS.shop, service_fee_pt=0, service_fees_pt={}, vat_registered=False))
    assert not any(
        isinstance(block, Amount) and block.label == both("fee.service") for block in guided("death-cert", free)
    )


def test_an_answer_without_words_is_shown_as_it_is() -> None:
    service = catalogue().services["birth-cert"]
    assert leaflets._choice(service, "national_id", "x") == Bilingual("x", "x")


def test_a_form_number_is_printed_where_there_is_one() -> None:
    numbers = [block.value for block in guided("birth-cert") if isinstance(block, Fact) and block.label.en == "Form"]
    assert numbers == [Bilingual("نموذج 40", "Form 40")]


def test_without_a_number_to_call_a_complaint_is_made_here() -> None:
    quiet = replace(STAMP, phone="", number="")
    sheet = leaflets.refusal(quiet, catalogue().services["birth-cert"], Bilingual("سبب", "why"), ())
    assert [block.text for block in sheet.blocks if isinstance(block, Band)][1:] == [both("paper.complaints.ask")]
    assert not any(isinstance(block, Heading) and "bring" in block.text.en for block in sheet.blocks)


def test_the_test_page_has_all_that_is_looked_at() -> None:
    blocks = leaflets.test_page(STAMP, "tcp:h").blocks
    assert [sum(isinstance(block, kind) for block in blocks) for kind in (Step, Proof, Note)] == [len(JUDGED), 1, 3]


def test_an_x_report_without_a_drawer_has_none() -> None:
    papers = [day_report(final=False, blind=blind).blocks for blind in (True, False)]
    heads = [[block.text.en for block in blocks if isinstance(block, Heading)] for blocks in papers]
    assert ["Cash in the drawer" in head for head in heads] == [False, True]
    amounts = [[block.label.en for block in blocks if isinstance(block, Amount)] for blocks in papers]
    assert ["Fees taken" in labels for labels in amounts] == [False, True]
    assert not any(isinstance(block, Signature) for block in papers[0])


def test_notes_that_do_not_make_the_amount_never_reach_paper() -> None:
    with pytest.raises(ValueError, match="amount_pt"):
        cash_slip(Moving("deposit", 1, party="بنك", count=count_faces({100: 3})), STAMP)


def test_a_service_that_does_not_say_where_it_ends_says_nothing_about_it() -> None:
    service = catalogue().services["birth-cert"]
    assert service.ends is not None
    ends = [replace(service, ends=ending) for ending in (service.ends, None)]
    told = [words(leaflets.guidance(STAMP, one, SETTINGS).blocks) for one in ends]
    assert [service.ends.text["en"] in text for text in told] == [True, False]


def test_a_count_that_agrees_needs_no_reason() -> None:
    blocks = [day_report(final=True, counted_pt=352_000, reason=reason).blocks for reason in ("", "خطأ")]
    told = [both("paper.reason") in [one.label for one in paper if isinstance(one, Fact)] for paper in blocks]
    assert told == [False, True]
