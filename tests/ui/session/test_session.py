from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.core.events import DocumentsChanged, SessionChanged, SyncChanged
from kiosk.model.store_changes import PutDocument
from kiosk.setup.enrolment_state import UnderWay
from kiosk.staff.sign_in import Seat
from protocol.documents import trust
from protocol.documents.operators import Operator
from protocol.errors import Refused, Unavailable
from protocol.texts import LANGUAGES, Bilingual
from protocol.values import links
from tests.harness.fakes.fake_counter import SHOP, FakeCounter
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, operators
from tests.ui.conftest import Hands, open_window
from ui.setup import enrolment_flow
from ui.upkeep.sync_chip import chip
from ui.widgets.push_button import GAP_MS


def edit(hands: Hands, name: str) -> QLineEdit:
    found = hands.find(name)
    assert isinstance(found, QLineEdit)
    return found


def test_a_first_pin_is_set_and_the_day_opened(hands: Hands) -> None:
    assert hands.page.objectName() == "pageSignIn"
    hands.press(Qt.Key.Key_F10, to="pageActivate")
    hands.press(Qt.Key.Key_Escape, to="pageSignIn")
    hands.press(Qt.Key.Key_F10, to="pageActivate")
    hands.type(CODE)
    hands.press(Qt.Key.Key_Return)
    hands.type(PIN)
    hands.press(Qt.Key.Key_Return)
    hands.type("111111")
    hands.press(Qt.Key.Key_F10)
    assert "متطابق" in hands.page.notice.text()
    hands.type(PIN)
    hands.press(Qt.Key.Key_F10, to="pageOpenDay")
    hands.press(Qt.Key.Key_F10)
    assert hands.page.notice.text()
    hands.type("٥٠٠")
    hands.press(Qt.Key.Key_F10, to="pageCatalogue")
    assert hands.counter.till.day().opening_pt == 50_000  # type: ignore[union-attr]


def test_a_wrong_activation_code_is_refused_in_words(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F10, to="pageActivate")
    edit(hands, "activationEdit").setText("0000000000")
    edit(hands, "newPinEdit").setText(PIN)
    edit(hands, "newPinAgainEdit").setText(PIN)
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: "التفعيل" in hands.page.notice.text())


def test_pin_keys_are_taken_before_the_store_is_open(qtbot: QtBot) -> None:
    counter = FakeCounter(ready=False)
    counter.shop.ready()
    counter.people.sign_out()
    hands = open_window(qtbot, counter)
    hands.type(PIN)
    hands.press(Qt.Key.Key_F10)
    assert hands.page.objectName() == "pageSignIn"
    counter.open()
    hands.until("pageCatalogue")
    assert hands.window.header.operator.text() == "سارة محمود"


def test_a_wrong_pin_empties_the_box_and_counts(known: Hands) -> None:
    known.type("111222")
    known.press(Qt.Key.Key_Return)
    known.qtbot.waitUntil(lambda: "9" in known.page.notice.text())
    assert edit(known, "pinEdit").text() == ""
    assert known.window.focusWidget() is edit(known, "pinEdit")
    known.type(PIN)
    known.press(Qt.Key.Key_Return, to="pageCatalogue")


def test_an_open_day_is_gone_on_with_and_help_is_one_key_away(known: Hands) -> None:
    known.type(PIN)
    known.press(Qt.Key.Key_F10, to="pageCatalogue")
    known.press(Qt.Key.Key_F1, to="pageHelp")
    known.press(Qt.Key.Key_F1, to="pageCatalogue")


def test_nobody_may_work_here_is_said(hands: Hands) -> None:
    hands.window.session.sign_in.set_people([])
    assert "لا موظف" in hands.window.session.sign_in.nobody.words.text()
    assert "اتصل بالدعم" in hands.page.notice.text()
    hands.press(Qt.Key.Key_F10)
    hands.press(Qt.Key.Key_1, alt=True)
    assert hands.page.objectName() == "pageSignIn"


def test_documents_that_come_while_nobody_works_are_read(hands: Hands) -> None:
    before = len(hands.counter.works)
    hands.counter.events.publish(DocumentsChanged("operators"))
    hands.counter.events.publish(SessionChanged())
    hands.settle(30)
    assert hands.window.session.sign_in.chosen() is not None
    assert before == 0


def test_no_data_from_the_centre_yet_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = FakeCounter()

    def not_ready() -> None:
        raise Refused("not_ready", missing="settings")

    monkeypatch.setattr(counter.counter.in_force, "settings", not_ready)
    hands = open_window(qtbot, counter)
    hands.qtbot.waitUntil(lambda: "المركز" in hands.page.notice.text())


def test_the_title_names_the_page_in_the_language_of_the_moment(hands: Hands) -> None:
    hands.home()
    arabic = hands.window.windowTitle()
    assert arabic.endswith(f"{hands.page.title.text()} (pageCatalogue)")
    hands.press(Qt.Key.Key_F11)
    assert hands.window.windowTitle() != arabic
    assert hands.window.windowTitle().endswith(f"{hands.page.title.text()} (pageCatalogue)")


# ---- lock


def test_lock_hides_and_the_same_person_comes_back_to_the_same_field(hands: Hands) -> None:
    hands.home().form()
    edit(hands, "field_name").setFocus()
    hands.type("محمد")
    hands.press(Qt.Key.Key_F12, to="pageLock")
    assert hands.window.focusWidget() is edit(hands, "unlockPinEdit")
    assert "محمد" not in hands.window.windowTitle()
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F3, Qt.Key.Key_Escape):
        hands.press(key)
    hands.window.header.chip.click()
    hands.window.session.lock()
    assert hands.page.objectName() == "pageLock"
    hands.type("999888")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    hands.type(PIN)
    hands.press(Qt.Key.Key_Return, to="pageForm")
    assert hands.window.focusWidget() is edit(hands, "field_name")
    assert edit(hands, "field_name").text() == "محمد"


def test_a_second_f12_does_nothing(hands: Hands) -> None:
    hands.home().form()
    for _ in range(3):
        hands.press(Qt.Key.Key_F12, to="pageLock")
        hands.settle(2 * GAP_MS)
    assert hands.page.objectName() == "pageLock"
    assert hands.page.notice.isHidden()
    hands.unlock(to="pageForm")


def test_the_question_who_sits_here_is_taken_back_by_whatever_is_said_next(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F12, alt=True)
    hands.settle(2 * GAP_MS)
    hands.page.fail(Refused("day_closed"))
    hands.press(Qt.Key.Key_F12, alt=True)
    hands.settle(2 * GAP_MS)
    assert hands.page.objectName() == "pageCatalogue"
    hands.press(Qt.Key.Key_F12, alt=True)
    hands.until("pageSignIn")


def test_nobody_at_the_counter_locks_it(hands: Hands) -> None:
    hands.home()
    hands.window.session._idle.setInterval(20)
    hands.press(Qt.Key.Key_Down)
    hands.window.session.touch()
    hands.until("pageLock")


def test_signing_out_loses_nothing(hands: Hands) -> None:
    hands.home().form()
    edit(hands, "field_name").setText("محمد")
    hands.settle(200)
    hands.press(Qt.Key.Key_F12, to="pageLock")
    hands.find("signOutButton").click()
    assert "موظف آخر" in hands.page.notice.text()
    hands.find("signOutButton").click()
    hands.settle(2 * GAP_MS)
    assert hands.page.objectName() == "pageLock", "an echo of the first press answers nothing"
    hands.find("signOutButton").click()
    hands.until("pageSignIn")
    hands.settle(50)
    assert hands.counter.people.current() is None
    assert hands.counter.store.drafts.of_operator(OPERATOR)
    hands.window.session.touch()
    hands.window.session.lock()
    assert hands.page.objectName() == "pageSignIn"


# ---- first trust


def test_enrolment_shows_six_digits_and_asks_until_it_is_approved(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolment_flow, "POLL_MS", 200)  # the digits are looked at before the last of three polls
    counter = FakeCounter()
    counter.enrolment.is_needed = True
    counter.enrolment.refusal = Unavailable("line_offline")
    hands = open_window(qtbot, counter)
    hands.until("pageEnrol")
    hands.qtbot.waitUntil(lambda: edit(hands, "urlEdit").text() == "https://offered.example")
    edit(hands, "urlEdit").setText(" https://centre.example ")
    edit(hands, "slotEdit").setText("1234")
    edit(hands, "codeEdit").setText("7K3Q")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    counter.enrolment.refusal = None
    counter.enrolment.polls = [False, Unavailable("line_offline"), True]
    hands.press(Qt.Key.Key_F5)  # F10 is the stick's, where there is no line
    hands.qtbot.waitUntil(lambda: SHOP.shop.ar in hands.find("setupShown").text())
    assert counter.enrolment.claimed == [], "nothing is spent before the shop is confirmed"
    hands.press(Qt.Key.Key_F10)
    hands.settle(5)
    assert counter.enrolment.claimed == [("https://centre.example", "1234", "7K3Q")]
    assert "482" in hands.find("setupShown").text()
    hands.press(Qt.Key.Key_F10)
    assert len(counter.enrolment.claimed) == 1
    hands.until("pageSignIn")


def test_an_enrolment_from_before_a_restart_goes_on_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment_flow, "POLL_MS", 20)
    counter = FakeCounter()
    counter.enrolment.is_needed = True
    counter.enrolment.waiting = UnderWay("https://tried.example", "1234", "482915")
    counter.enrolment.polls = [False, True]
    hands = open_window(qtbot, counter)
    hands.qtbot.waitUntil(lambda: counter.enrolment.polls == [])
    hands.until("pageSignIn")
    page = hands.window.session.enrolment.page
    assert (page.text("url"), page.text("slot")) == ("https://tried.example", "1234")
    assert counter.enrolment.claimed == [], "nothing was typed"


def _seat(name: str) -> Seat:
    return Seat(Operator(name, Bilingual(name, name), "operator", True, 0, None), has_pin=True)


def test_a_pin_typed_for_somebody_who_may_not_work_here_any_more_is_nobody_elses(hands: Hands) -> None:
    page, (one, other) = hands.window.session.sign_in, map(_seat, "ab")
    page.set_people([one, other])
    page.names.setCurrentRow(1)
    page.pin.setText("12")
    page.set_people([other, one])
    assert (page.chosen(), page.pin.text()) == (other, "12")
    page.set_people([one])
    assert (page.chosen(), page.pin.text()) == (one, "")


# ---- the line


@pytest.mark.parametrize(
    ("state", "waiting", "rejected", "tone"),
    [
        ("online", 0, 0, "ok"), ("idle", 0, 0, "ok"), ("online", 3, 0, "wait"), ("offline", 3, 0, "off"),
        ("offline", 0, 0, "off"), ("portal", 1, 0, "off"), ("server_down", 1, 0, "off"), ("online", 3, 2, "act"),
        ("suspended", 0, 0, "act"), ("alarm", 0, 0, "act"),
    ],
)  # fmt: skip
def test_the_chip_says_the_gravest_first(state: str, waiting: int, rejected: int, tone: str) -> None:
    for language in LANGUAGES:
        found, words = chip(language, state, waiting, rejected)
        assert found == tone
        assert words


def test_the_chip_follows_and_survives_a_store_that_cannot_answer(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.counter.line.up = True
    hands.counter.events.publish(SyncChanged())
    hands.settle(30)
    assert hands.window.header.chip.property("chip") == "ok"

    def away() -> None:
        raise Refused("not_enrolled")

    monkeypatch.setattr(hands.counter.desk.requests, "rejected_count", away)
    hands.counter.events.publish(SyncChanged())
    hands.settle(30)
    hands.window.turn_language()
    assert hands.window.header.language.accessibleName()


def test_a_real_key_begins_the_idle_time_again(hands: Hands) -> None:
    hands.home()
    idle = hands.window.session._idle
    idle.setInterval(10_000)
    idle.stop()
    handle = hands.window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert idle.isActive()


def test_a_forgotten_pin_is_mended_with_what_the_centre_reads_out(known: Hands) -> None:
    members = operators(2)
    members["operators"][0]["link"] = links.tail(bytes(32), OPERATOR)
    envelope = trust.seal_object(trust.OPERATORS, members, FEED)
    known.counter.shop.counter.journal.write([], [PutDocument("operators", 2, envelope)])
    known.qtbot.waitUntil(lambda: known.window.session.sign_in.chosen() is not None)
    known.press(Qt.Key.Key_8, alt=True, to="pageActivate")
    known.type(links.link(bytes(32), OPERATOR, 0))
    for _ in range(2):
        known.press(Qt.Key.Key_Return)
        known.type("730184")
    known.press(Qt.Key.Key_F10, to="pageCatalogue")
    known.counter.people.sign_out()
    known.counter.people.sign_in(OPERATOR, "730184")
