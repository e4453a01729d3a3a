"""After the press: the change across the page, the paper's question before everything else, the next citizen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kiosk.core.events import PrintJobsChanged
from kiosk.model.service_request import PrintState, Query
from protocol.errors import Unavailable
from protocol.texts import say
from tests.kiosk.selling.test_payment_methods import put_shop
from tests.ui.conftest import Hands
from tests.ui.sale.test_sale import line
from ui.widgets.push_button import GAP_MS
from ui.widgets.state_pill import StatePill

Key = Qt.Key


@pytest.fixture
def sold(hands: Hands) -> Hands:
    """Fifty pounds, paid with 200."""
    hands.home().review()
    hands.type("200")
    hands.press(Key.Key_F10, to="pageDone")
    return hands


def texts(hands: Hands, name: str) -> str:
    return "\n".join(label.text() for label in hands.find(name).findChildren(QLabel) if label.isVisible())


def doubt(hands: Hands) -> None:
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.UNCERTAIN)
    hands.settle(40)


def test_the_change_is_told_with_the_notes_to_give(sold: Hands) -> None:
    assert "150.00" in sold.find("changeLabel").text()
    given = sold.page.banner.notes.accessibleName()  # type: ignore[attr-defined]
    assert ["100" in given, "50" in given, "200" in given] == [True, True, False]
    said = texts(sold, "changeBanner")
    assert all(part in said for part in ("سلّم المواطن الباقي", "200.00", "50.00"))
    sold.press(Key.Key_F11)
    assert "EGP" in sold.find("changeLabel").text()
    assert "150.00" in sold.page.spoken()


def test_no_change_is_small(hands: Hands) -> None:
    hands.home().sold()
    assert not hands.find("changeLabel").isVisible()
    assert "بالضبط" in texts(hands, "changeBanner")
    assert "0.00 " not in texts(hands, "changeBanner").replace("50.00 ", "")


def test_what_was_paid_by_card_was_not_received_in_cash(hands: Hands) -> None:
    put_shop(hands.counter.shop, methods=["card"])
    hands.home().review()
    hands.find("wayCombo").setCurrentIndex(1)
    hands.find("wayReference").setText("8812")
    hands.press(Key.Key_F10, to="pageDone")
    said = texts(hands, "changeBanner")
    assert "لا شيء يُرد" in said
    assert "بالضبط" not in said


def test_a_doubt_is_the_first_question_and_the_change_is_told_beside_it(sold: Hands) -> None:
    doubt(sold)
    assert sold.window.focusWidget() is sold.find("paperQuestion")
    assert not sold.find("changeLabel").isVisible()
    assert "150.00" in texts(sold, "changeBanner")
    assert [sold.find(name).isVisible() for name in ("paperYesButton", "paperNoButton")] == [True, True]
    sold.press(Key.Key_Return)
    assert sold.find("paperQuestion").isVisible(), "neither answer is the usual one"
    sold.press(Key.Key_1, alt=True)
    sold.settle(40)
    assert sold.find("changeLabel").isVisible()
    assert "جاهز" in sold.page.notice.text()


def test_where_no_paper_comes_the_code_is_photographed(sold: Hands) -> None:
    sold.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    sold.settle(40)
    card = sold.page.paper_card  # type: ignore[attr-defined]
    assert card.photograph.isVisible()
    assert "انتهى الورق" in sold.page.notice.text()
    headline = sold.find("changeBanner").findChild(StatePill)
    assert headline.accessibleName() == say("ar", "done.unprinted")
    sold.counter.papers.trouble = None
    sold.counter.events.publish(PrintJobsChanged())
    sold.settle(40)
    assert not card.photograph.isVisible()
    assert headline.accessibleName() == say("ar", "done.title")


def test_what_did_not_come_out_is_printed_by_the_primary_key_and_the_next_citizen_has_another(sold: Hands) -> None:
    papers = sold.counter.papers
    (job,) = papers.jobs()
    papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    sold.settle(GAP_MS)
    assert sold.find("primaryButton").accessibleName() == say("ar", "print.again")
    assert sold.window.focusWidget() is sold.find("primaryButton")
    sold.press(Key.Key_F10)
    sold.press(Key.Key_F10)
    assert [one.state for one in papers.jobs()] == [PrintState.WAITING], "its echo begins nobody"
    papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    sold.settle(GAP_MS)
    sold.press(Key.Key_F9)
    assert papers.jobs()[0].state is PrintState.WAITING
    papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    sold.settle(40)
    sold.press(Key.Key_3, alt=True, to="pageForm")


def test_a_till_without_a_printer_goes_on_with_the_primary_key(sold: Hands) -> None:
    sold.counter.papers._set_trouble(Unavailable("printer", reason="none"))
    sold.settle(GAP_MS)
    assert sold.page.paper_card.photograph.isVisible()  # type: ignore[attr-defined]
    sold.press(Key.Key_F10, to="pageForm")


def test_a_practice_does_not_say_that_anything_is_kept(hands: Hands) -> None:
    hands.home()
    hands.find("firstDay_practise").click()
    hands.until("pageOpenDay")
    hands.type("100")
    hands.press(Key.Key_F10, to="pageCatalogue")
    hands.sold()
    hands.settle(40)
    said = texts(hands, "savedState") + texts(hands, "sentState")
    assert say("ar", "done.practised") in said
    assert say("ar", "done.saved") not in said


def test_what_fails_meanwhile_is_not_talked_over(sold: Hands) -> None:
    doubt(sold)
    sold.press(Key.Key_F9)
    sold.told()
    said = sold.page.notice.text()
    sold.window.session.screens().sale.ending._refresh()
    sold.settle(40)
    assert sold.page.notice.text() == said


def test_the_change_of_a_sale_of_earlier_is_not_given_again(sold: Hands) -> None:
    doubt(sold)
    sold.press(Key.Key_Escape, to="pageCatalogue")
    request = sold.counter.desk.requests.search(Query())[0]
    (job,) = sold.counter.papers.of(request)
    sold.window.session.screens().sale.show_paper(request, job)
    sold.until("pageDone")
    sold.settle(40)
    said = texts(sold, "changeBanner")
    assert "سلّم" not in said
    assert "200.00" in said
    sold.press(Key.Key_1, alt=True)
    sold.settle(40)
    assert not sold.find("changeLabel").isVisible()


def test_the_next_citizen_begins_with_nothing(sold: Hands) -> None:
    sold.next_citizen()
    assert line(sold, "field_name").text() == ""
