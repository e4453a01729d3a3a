"""A first day: four steps on the home page, done in any order, gone with the first sale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import PrintState
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.ui.conftest import Hands
from tests.ui.screens.scene_shops import three_sold
from ui.sale.first_day_list import FirstDayList

Key = Qt.Key


def listed(hands: Hands) -> FirstDayList:
    found = hands.window.findChild(FirstDayList)
    assert found is not None
    return found


def states(hands: Hands) -> list[str]:
    return [str(row.property("step")) for row in listed(hands).steps.values()]


def again(hands: Hands) -> Hands:
    """Home, read anew."""
    hands.window.session.screens().sale.home()
    hands.until("pageCatalogue")
    hands.settle(60)
    return hands


def newcomer(hands: Hands) -> Hands:
    """Sets a first PIN, opens the day, and comes home."""
    hands.window.session.activate_page.asked.emit(OPERATOR, CODE, PIN)
    hands.until("pageOpenDay")
    hands.type("0")
    hands.press(Key.Key_F10, to="pageCatalogue")
    hands.qtbot.waitUntil(lambda: listed(hands).isVisible())
    return hands


def test_whoever_is_new_sees_what_comes_next_until_the_first_sale(hands: Hands) -> None:
    newcomer(hands)
    assert states(hands) == ["done", "now", "to come", "to come"]
    assert not hands.window.session.screens().sale.front.page.today.large.isVisible(), "there are no figures yet"
    hands.sold()
    again(hands)
    assert not listed(hands).isVisible()
    assert hands.window.session.screens().sale.front.page.today.large.isVisible()


def test_whoever_has_sold_here_before_sees_none(hands: Hands) -> None:
    hands.home(three_sold).settle(60)
    assert not listed(hands).isVisible()


def test_a_supervisor_who_sells_nothing_sees_the_figures_of_those_who_do(hands: Hands) -> None:
    hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    hands.home()
    hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    assert listed(again(hands)).isVisible(), "a till that has sold nothing yet is new to a supervisor, too"
    hands.counter.people.sign_in(OPERATOR, PIN)
    three_sold(hands.counter)
    hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    assert not listed(again(hands)).isVisible()


def test_whoever_comes_next_does_not_see_that_somebody_was_new(hands: Hands) -> None:
    newcomer(hands)
    hands.window.session.sign_out()
    hands.until("pageSignIn")
    data = hands.window.session.screens().sale.front.page.data
    assert data is not None
    assert data.first_day is None


def test_a_paper_that_came_out_is_the_third_step(hands: Hands) -> None:
    newcomer(hands)
    job = hands.counter.papers.job(hands.counter.papers.add(hands.counter.closing.x_report()))
    assert job is not None
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
    assert states(again(hands)) == ["done", "now", "done", "to come"]


@pytest.mark.parametrize(
    ("step", "page"), [("open", "pageDay"), ("print", "pagePrinting"), ("practise", "pageOpenDay")]
)
def test_a_step_leads_to_where_it_is_done(hands: Hands, step: str, page: str) -> None:
    newcomer(hands)
    hands.find(f"firstDay_{step}").click()
    hands.until(page)


def test_the_last_step_asks_for_a_service(hands: Hands) -> None:
    newcomer(hands)
    hands.find("firstDay_sell").click()
    assert "اختر خدمة" in hands.page.notice.text()
    assert hands.window.focusWidget() is hands.find("searchEdit")


def test_it_is_reached_by_the_keys_and_taken_with_enter(hands: Hands) -> None:
    newcomer(hands)
    hands.find("firstDay_print").setFocus(Qt.FocusReason.TabFocusReason)
    hands.press(Key.Key_Return)
    hands.until("pagePrinting")


def test_a_practice_sale_is_the_second_step_and_the_last_one_leads_out_of_practice(hands: Hands) -> None:
    newcomer(hands)
    hands.find("firstDay_practise").click()
    hands.until("pageOpenDay")
    hands.type("100")
    hands.press(Key.Key_F10, to="pageCatalogue")
    hands.qtbot.waitUntil(lambda: listed(hands).isVisible())
    hands.find("firstDay_practise").click()
    assert "اختر خدمة" in hands.page.notice.text(), "that step is being done"
    hands.sold()
    again(hands)
    assert states(hands) == ["done", "done", "now", "to come"]
    hands.find("firstDay_sell").click()
    hands.until("pageSignIn")
    hands.settle(60)
    hands.type(PIN)
    hands.press(Key.Key_F10, to="pageCatalogue")
    hands.qtbot.waitUntil(lambda: listed(hands).isVisible() and states(hands)[1] == "done")


def test_what_nobody_practised_is_not_noted(hands: Hands) -> None:
    """A sale of practice that is heard of after whoever sold it is gone."""
    hands.home()
    front = hands.window.session.screens().sale.front
    front._noted(None)
    assert front._practised == set()
    hands.counter.people.sign_out()
    assert front._first_day() is None


def test_its_words_follow_the_language(hands: Hands) -> None:
    newcomer(hands)
    rows = listed(hands).steps.values()
    arabic = [(row.accessibleName(), row.accessibleDescription()) for row in rows]
    hands.press(Key.Key_F11)
    english = [(row.accessibleName(), row.accessibleDescription()) for row in rows]
    assert not {word for pair in arabic for word in pair} & {word for pair in english for word in pair}
    assert ("Open the day. Count the drawer", "Done") in english
