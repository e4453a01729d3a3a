"""Was it saved? One key on the home screen answers; another person sits down with two."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.harness.shop import CODE, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.ui.conftest import Hands


def test_nothing_saved_is_said_plainly(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F5)
    assert "لا توجد عملية محفوظة" in hands.page.notice.text()


def test_the_last_one_saved_is_named_by_its_paper_and_the_citizen_masked(hands: Hands) -> None:
    hands.home()
    request = hands.counter.desk.record(hands.counter.shop.sale()).request
    hands.press(Qt.Key.Key_F5)
    said = hands.page.notice.text()
    assert f"2-{request.seq:06d}" in said
    assert "50.00" in said
    assert "محمد أ. ع." in said
    assert request.national_id not in said


def test_a_form_that_was_never_saved_is_said_to_be_kept(hands: Hands) -> None:
    hands.home().form().fill()
    hands.settle(900)  # the draft is on the disk; now the power goes
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.press(Qt.Key.Key_F11)
    hands.press(Qt.Key.Key_F5)
    assert "was not saved as a request" in hands.page.notice.text()


def test_two_presses_of_one_key_and_a_pin_change_who_sits_here_and_each_keeps_his_own(hands: Hands) -> None:
    hands.home().form().fill()
    hands.settle(900)
    people = hands.counter.people
    mine = hands.counter.desk.drafts.unfinished()
    hands.change_person()
    people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    people.sign_out()
    sign_in = hands.window.session.sign_in
    hands.window.session.load()
    hands.settle(30)
    sign_in.names.setCurrentRow(1)
    sign_in.pin.setFocus()
    hands.type(PIN_SUPERVISOR)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert hands.counter.desk.drafts.unfinished() == []
    people.sign_out()
    people.sign_in(hands.counter.shop.counter.people.seats()[0].operator.id, PIN)
    assert hands.counter.desk.drafts.unfinished() == mine
