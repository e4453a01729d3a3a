"""What was left half typed: taken up under its own form, or thrown away by two presses."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import Query
from tests.harness.catalogue_changes import publish
from tests.harness.shop import OPERATOR
from tests.ui.conftest import Hands
from ui.widgets import push_button


@pytest.fixture
def left(hands: Hands) -> Hands:
    """A form filled in and left."""
    hands.home().form().fill()
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    waits(hands)
    return hands


def waits(hands: Hands) -> None:
    """Until the home screen says that there is a draft."""
    hands.qtbot.waitUntil(lambda: hands.find("draftsButton").isVisible())


def drafts(hands: Hands) -> Any:
    """Their table, opened."""
    hands.press(Qt.Key.Key_Return)
    table = hands.find("draftTable")
    assert table.isVisible()
    assert hands.window.focusWidget() is table
    return table


def titles(table: Any) -> list[str]:
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def discard(hands: Hands) -> None:
    """Two presses."""
    button = hands.find("discardButton")
    button.setFocus()
    hands.press(Qt.Key.Key_Return)
    hands.qtbot.wait(50)
    hands.press(Qt.Key.Key_Return)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_button, "GAP_MS", 30)


def resumed(hands: Hands) -> Hands:
    drafts(hands)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    hands.settle(200)
    return hands


def test_the_home_screen_says_which_form_waits(left: Hands) -> None:
    assert left.find("draftsButton").accessibleName() == "مسودة"
    assert titles(drafts(left)) == [left.counter.desk.service("birth-cert").title["ar"]], "and nobody's name"


def another(hands: Hands) -> None:
    """A newer draft, and the home screen with both."""
    hands.counter.shop.clock.wall += 60_000
    hands.counter.desk.drafts.keep(hands.counter.desk.drafts.begin("family-record"), {"name": "سعاد"})
    hands.window.session.screens().sale.home()
    hands.qtbot.waitUntil(lambda: hands.find("draftsButton").accessibleName() == "مسودتان")
    hands.until("pageCatalogue")


def test_an_older_form_is_reached_beside_a_newer_one(left: Hands) -> None:
    older = left.counter.desk.drafts.unfinished()[0]
    another(left)
    table = drafts(left)
    assert titles(table) == [left.counter.desk.service(one).title["ar"] for one in ("family-record", "birth-cert")]
    left.press(Qt.Key.Key_Down)
    left.window.session.screens().sale.front.refresh()
    left.settle(50)
    assert table.currentRow() == 1, "a change of the line does not move it"
    assert left.find("serviceCard").title.text() == titles(table)[1], "what it is for stands beside it"
    left.press(Qt.Key.Key_F10, to="pageForm")
    assert left.window.session.screens().sale._work.draft.id == older.id  # type: ignore[union-attr]


def test_enter_on_a_draft_takes_it_up(left: Hands) -> None:
    drafts(left)
    left.press(Qt.Key.Key_Return, to="pageForm")


def test_discarding_takes_the_form_that_is_chosen(left: Hands) -> None:
    older = left.counter.desk.drafts.unfinished()[0]
    another(left)
    table = drafts(left)
    left.press(Qt.Key.Key_Down)
    discard(left)
    left.qtbot.waitUntil(lambda: older not in left.counter.desk.drafts.unfinished())
    assert len(left.counter.desk.drafts.unfinished()) == 1
    left.qtbot.waitUntil(lambda: table.rowCount() == 1)
    assert table.isVisible(), "the other one is still looked at"
    for _ in range(2):  # by its key, as in the form
        left.press(Qt.Key.Key_6, alt=True)
        left.qtbot.wait(50)
    left.qtbot.waitUntil(lambda: not table.isVisible())
    assert left.counter.desk.drafts.unfinished() == []
    assert left.window.focusWidget() is left.find("searchEdit")


def test_esc_leads_from_the_drafts_to_the_services(left: Hands) -> None:
    table = drafts(left)
    left.press(Qt.Key.Key_Escape)
    assert not table.isVisible()
    assert left.find("favourite1").isVisible()
    assert left.page.objectName() == "pageCatalogue"


def test_a_form_of_before_goes_on_as_it_was_and_the_new_fee_is_said(left: Hands) -> None:
    title = left.counter.desk.service("birth-cert").title["ar"]
    publish(left.counter.shop, 2, dearer_pt=500)
    resumed(left)
    assert left.page.title.text() == title
    assert "50.00" in left.page.notice.text()
    assert "55.00" in left.page.notice.text()
    for key, page in ((Qt.Key.Key_F10, "pageReview"), (Qt.Key.Key_F2, "pageReview"), (Qt.Key.Key_F10, "pageDone")):
        left.press(key)
        left.until(page)
    request = left.counter.desk.requests.search(Query())[0]
    assert (request.service_version, request.catalogue, request.total_pt) == (1, 2, 5_500)


def test_a_form_of_before_that_costs_the_same_says_so_without_amounts(left: Hands) -> None:
    publish(left.counter.shop, 2)
    resumed(left)
    assert left.page.notice.text()
    assert "50.00" not in left.page.notice.text()


def test_a_form_of_today_says_nothing(left: Hands) -> None:
    assert not resumed(left).page.notice.text()


def test_a_form_too_empty_to_price_is_only_said_to_be_older(hands: Hands) -> None:
    hands.home()
    draft = hands.counter.desk.drafts.begin("birth-cert")
    hands.counter.desk.drafts.keep(draft, {"copies": "many"})
    publish(hands.counter.shop, 2, dearer_pt=500)
    hands.window.session.screens().sale.home()
    waits(hands)
    assert resumed(hands).page.notice.text()


def test_a_fee_that_changes_at_the_cash_step_is_shown_before_it_is_taken(hands: Hands) -> None:
    hands.home().counted()
    publish(hands.counter.shop, 2, dearer_pt=500)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    hands.settle(50)
    assert "55.00" in hands.page.notice.text()
    assert hands.counter.desk.requests.search(Query()) == []
    assert hands.window.session.screens().sale.checkout.review.cash.tendered.text() == "", "the cash is counted again"
    hands.pay()
    assert hands.counter.desk.requests.search(Query())[0].total_pt == 5_500


def test_two_presses_discard_what_was_typed(left: Hands) -> None:
    button = resumed(left).find("discardButton")
    button.setFocus()
    calm = button.accessibleName()
    left.press(Qt.Key.Key_Return)
    assert button.accessibleName() != calm
    left.qtbot.wait(50)
    left.press(Qt.Key.Key_Return)
    left.until("pageCatalogue")
    left.qtbot.waitUntil(lambda: left.counter.store.drafts.of_operator(OPERATOR) == [])
    left.qtbot.waitUntil(lambda: not left.find("draftsButton").isVisible())
    assert left.page.notice.text()
    assert left.counter.desk.requests.search(Query()) == []


def test_a_form_with_nothing_kept_is_discarded_too_and_comes_back_empty(hands: Hands) -> None:
    hands.home().form().fill()
    button = hands.find("discardButton")
    button.setFocus()
    hands.press(Qt.Key.Key_Space)
    hands.qtbot.wait(50)
    hands.press(Qt.Key.Key_Space)
    hands.until("pageCatalogue")
    hands.settle(1_000)
    assert hands.counter.store.drafts.of_operator(OPERATOR) == [], "no keep comes after"
    hands.form()
    assert hands.window.session.screens().sale.form.raw().get("name", "") == ""


def test_one_press_a_held_key_a_double_press_or_leaving_discards_nothing(left: Hands) -> None:
    push_button.GAP_MS = 5_000
    button = resumed(left).find("discardButton")
    button.setFocus()
    left.press(Qt.Key.Key_Return)
    for _ in range(10):
        left.send(Qt.Key.Key_Return, held=True)
    left.press(Qt.Key.Key_Return)
    armed = button.accessibleName()
    left.window.session.screens().sale.form.primary.setFocus()
    assert button.accessibleName() != armed, "leaving it takes the first press back"
    assert left.page.objectName() == "pageForm"
    assert left.counter.store.drafts.of_operator(OPERATOR)


def test_a_draft_of_a_service_no_longer_offered_can_be_discarded_at_home(left: Hands) -> None:
    publish(left.counter.shop, 2, without="birth-cert")
    left.window.session.screens().sale.home()
    left.settle(50)
    table = drafts(left)
    left.press(Qt.Key.Key_F10)
    left.qtbot.waitUntil(lambda: bool(left.page.notice.text()))
    assert left.page.objectName() == "pageCatalogue"
    discard(left)
    left.qtbot.waitUntil(lambda: not table.isVisible())
    assert left.counter.store.drafts.of_operator(OPERATOR) == []


def test_the_buttons_words_turn_with_the_language(left: Hands) -> None:
    drafts(left)
    left.press(Qt.Key.Key_F11)
    assert left.find("discardButton").accessibleName() == "Delete the draft"
