"""The citizen's need, a few answers, the services and their papers and price, and the visit that begins with them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget

from protocol.errors import Refused
from tests.harness.shop import OPERATOR
from tests.ui.conftest import Hands


def needs(hands: Hands) -> Any:
    return hands.window.session.screens().sale.needs


def asking(hands: Hands, need: str) -> Hands:
    """At the first question of that need."""
    hands.home().press(Qt.Key.Key_0, alt=True)
    hands.until("pageNeeds")
    place = [one.id for one in hands.counter.desk.needs()].index(need)
    needs(hands).page.chosen.emit(place)
    hands.settle()
    return hands


def options(hands: Hands) -> QListWidget:
    found: QListWidget = hands.find("needList")
    return found


def texts(hands: Hands) -> str:
    return "\n".join(label.text() for label in hands.page.findChildren(QLabel) if label.isVisible())


def to_the_plan(hands: Hands, key: Qt.Key = Qt.Key.Key_1) -> None:
    """The same answer to every question."""
    for _ in range(6):
        hands.until("pageNeeds")
        if needs(hands).page.state == "plan":
            return
        hands.press(key, alt=True)
        hands.settle(30)
    raise AssertionError(needs(hands).page.state)


def test_enter_before_the_answer_is_meant_for_what_was_typed(hands: Hands) -> None:
    hands.home().press(Qt.Key.Key_0, alt=True)
    hands.until("pageNeeds")
    every = hands.counter.desk.needs()
    wanted = next(one for one in every[1:] if hands.counter.desk.needs(one.title["ar"])[0].id == one.id)
    hands.counter.hold = True
    for letter in wanted.title["ar"]:
        hands.send(0, letter)
    hands.send(Qt.Key.Key_Return)
    hands.counter.release()
    hands.qtbot.waitUntil(lambda: needs(hands)._need is not None)
    assert needs(hands)._need.id == wanted.id


def test_what_is_found_after_one_was_chosen_does_not_take_its_question_away(hands: Hands) -> None:
    need = next(one for one in hands.counter.desk.needs() if one.questions)
    asking(hands, need.id)
    assert needs(hands).page.state == "ask"
    needs(hands)._found(hands.counter.desk.needs())
    assert needs(hands).page.state == "ask"


def test_from_the_need_to_the_visit_by_keys_alone(hands: Hands) -> None:
    hands.home().press(Qt.Key.Key_0, alt=True)
    hands.until("pageNeeds")
    assert hands.window.focusWidget() is hands.find("needSearch")
    hands.type("مولود")
    assert options(hands).count() == 1
    hands.press(Qt.Key.Key_Return)
    hands.settle(50)
    to_the_plan(hands, Qt.Key.Key_1)
    assert needs(hands).page.state == "plan"
    plan = hands.counter.desk.plan(needs(hands)._need, needs(hands)._answers)
    for step in plan.steps:
        assert step.service.title["ar"] in texts(hands)
    for paper in plan.papers:
        assert paper.label["ar"] in texts(hands)
    wanted = [service for service, _ in needs(hands)._wanted]
    assert wanted
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    visit = hands.window.session.screens().sale.visit
    assert visit is not None
    assert [work.service.id for work in visit.works] == wanted
    hands.settle(50)
    assert (len(hands.counter.store.drafts.of_operator(OPERATOR)) == len(wanted)) is (len(wanted) > 1)


def test_where_nothing_has_what_was_typed_all_of_them_stand_there_and_none_is_taken(hands: Hands) -> None:
    hands.home().press(Qt.Key.Key_0, alt=True)
    hands.until("pageNeeds")
    hands.type("زززز")
    assert options(hands).count() == len(hands.counter.desk.needs())
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F10)
    assert needs(hands).page.state == "pick", "nobody has chosen"
    hands.press(Qt.Key.Key_2, alt=True)
    hands.qtbot.waitUntil(lambda: needs(hands)._need is not None)
    assert needs(hands)._need.id == hands.counter.desk.needs()[1].id


def test_what_was_said_so_far_stands_with_its_questions(hands: Hands) -> None:
    hands.home().press(Qt.Key.Key_0, alt=True)
    hands.until("pageNeeds")
    hands.type("مولود")
    hands.press(Qt.Key.Key_Return)
    hands.settle(50)
    to_the_plan(hands)
    need, answers = needs(hands)._need, needs(hands)._answers
    assert need is not None
    said = [asked for asked in need.questions if asked.id in answers]
    assert len(said) > 1
    for asked in said:
        assert f"{asked.text['ar']} {asked.choices[answers[asked.id]]['ar']}" in texts(hands)


def test_what_the_answers_say_already_is_in_the_form(hands: Hands) -> None:
    asking(hands, "birth-paper")
    to_the_plan(hands, Qt.Key.Key_2)
    wanted = needs(hands)._wanted
    assert any(values for _, values in wanted)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    work = hands.window.session.screens().sale.visit
    assert work is not None
    for one, (_, values) in zip(work.works, wanted, strict=True):
        assert values.items() <= one.draft.raw.items()


def test_one_answer_is_taken_back_at_a_time_and_then_one_is_home(hands: Hands) -> None:
    asking(hands, "marriage")
    first = texts(hands)
    hands.press(Qt.Key.Key_1, alt=True)
    hands.settle(30)
    assert texts(hands) != first
    hands.press(Qt.Key.Key_Escape)
    hands.settle(30)
    assert texts(hands) == first
    hands.press(Qt.Key.Key_Escape)
    hands.settle(50)
    assert needs(hands).page.state == "pick"
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")


def test_it_is_said_in_both_languages_at_any_moment(hands: Hands) -> None:
    asking(hands, "fines")
    hands.press(Qt.Key.Key_F11)
    need = needs(hands)._need
    assert need.questions[0].text["en"] in texts(hands)
    to_the_plan(hands, Qt.Key.Key_1)
    assert need.title["en"] in texts(hands)
    hands.press(Qt.Key.Key_F11)
    assert need.title["ar"] in texts(hands)


def test_a_service_that_needs_the_line_is_said_and_not_begun_without_it(hands: Hands) -> None:
    asking(hands, "bills")
    to_the_plan(hands, Qt.Key.Key_1)
    assert needs(hands)._wanted == []
    hands.press(Qt.Key.Key_F10)
    assert hands.page.objectName() == "pageNeeds"
    assert "لا تبدأ هنا" in hands.page.notice.text()
    assert "إنترنت" in texts(hands)
    hands.press(Qt.Key.Key_Escape)
    hands.qtbot.waitUntil(lambda: needs(hands).page.state == "ask")
    hands.counter.line.up = True
    to_the_plan(hands, Qt.Key.Key_1)
    assert needs(hands)._wanted
    assert "وقت السداد" in texts(hands)


def test_a_price_nobody_has_set_is_said_and_the_service_not_begun(hands: Hands) -> None:
    asking(hands, "notary")
    to_the_plan(hands)
    assert "يحدده المركز" in texts(hands)
    assert needs(hands)._wanted == []


@pytest.mark.parametrize("answer", range(9))
def test_an_answer_that_is_not_there_is_none(hands: Hands, answer: int) -> None:
    asking(hands, "marriage")
    before = texts(hands)
    if answer >= options(hands).count():
        needs(hands).page._take(answer)
        assert texts(hands) == before


def test_a_list_of_needs_that_cannot_be_read_is_said(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home()

    def broken(_query: str = "") -> None:
        raise Refused("catalogue_form", where="needs", want="list")

    monkeypatch.setattr(hands.counter.desk, "needs", broken)
    hands.press(Qt.Key.Key_0, alt=True)
    hands.told()
    assert hands.page.objectName() == "pageCatalogue"
