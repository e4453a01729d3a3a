"""From a need to services, papers and money; and what may be wrong with a file of needs."""

from __future__ import annotations

import copy
from datetime import date
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given

from protocol.catalogue import needs
from protocol.catalogue.catalogue import bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.catalogue_lint import judge, lint_needs, lint_together, parsed
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.json_part import Fault
from protocol.catalogue.needs import Need, Plan
from protocol.strict_json import dumps
from tests.harness.refusals import refused, texts
from tests.harness.service_documents import TODAY, document, named, put, words

SERVICES: Final = parsed(bundled_services())
SHOP: Final = ShopFees(2_000, {}, vat_registered=True, vat_permille=140)
ALL: Final = {need.id: need for need in needs.read_needs(needs.bundled_needs())}
EVERY: Final = parsed([document()])


def _plan(name: str, **answers: str) -> Plan:
    return needs.plan(ALL[name], answers, SERVICES, TODAY, SHOP)


def _services(found: Plan) -> list[str]:
    return [step.service.id for step in found.steps]


# ---- asking


def test_questions_come_one_by_one_and_only_those_that_matter() -> None:
    need = ALL["id-card"]
    asked: list[str] = []
    answers: dict[str, str] = {}
    for value in ("lost", "yes", "no"):
        question = needs.question(need, answers)
        assert question is not None
        asked.append(question.id)
        answers[question.id] = value
    assert asked == ["what", "report", "birth"]
    assert needs.question(need, answers) is None


def test_an_answer_whose_question_no_longer_arises_does_not_count() -> None:
    need = ALL["id-card"]
    assert needs.answered(need, {"what": "renewal", "report": "yes", "birth": "no"}) == {
        "what": "renewal",
        "birth": "no",
    }
    assert needs.answered(need, {"what": "no such answer"}) == {}


@pytest.mark.parametrize("need", ALL.values(), ids=ALL.keys())
def test_every_way_through_every_need_ends_with_something_to_do_or_to_know(need: Need) -> None:
    for way in product(*(question.choices for question in need.questions)):
        answers = dict(zip((question.id for question in need.questions), way, strict=True))
        assert needs.question(need, answers) is None
        found = needs.plan(need, answers, SERVICES, TODAY, SHOP)
        assert found.steps or found.notices
        assert len(_services(found)) == len(set(_services(found)))
        assert len(found.papers) == len({paper.id for paper in found.papers})
        assert found.known_pt == sum(step.fees.total_pt for step in found.steps if step.fees)


# ---- the plan


def test_a_lost_card_without_a_birth_certificate_is_two_services_and_one_total() -> None:
    found = _plan("id-card", what="lost", report="yes", birth="no")
    assert _services(found) == ["birth-cert", "nid-replacement"]
    assert [dict(step.values) for step in found.steps] == [{"relation": "self"}, {"kind": "lost"}]
    assert found.total_pt == found.known_pt == (4500 + 2000) + (5000 + 2000)
    assert "loss_report" in {paper.id for paper in found.papers}
    assert "damaged_id_card" not in {paper.id for paper in found.papers}


def test_papers_stand_once_in_the_order_they_are_asked_for() -> None:
    found = _plan("job", sheet="yes", fingers="yes", birth="yes", insurance="no", military="no")
    assert _services(found) == ["criminal-record", "birth-cert"]
    assert [paper.id for paper in found.papers][:2] == ["id_card", "form_40"]


def test_who_may_not_ask_is_told_why_and_led_nowhere() -> None:
    found = _plan("birth-paper", whose="other", kin="none")
    assert found.steps == ()
    assert "أبواه" in found.notices[0]["ar"]
    assert (found.total_pt, found.known_pt) == (0, 0)


def test_what_is_not_known_yet_is_no_total() -> None:
    unknown = _plan("vehicle", kind="car", fines="unknown", dues="no")
    assert unknown.total_pt is None
    assert [step.unknown for step in unknown.steps] == ["fee_bill", "fee_unknown", "fee_field"]
    assert _plan("housing", stage="booklet").steps[0].unknown == "service_closed"


def test_what_is_paid_at_the_authority_is_told_and_not_added() -> None:
    found = _plan("driving", what="first", age="yes")
    step = found.steps[0]
    assert step.elsewhere is not None
    assert sum(line.amount_pt for line in step.elsewhere) == 114_000
    assert found.total_pt == 2_000
    assert _plan("travel", passport="valid", work="yes", moves="no").steps[0].elsewhere is None


def test_a_service_that_this_catalogue_does_not_hold_is_left_out() -> None:
    found = needs.plan(ALL["id-card"], {"what": "renewal", "birth": "yes"}, {}, TODAY, SHOP)
    assert found.steps == ()


# ---- searching


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("مولود", "newborn"),
        ("بطاقه", "id-card"),
        ("passport", "travel"),
        ("وفاه", "death"),
        ("الجواز", "travel"),
        ("lost", "id-card"),
    ],
)
def test_a_need_is_found_by_what_the_citizen_says(query: str, first: str) -> None:
    assert needs.search(ALL.values(), query)[0].id == first


def test_an_empty_search_shows_all_and_nonsense_none() -> None:
    assert len(needs.search(ALL.values(), " ")) == len(ALL)
    assert needs.search(ALL.values(), "qqqqxxzz") == []


@given(texts)
def test_any_search_is_answered(query: str) -> None:
    assert {need.id for need in needs.search(ALL.values(), query)} <= ALL.keys()


# ---- where they come from


def test_a_catalogue_may_bring_its_own_needs() -> None:
    own = needs.bundled_needs()["needs"][:2]
    with_needs = read_catalogue(catalogue_members(1, date(2026, 1, 1), None, bundled_services(), own))
    without = read_catalogue(catalogue_members(1, date(2026, 1, 1), None, bundled_services()))
    assert [need.id for need in needs.of(with_needs)] == [need["id"] for need in own]
    assert [need.id for need in needs.of(without)][: len(ALL)] == list(ALL)


def test_a_service_that_no_need_leads_to_is_a_need_of_its_own() -> None:
    catalogue = read_catalogue(catalogue_members(1, date(2026, 1, 1), None, [*bundled_services(), document()]))
    *_, alone = needs.of(catalogue)
    assert (alone.id, alone.title) == ("all-widgets", EVERY["all-widgets"].title)
    assert needs.question(alone, {}) is None
    plan = needs.plan(alone, {}, catalogue.services, TODAY, SHOP)
    assert [step.service.id for step in plan.steps] == ["all-widgets"]
    assert alone in needs.search(needs.of(catalogue), alone.title["ar"])


def _document() -> dict[str, Any]:
    return {
        "needs": [
            {
                "id": "trial",
                "title": words("A trial"),
                "keywords": {"ar": ["تجربة"], "en": ["trial"]},
                "questions": [
                    {
                        "id": "first",
                        "text": words("First"),
                        "choices": [{"value": "yes", **words("Yes")}, {"value": "no", **words("No")}],
                    },
                    {
                        "id": "second",
                        "text": words("Second"),
                        "when": {"first": ["yes"]},
                        "choices": [{"value": "a", **words("A")}, {"value": "b", **words("B")}],
                    },
                ],
                "leads_to": [{"service": "all-widgets", "when": {"first": ["yes"]}, "values": {"speed": "fast"}}],
                "notices": [{"when": {"first": ["no"]}, "text": words("Not for you")}],
            }
        ]
    }


NEED: Final = ("needs", 0)
SECOND: Final = (*NEED, "questions", 1)
LEAD: Final = (*NEED, "leads_to", 0)


def test_a_sound_file_of_needs_has_no_fault() -> None:
    assert lint_needs(_document(), EVERY) == []


@pytest.mark.parametrize(
    ("path", "part", "fault"),
    [
        ((*NEED, "title", "en"), ..., "needs/0/title/en: missing"),
        ((*NEED, "questions", 0, "id"), "second", "trial: second: asked_twice"),
        ((*SECOND, "choices"), [{"value": "a", **words("A")}], "trial: second: answers_few"),
        ((*SECOND, "when"), {"third": ["a"]}, "trial: second: question_before"),
        ((*SECOND, "when"), {"first": ["maybe"]}, "trial: second: answers"),
        ((*SECOND, "when"), {"first": []}, "trial: second: answers"),
        ((*LEAD, "when"), {"second": ["c"]}, "trial: all-widgets: answers"),
        ((*NEED, "notices", 0, "when"), {"no": ["c"]}, "trial: notices/0: question_before"),
        ((*LEAD, "service"), "no-such", "trial: no_service"),
        ((*LEAD, "values"), {"nothing": "x"}, "trial: all-widgets: no_field"),
        ((*LEAD, "values"), {"why": "x"}, "trial: all-widgets: no_field"),
        ((*LEAD, "values"), {"speed": "slower"}, "trial: all-widgets: no_choice"),
        ((*LEAD, "values"), {"note": "x"}, "trial: all-widgets: no_choice"),
        ((*NEED, "notices"), [], "trial: silent"),
        ((*NEED, "notices"), ..., "trial: silent"),
    ],
)
def test_a_fault_of_a_need_is_named(path: tuple[str | int, ...], part: Any, fault: str) -> None:
    assert fault in named(lint_needs(put(_document(), path, part), EVERY))


def test_a_need_asks_no_more_than_five_and_stands_once() -> None:
    found = _document()
    need = found["needs"][0]
    need["questions"] += [copy.deepcopy(need["questions"][0]) | {"id": f"more{n}"} for n in range(4)]
    assert "trial: questions_many" in named(lint_needs(found, EVERY))
    twice = {"needs": _document()["needs"] * 2}
    assert "trial: need_twice" in named(lint_needs(twice, EVERY))


# ---- files beside each other


@pytest.mark.parametrize(
    ("path", "part", "fault"),
    [
        (("number",), "900", "other: number_taken"),
        (("competent_authority", "name", "en"), "X", "other: authority_taken"),
        (("evidence", 0, "label", "en"), "X", "other: evidence_taken"),
    ],
)
def test_what_two_files_may_not_say_differently_is_named(path: tuple[str | int, ...], part: Any, fault: str) -> None:
    other = document() | {"id": "other", "number": "901"}
    assert lint_together(parsed([document(), other]).values()) == []
    assert named(lint_together(parsed([document(), put(other, path, part)]).values())) == [fault]


def test_who_takes_a_number_is_at_fault_and_is_told_a_free_one() -> None:
    mine, other = (document() | {"id": name, "number": "901"} for name in ("mine", "other"))
    (fault,) = judge([("mine.json", dumps(mine))], [mine, other]).faults
    assert fault == Fault("mine", "number_taken", {"name": "901", "other": "other", "free": "902"})


def test_what_is_no_service_is_refused() -> None:
    with refused("catalogue_form", where="/", want=Fault("/", "object").words()):
        parsed([5])
