"""The lapsed lease comes down on whoever is at the screen, once what is in progress is safe, and goes up by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.core.events import SyncChanged
from kiosk.model.service_request import Query
from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Unavailable
from protocol.values.said_time import said_time
from tests.harness.shop import CODE, OPERATOR, PIN
from tests.kiosk.staff.test_centre_approvals import code, given
from tests.ui.conftest import Hands
from tests.ui.upkeep.test_stick_page import ON_IT, Desk
from ui.session.lockout_page import LockoutPage

Key = Qt.Key


def tell(hands: Hands, **facts: str) -> None:
    """The store has changed, and the screen hears of it."""
    hands.counter.store.commit([], [PutFact(name, value.encode()) for name, value in facts.items()])
    hands.counter.events.publish(SyncChanged())
    hands.settle(30)


def lapse(hands: Hands) -> None:
    tell(hands, lease_until_ms=str(hands.counter.counter.context.now_ms() - HOUR_MS))


def lapse_now(hands: Hands) -> None:
    tell(hands, lease_until_ms=str(hands.counter.counter.context.now_ms() - 1))


def renew(hands: Hands) -> None:
    tell(hands, lease_until_ms=str(hands.counter.counter.context.now_ms() + 10 * DAY_MS))


def down(hands: Hands) -> LockoutPage:
    lapse(hands)
    hands.until("pageLockout")
    page = hands.page
    assert isinstance(page, LockoutPage)
    return page


def test_what_was_being_typed_is_kept_and_come_back_to(hands: Hands) -> None:
    hands.home().form().fill()
    form = hands.window.session.screens().sale.form
    form._fields["name"].set_raw("سماح")
    down(hands)
    assert [one.raw["name"] for one in hands.counter.store.drafts.every()] == ["سماح"]
    renew(hands)
    hands.unlock(to="pageForm")
    assert form.raw()["name"] == "سماح"


def test_no_key_leads_past_it(hands: Hands) -> None:
    hands.home()
    down(hands)
    for key in (Key.Key_F3, Key.Key_F6, Key.Key_F7, Key.Key_F8, Key.Key_F12, Key.Key_Escape, Key.Key_Return):
        hands.press(key)
        assert hands.page.objectName() == "pageLockout"
    hands.window.header.chip.click()
    hands.window.session.screens().sale.home()  # something that was asked for before
    hands.window.go(hands.window.session.sign_in)
    hands.settle(30)
    assert hands.page.objectName() == "pageLockout"
    login = hands.counter.people.current()
    assert login is not None
    assert login.locked


def test_a_sale_in_its_press_is_finished_first(hands: Hands) -> None:
    hands.home().counted()
    hands.counter.hold = True
    hands.press(Key.Key_F10)
    lapse_now(hands)
    assert hands.page.objectName() == "pageReview"
    hands.counter.works.reverse()  # the look is asked for on its own thread: it may be the first to be answered
    hands.counter.release()
    hands.until("pageLockout")
    assert len(hands.counter.desk.requests.search(Query())) == 1
    renew(hands)
    hands.unlock(to="pageDone")
    assert len(hands.counter.desk.requests.search(Query())) == 1


def test_nobody_signed_in_sees_it_in_place_of_the_names(hands: Hands) -> None:
    hands.counter.shop.ready()
    hands.counter.people.sign_out()
    hands.until("pageSignIn")
    down(hands)
    hands.window.session.left()
    hands.settle(30)
    assert hands.page.objectName() == "pageLockout"
    renew(hands)
    hands.until("pageSignIn")


def test_a_locked_screen_is_locked_once_more_and_the_pin_is_asked_for_after_it(hands: Hands) -> None:
    hands.home().form()
    hands.press(Key.Key_F12, to="pageLock")
    down(hands)
    renew(hands)
    hands.unlock(to="pageForm")


def test_help_and_diagnosis_can_be_reached_and_left_again(hands: Hands) -> None:
    hands.home()
    down(hands)
    hands.press(Key.Key_F1, to="pageHelp")
    hands.press(Key.Key_2, alt=True, to="pageDoctor")
    tell(hands)  # it stays where somebody reads
    assert hands.page.objectName() == "pageDoctor"
    hands.press(Key.Key_Escape, to="pageLockout")
    hands.press(Key.Key_F1, to="pageHelp")
    renew(hands)
    hands.until("pageLock")


def test_the_line_is_tried_and_the_stick_goes_out_and_in(hands: Hands) -> None:
    hands.home()
    hands.counter.stick = desk = Desk()
    page = down(hands)
    hands.press(Key.Key_F5)
    assert hands.counter.line.tried == 1
    hands.press(Key.Key_3, alt=True)
    hands.qtbot.waitUntil(lambda: ON_IT in page.notice.text())
    hands.press(Key.Key_4, alt=True)
    hands.qtbot.waitUntil(lambda: desk.asked == ["out", "in"])


def test_a_code_by_telephone_opens_it(hands: Hands) -> None:
    given(hands.counter.shop)
    hands.home()
    page = down(hands)
    assert page.by_telephone
    assert not page.code.isVisible(), "it is what F10 does"
    hands.press(Key.Key_F10, to="pageApproval")
    asked = hands.counter.approvals._kept()[-1]
    hands.find("approvalCodeEdit").setText(code(hands.counter.shop, asked))
    hands.press(Key.Key_F10, to="pageLock")
    hands.unlock(to="pageCatalogue")


def test_the_code_is_left_and_the_page_is_there_again(hands: Hands) -> None:
    given(hands.counter.shop)
    hands.home()
    down(hands)
    hands.press(Key.Key_F10, to="pageApproval")
    hands.press(Key.Key_Escape, to="pageLockout")


def test_a_suspended_counter_is_not_opened_by_telephone(hands: Hands) -> None:
    given(hands.counter.shop)
    hands.home()
    tell(hands, order="1 suspended")
    hands.until("pageLockout")
    page = hands.window.session.screens().lockout.page
    assert not page.by_telephone
    tried = hands.counter.line.tried
    hands.press(Key.Key_F10)
    assert hands.counter.line.tried == tried + 1
    assert page.what.text() == page.say("lockout.suspended")
    tell(hands, order="1 resumed")
    hands.until("pageLock")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_says_why_since_when_and_whom_to_call_in_both_languages(hands: Hands, language: str) -> None:
    hands.home().sold()
    page = down(hands)
    if language == "en":
        hands.press(Key.Key_F11)
    assert page.what.text() == page.say("lockout.lease")
    now_ms = hands.counter.counter.context.now_ms()
    assert said_time(page.language, now_ms - HOUR_MS, now_ms) in page.since.text()
    assert "15999" in page.phone.text()
    assert page.act == "retry", "there are no codes yet"
    assert page.doubt.isHidden()
    assert "1" in page._facts["waiting"].value.text()
    assert "1" in page._facts["papers"].value.text()


def test_a_date_in_doubt_is_said(hands: Hands) -> None:
    hands.home()
    now_ms = hands.counter.counter.context.now_ms()
    tell(hands, floor_ms=str(now_ms), lease_until_ms=str(now_ms + 10 * DAY_MS))
    hands.counter.shop.clock.wall += 3 * 365 * DAY_MS
    tell(hands)
    hands.until("pageLockout")
    page = hands.window.session.screens().lockout.page
    assert not page.doubt.isHidden()
    said = said_time(page.language, hands.counter.counter.context.now_ms(), None, with_clock=True)
    assert said in page.doubt.text(), "by words, with its year: no day is today while the clock is in doubt"
    assert page.primary.accessibleName() == page.say("clock.set")
    hands.press(Key.Key_F10)
    assert page.say("clock.set.how") in page.notice.text()
    hands.counter.shop.clock.wall -= 3 * 365 * DAY_MS
    tell(hands)
    hands.until("pageLock")


def test_practice_is_locked_with_the_real_counter_and_goes_on_after_it(hands: Hands) -> None:
    given(hands.counter.shop)
    hands.home()
    hands.window.session.screens().practice.toggle()
    hands.qtbot.waitUntil(lambda: hands.counter.practising)
    hands.settle(50)
    shown = hands.page.objectName()
    down(hands)
    hands.press(Key.Key_F10)  # the code is the real counter's
    hands.until("pageApproval")
    assert hands.counter.telephone._kept()[-1].subject.what == "extension"
    hands.press(Key.Key_Escape, to="pageLockout")
    renew(hands)
    hands.unlock(to=shown)
    assert hands.counter.practising


def test_practice_can_be_ended_behind_it(hands: Hands) -> None:
    hands.home()
    hands.window.session.screens().practice.toggle()
    hands.qtbot.waitUntil(lambda: hands.counter.practising)
    hands.settle(50)
    down(hands)
    hands.press(Key.Key_F1, to="pageHelp")
    hands.press(Key.Key_1, alt=True, to="pageLockout")
    assert not hands.counter.practising
    renew(hands)
    hands.until("pageSignIn")


def test_the_wizard_goes_on(hands: Hands) -> None:
    session = hands.window.session
    session.setting_up = True
    lapse(hands)
    assert hands.page.objectName() == "pageSignIn"
    session.setting_up = False


def test_a_line_that_cannot_be_tried_says_so(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home()
    page = down(hands)

    def broken() -> None:
        raise Unavailable("shop_offline")

    monkeypatch.setattr(hands.counter.line, "now", broken)
    hands.press(Key.Key_F5)
    hands.told()
    assert page.notice.text()


# ---- in time before


def open_day(hands: Hands, left_h: int) -> None:
    counter = hands.counter
    counter.store.commit(
        [], [PutFact("lease_until_ms", str(counter.counter.context.now_ms() + left_h * HOUR_MS).encode())]
    )
    hands.window.session.signed_in(counter.people.activate(OPERATOR, CODE, PIN))
    hands.until("pageOpenDay")
    hands.settle(30)


def test_it_is_said_where_the_day_begins_and_on_the_home_screen(hands: Hands) -> None:
    open_day(hands, 50)
    hands.told()
    assert "50" in hands.page.notice.text()
    hands.press(Key.Key_F11)
    assert "50" in hands.page.notice.text()
    hands.window.session.screens().opening.page.asked.emit(10_000)
    hands.until("pageCatalogue")
    hands.told()
    assert "50" in hands.page.notice.text()


def test_a_year_without_a_proof_of_a_backup_is_said_calmly(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands.counter.reminding, "proof", lambda: 366)
    open_day(hands, 200)
    hands.told()
    assert "366" in hands.page.notice.text()
    hands.press(Key.Key_F11)
    assert "366" in hands.page.notice.text()


def test_nothing_is_said_of_a_lease_that_lasts(hands: Hands) -> None:
    open_day(hands, 80)
    assert hands.page.notice.isHidden()


def test_what_cannot_be_read_keeps_nobody_from_the_day(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(hands.counter.desk, "limits", broken)
    open_day(hands, 50)
    assert hands.page.notice.isHidden()


def test_what_the_centre_was_asked_before_it_is_not_mixed_with_its_code(hands: Hands) -> None:
    """The page of the asking is one: behind the lock lies where the first was asked from, not the second's."""
    given(hands.counter.shop)
    request = hands.home().counter.desk.record(hands.counter.shop.sale()).request
    rest = hands.window.session.screens()
    rest.requests._reversing.open(request, "void", rest.sale.home)
    hands.until("pageReverse")
    hands.find("reasonEdit").setText("خطأ")
    hands.press(Key.Key_1, alt=True, to="pageApproval")
    down(hands)
    hands.press(Key.Key_F10, to="pageApproval")
    asked = hands.counter.approvals._kept()[-1]
    hands.find("approvalCodeEdit").setText(code(hands.counter.shop, asked))
    hands.press(Key.Key_F10)
    hands.unlock(to="pageReverse")
    assert hands.find("reasonEdit").text() == "خطأ"
