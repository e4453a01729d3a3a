"""The cash step: answers in two columns, notes that add up, a sale of today that is like this one, one button."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from kiosk.model.service_request import Query
from kiosk.staff.centre_approvals import Approver
from protocol.errors import Unavailable
from protocol.texts import say
from tests.harness.shop import CODE, PIN_SUPERVISOR, SUPERVISOR
from tests.ui.conftest import Hands
from tests.ui.sale.test_sale import line, recorded
from ui.requests.request_words import number
from ui.sale.home_shown import picture_of
from ui.sale.review_page import ReviewPage
from ui.widgets.theme import TOKENS


def test_the_answers_are_gone_through_by_the_arrows_column_by_column(hands: Hands) -> None:
    hands.home().review()
    answers = hands.find("answersTable")
    visit = hands.window.session.screens().sale.visit
    assert visit is not None
    wanted = [(label, text or "—") for _, label, text in visit.work.answers["ar"]]
    assert answers.said() == wanted
    answers.setFocus()
    seen = [answers.chosen()[1]]
    for _ in range(len(wanted) + 2):
        hands.press(Qt.Key.Key_Down)
        seen.append(answers.chosen()[1])
    assert seen[: len(wanted)] == [label for label, _ in wanted], "down the first column, then the second"
    assert seen[-1] == wanted[-1][0], "and not round"
    for _ in range(len(wanted)):
        hands.press(Qt.Key.Key_Up)
    assert answers.chosen()[1] == wanted[0][0]
    hands.press(Qt.Key.Key_Left)
    assert answers.chosen()[1] == wanted[answers.rowCount()][0], "aside to the other column"


def test_an_answer_is_opened_by_two_clicks_on_its_words(hands: Hands) -> None:
    hands.home().review()
    answers = hands.find("answersTable")
    labels = [label for label, _ in answers.said()]
    words = answers.cellWidget(answers.rowCount() - 1, 0).words  # where it is in the list is not its row
    for click in (QTest.mouseClick, QTest.mouseDClick):
        click(words, Qt.MouseButton.LeftButton)
    hands.until("pageForm")
    hands.settle(30)
    assert hands.window.focusWidget().accessibleName().startswith(labels[answers.rowCount() - 1])


def test_what_is_sold_has_its_picture_and_a_visit_each_one_once(hands: Hands) -> None:
    hands.home().review()
    page = hands.page
    assert isinstance(page, ReviewPage)
    assert page.data is not None
    birth = picture_of(hands.counter.desk.service("birth-cert"))
    assert page.families.pictures == [birth]
    assert page.families.isVisible()
    corner = page.families.grab().toImage().pixelColor(page.families.width() // 2, 2)
    assert corner.name().upper() == TOKENS[f"f_{birth[1]}"]
    one = page.families.width()
    page.set_data(replace(page.data, pictures=[birth, ("car", "traffic"), birth]))
    assert page.families.pictures == [birth, ("car", "traffic")]
    assert 2 * one < page.families.width() < 3 * one
    page.set_data(replace(page.data, pictures=()))
    assert not page.families.isVisible()


# ---- an equal sale of the same citizen today


@pytest.fixture
def asked(hands: Hands) -> Hands:
    """The same citizen and the same service once more; the review is up."""
    hands.home().sold()
    return hands.review()


def question(hands: Hands) -> str:
    labels = hands.find("sameSale").findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_an_equal_sale_of_today_is_listed_and_asked_about(asked: Hands) -> None:
    sold = asked.counter.desk.requests.search(Query())[0]
    said = question(asked)
    assert all(words in said for words in ("هل هذا طلب جديد؟", "شهادة ميلاد", number(asked.counter.counter, sold)))
    assert "50.00" in said
    assert asked.window.focusWidget() is asked.find("sameSale"), "neither answer is the usual one"
    asked.press(Qt.Key.Key_Return)
    assert asked.find("sameSale").isVisible()


def test_f10_waits_for_the_answer_and_says_why(asked: Hands) -> None:
    assert not asked.find("exactButton").isVisible(), "no money before the answer"
    asked.press(Qt.Key.Key_F10)
    assert asked.page.objectName() == "pageReview"
    assert "السؤال" in asked.page.notice.text()
    assert recorded(asked) == 1
    asked.press(Qt.Key.Key_1, alt=True)
    assert not asked.find("sameSale").isVisible()
    assert asked.page.notice.isHidden(), "no note contradicts what was said"
    assert asked.window.focusWidget() is line(asked, "tenderedEdit")
    asked.press(Qt.Key.Key_F2)
    asked.press(Qt.Key.Key_F10)
    asked.until("pageDone")
    assert recorded(asked) == 2


def test_who_has_answered_is_not_asked_again_for_the_same_visit(asked: Hands) -> None:
    asked.press(Qt.Key.Key_1, alt=True)
    asked.press(Qt.Key.Key_Escape, to="pageForm")
    asked.press(Qt.Key.Key_F10, to="pageReview")
    assert not asked.find("sameSale").isVisible()


def test_the_earlier_one_is_opened_and_the_visit_waits_behind_it(asked: Hands) -> None:
    asked.press(Qt.Key.Key_2, alt=True, to="pageDetail")
    asked.press(Qt.Key.Key_Escape, to="pageReview")
    assert asked.find("sameSale").isVisible()
    assert recorded(asked) == 1


def test_what_was_voided_is_no_equal_sale(hands: Hands) -> None:
    hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    hands.home().sold()
    one = hands.counter.desk.requests.search(Query())[0]
    hands.counter.reversals.void(one.id, "خطأ", Approver(SUPERVISOR, PIN_SUPERVISOR))
    hands.review()
    assert not hands.find("sameSale").isVisible()


def test_many_equal_sales_are_counted(hands: Hands) -> None:
    hands.home()
    for place in range(1, 5):
        hands.counter.desk.record(hands.counter.shop.sale(place))
    hands.review()
    assert say("ar", "same.more", count="\u20663\u2069") in question(hands)
    hands.press(Qt.Key.Key_F11)
    assert "Is this a new request?" in question(hands)


# ---- the notes as they are counted into the hand


def test_notes_add_up_and_what_is_typed_begins_anew(hands: Hands) -> None:
    hands.home().review()
    cash = hands.page.cash  # type: ignore[attr-defined]
    for note in (100, 50, 50):
        hands.find(f"note{note}").click()
    assert line(hands, "tenderedEdit").text() == "200.00"
    assert "100 + 2 × 50 = 200.00" in cash.notes._sum.text()
    assert hands.find("note50").accessibleDescription().strip("\u2066\u2069") == "×2"
    assert "150.00" in hands.find("changeLabel").text()
    line(hands, "tenderedEdit").selectAll()
    hands.type("60")
    assert cash.notes.sum_pt == 0
    hands.find("note20").click()
    assert line(hands, "tenderedEdit").text() == "20.00"
    hands.press(Qt.Key.Key_F2)
    assert (line(hands, "tenderedEdit").text(), cash.notes.sum_pt) == ("50.00", 0)


def test_a_new_citizen_begins_with_no_notes(hands: Hands) -> None:
    hands.home().review()
    hands.find("note100").click()
    hands.press(Qt.Key.Key_F10, to="pageDone")
    hands.review()
    assert (hands.page.cash.notes.sum_pt, line(hands, "tenderedEdit").text()) == (0, "")  # type: ignore[attr-defined]


def test_the_confirm_button_stands_where_it_stood(hands: Hands) -> None:
    hands.home().review()
    button = hands.find("primaryButton")

    def place() -> QRect:
        return QRect(button.mapTo(hands.window, QPoint()), button.size())

    before = place()
    hands.press(Qt.Key.Key_F10)  # nothing typed: an error is said
    assert place() == before
    hands.type("200")
    assert place() == before
    hands.press(Qt.Key.Key_F11)
    hands.press(Qt.Key.Key_F11)
    assert place() == before


def test_what_was_not_saved_is_said_once_with_what_to_do_with_the_cash(hands: Hands) -> None:
    hands.home().counted()
    hands.window.session.screens().sale.keep_now()
    hands.counter.store.fail_next = Unavailable("store_failed", reason="io")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    said = hands.page.notice.text()
    assert said.startswith("لم تُحفظ العملية")
    assert "لا تطلب نقدية أخرى" in said, "and what to do with it"
    shown = "\n".join(label.text() for label in hands.page.findChildren(QLabel) if label.isVisible())
    assert say("ar", "review.safe") not in shown, "no note contradicts the error"
    assert "تعذر الحفظ" in said, "and why"
    assert "الدعم" in said, "and what to do if it happens again"
    assert hands.page.notice._words().whole, "all of it is read without opening anything"
    hands.press(Qt.Key.Key_F11)
    assert "Nothing was saved" in hands.page.notice.text()


def test_no_answer_is_cut_through_in_another_language(hands: Hands) -> None:
    hands.home().review().settle(50)
    grid = hands.find("answersTable")
    for _ in range(2):
        hands.press(Qt.Key.Key_F11)
        assert [grid.rowHeight(row) for row in range(grid.rowCount())] == [
            grid.sizeHintForRow(row) for row in range(grid.rowCount())
        ]
