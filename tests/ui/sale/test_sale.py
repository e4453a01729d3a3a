from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton
from pytestqt.exceptions import capture_exceptions

from kiosk.core.events import DocumentsChanged, PrintJobsChanged, SyncChanged
from kiosk.model.service_request import AuthorityBill, PrintState, Query
from kiosk.ports.world import PrinterBroke
from protocol.documents.limits_reached import Level, LimitFinding
from protocol.errors import Refused, Unavailable
from protocol.values.money import format_pt
from tests.harness.citizens import filled
from tests.harness.shop import OPERATOR
from tests.ui.conftest import Hands, found_services
from ui.widgets import show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.push_button import GAP_MS


def recorded(hands: Hands) -> int:
    return len(hands.counter.desk.requests.search(Query()))


def line(hands: Hands, name: str) -> QLineEdit:
    found = hands.find(name)
    assert isinstance(found, QLineEdit)
    return found


def test_the_top_task_takes_four_command_keys(hands: Hands) -> None:
    hands.home().sold().next_citizen()
    hands.answer(**hands.counter.shop.sale_of(2).values)
    for key, page in ((Qt.Key.Key_F10, "pageReview"), (Qt.Key.Key_F2, "pageReview"), (Qt.Key.Key_F10, "pageDone")):
        hands.press(key)
        hands.until(page)
    assert recorded(hands) == 2


def test_f10_once_too_often_does_not_pass_the_change_by(hands: Hands) -> None:
    hands.home().sold()
    hands.press(Qt.Key.Key_F10)
    hands.settle(100)
    assert hands.page.objectName() == "pageDone"
    hands.next_citizen()


def test_nothing_of_the_citizen_before_is_in_the_next_form(hands: Hands) -> None:
    hands.home().sold().next_citizen()
    hands.settle(30)  # the fields of before go when the event loop is back
    assert line(hands, "field_national_id").text() == ""
    assert line(hands, "field_name").text() == ""


# ---- one press, one record


def test_a_native_double_click_clicks_once(hands: Hands) -> None:
    hands.home().counted()
    button = hands.find("primaryButton")
    hands.counter.hold = True
    for click in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseClick):
        click(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    hands.settle()
    assert not button.isEnabled()
    assert hands.window.veil.isVisible()  # "saving" is said at once, over everything
    hands.counter.release()
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_a_double_click_on_any_button_is_one_click(hands: Hands) -> None:
    hands.home().sold()
    button = hands.find("printButton")  # one that stays where it is
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    for part in (QTest.mouseClick, QTest.mouseDClick):  # as a window system sends it; the second is deaf
        part(button, Qt.MouseButton.LeftButton)
    hands.settle()
    assert len(clicks) == 1


def test_ten_held_enters_and_a_held_f10_record_once(hands: Hands) -> None:
    hands.home().counted()
    hands.send(Qt.Key.Key_F10)
    for _ in range(10):
        hands.send(Qt.Key.Key_F10, held=True)
        hands.send(Qt.Key.Key_Return, held=True)
    hands.until("pageDone")
    hands.settle(50)
    assert recorded(hands) == 1
    for _ in range(10):  # mashed on the next screen: nothing is sold by it
        hands.send(Qt.Key.Key_Return, held=True)
    hands.settle(50)
    assert hands.page.objectName() == "pageDone"


def test_enter_in_the_amount_never_confirms(hands: Hands) -> None:
    hands.home().review()
    hands.type("100")
    for _ in range(5):
        hands.press(Qt.Key.Key_Return)
    assert hands.window.focusWidget() is line(hands, "tenderedEdit"), "Enter does not lead to the button either"
    hands.find("primaryButton").setFocus()
    for _ in range(5):
        hands.press(Qt.Key.Key_Return)
        hands.press(Qt.Key.Key_Enter)
    hands.settle(100)
    assert hands.page.objectName() == "pageReview"
    assert recorded(hands) == 0
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_keys_typed_while_saving_are_not_heard(hands: Hands) -> None:
    hands.home().counted()
    hands.counter.hold = True
    hands.press(Qt.Key.Key_F10)
    for key in (Qt.Key.Key_F10, Qt.Key.Key_F2, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Tab):
        hands.press(key)
    assert hands.window.focusWidget() is hands.window.veil
    hands.window.session._idle.stop()
    hands.window.session.lock()  # the idle timer does not interrupt a save either
    assert hands.window.session._idle.isActive()
    hands.counter.release()
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_the_amount_begins_empty_and_what_is_missing_is_said(hands: Hands) -> None:
    hands.home().review()
    assert line(hands, "tenderedEdit").text() == ""
    hands.press(Qt.Key.Key_F10)
    assert hands.page.notice.text()
    hands.type("٢٠")
    assert "30.00" in hands.find("changeLabel").text()
    hands.press(Qt.Key.Key_F10)
    assert "أقل من المطلوب" in hands.page.notice.text()
    assert "ما ينقص" in hands.find("primaryButton").accessibleDescription(), "how much stands over it"
    assert recorded(hands) == 0
    hands.find("note100").click()
    assert "50.00" in hands.find("changeLabel").text()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")


def test_a_refusal_stores_nothing_and_the_press_may_be_made_again(hands: Hands) -> None:
    hands.home().counted()
    hands.window.session.screens().sale.keep_now()
    hands.counter.store.fail_next = Refused("day_closed")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    assert hands.find("primaryButton").isEnabled()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_a_field_that_the_last_answer_shows_is_shown_with_its_fault_however_fast_f10_comes(hands: Hands) -> None:
    hands.home().form().fill()
    form = hands.window.session.screens().sale.form
    form._fields["delivery"].set_raw("post")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    focused = hands.window.focusWidget()
    assert focused is not None
    assert focused.objectName() in ("field_governorate", "field_address")
    assert focused.isVisible()


def test_a_failed_disk_is_unknown_until_the_id_was_looked_up(hands: Hands) -> None:
    hands.home().counted()
    hands.window.session.screens().sale.keep_now()
    hands.counter.store.fail_next = Unavailable("store_failed", reason="io")
    hands.press(Qt.Key.Key_F10)
    hands.told()
    assert recorded(hands) == 0


def test_saved_but_the_answer_was_lost(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home().counted()
    desk, real = hands.counter.desk, hands.counter.desk.record

    def saved_and_lost(sale: object) -> object:
        real(sale)  # type: ignore[arg-type]
        monkeypatch.setattr(desk, "record", real)
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(desk, "record", saved_and_lost)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_a_bug_while_saving_does_not_freeze_the_counter(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home().counted()
    desk, real = hands.counter.desk, hands.counter.desk.record

    def bug(_sale: object) -> None:
        raise OSError(5, "io")

    monkeypatch.setattr(desk, "record", bug)
    with capture_exceptions() as found:
        hands.press(Qt.Key.Key_F10)
        hands.told()
    assert [kind for kind, _, _ in found] == [OSError], "the hook that writes the log has it too"
    assert hands.window.veil.isHidden()
    assert "لم تُحفظ" in hands.page.notice.text(), "it was looked up"
    monkeypatch.setattr(desk, "record", real)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    assert recorded(hands) == 1


def test_not_even_the_look_up_works(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home().counted()

    def away(_id: str) -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(hands.counter.desk, "record", away)
    monkeypatch.setattr(hands.counter.desk.requests, "get", away)
    hands.press(Qt.Key.Key_F10)
    hands.told()
    assert hands.find("primaryButton").isEnabled()


# ---- the form


def test_faults_are_said_on_f10_all_at_once_with_the_focus_on_the_first(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_F10)
    at_fault = [field.name for field in hands.page.findChildren(Field) if not field.error.isHidden()]
    assert len(at_fault) > 2
    assert all(name in hands.page.notice.text() for name in at_fault)
    assert hands.window.focusWidget() is line(hands, "field_national_id")
    assert line(hands, "field_national_id").property("state") == "invalid"
    hands.type("3")
    assert line(hands, "field_national_id").property("state") == ""


def test_a_form_behind_the_lock_takes_no_keys_as_the_language_turns(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_F10)
    hands.press(Qt.Key.Key_F12, to="pageLock")
    hands.press(Qt.Key.Key_F11)
    assert hands.page.isAncestorOf(hands.window.focusWidget())


def test_a_page_whose_first_button_is_dead_takes_the_keys_itself(hands: Hands) -> None:
    hands.home().form()
    page = hands.window.session.screens().sync.page
    page.first().setEnabled(False)
    hands.window.go(page)
    hands.settle()
    assert hands.window.focusWidget() is page


def test_rules_show_fields_and_the_fee_follows(hands: Hands) -> None:
    hands.home().form().fill()
    page = hands.window.session.screens().sale.form
    assert page.bill.shown.total_pt == 5_000
    line(hands, "field_copies").setText("3")
    hands.settle(300)
    assert page.bill.shown.total_pt not in (None, 5_000)
    post = hands.find("field_delivery_post") if page.findChild(QRadioButton, "field_delivery_post") else None
    radios = [r for r in page.findChildren(QRadioButton) if not r.isChecked()]
    shown = list(page._visible)
    (post or radios[0]).click()
    hands.settle(300)
    assert page._visible != shown


def test_enter_goes_to_the_next_field_and_not_round(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_Return)
    assert hands.window.focusWidget() is line(hands, "field_name")
    hands.press(Qt.Key.Key_Return, held=True)
    assert hands.window.focusWidget() is line(hands, "field_name")
    for _ in range(12):
        hands.press(Qt.Key.Key_Return)
    assert hands.page.objectName() == "pageForm"


def test_tab_order_is_the_order_on_the_screen_after_a_rebuild(hands: Hands) -> None:
    hands.home().form().fill()
    hands.window.turn_language()
    hands.settle(50)
    page = hands.window.session.screens().sale.form
    inputs = [w for name in page._visible for w in page._fields[name].inputs()]
    widget, seen = inputs[0], [inputs[0]]
    while len(seen) < len(inputs):
        following = widget.nextInFocusChain()
        assert following is not None
        widget = following
        if widget in inputs:
            seen.append(widget)
    assert seen == inputs
    assert line(hands, "field_name").text()  # what was typed has stayed


def test_consent_is_asked_before_the_cash(hands: Hands) -> None:
    hands.home()
    services = [s for s in hands.counter.desk.services() if s.consent is not None]
    assert services, "criminal-record asks for consent"
    hands.form(services[0].id)
    page = hands.window.session.screens().sale.form
    sound = replace(hands.counter.desk.check(services[0], page.raw()), faults=[])
    assert not page.passes(sound)
    assert hands.window.focusWidget() is page.consent
    assert page.consent is not None
    page.consent.setChecked(True)
    assert page.passes(sound)


def test_a_draft_is_kept_and_taken_up_again_under_its_id(hands: Hands) -> None:
    hands.home().form()
    line(hands, "field_name").setText("محمد")
    hands.settle(200)
    draft = hands.window.session.screens().sale._work.draft.id  # type: ignore[union-attr]
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.settle(50)
    assert hands.counter.store.drafts.of_operator(OPERATOR)
    waiting = hands.find("draftsButton")
    assert waiting.isVisible()
    waiting.click()
    hands.press(Qt.Key.Key_F10, to="pageForm")
    assert line(hands, "field_name").text() == "محمد"
    assert hands.window.session.screens().sale._work.draft.id == draft  # type: ignore[union-attr]


def test_a_draft_is_kept_while_typing_goes_on(hands: Hands) -> None:
    hands.home().form()
    line(hands, "field_name").setText("محمد")
    hands.settle(1100)
    assert hands.counter.store.drafts.of_operator(OPERATOR)


@pytest.mark.parametrize("key", [Qt.Key.Key_F10, Qt.Key.Key_Escape, Qt.Key.Key_F3])
def test_the_last_field_typed_in_one_go_with_the_key_that_leaves_it_is_kept(hands: Hands, key: Qt.Key) -> None:
    hands.home().form()
    line(hands, "field_name").setText("محمد")
    hands.send(key)
    hands.settle(300)
    kept = hands.counter.store.drafts.of_operator(OPERATOR)
    assert [draft.raw["name"] for draft in kept] == ["محمد"]


def test_a_row_of_the_review_leads_back_to_its_field(hands: Hands) -> None:
    hands.home().review()
    review = hands.window.session.screens().sale.checkout.review
    review.answers.setFocus()
    review.answers.go_to(1)
    hands.press(Qt.Key.Key_Return, held=True)
    assert hands.page.objectName() == "pageReview"
    hands.press(Qt.Key.Key_Return)
    hands.until("pageForm")
    assert hands.window.focusWidget() is line(hands, "field_name")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")


def test_a_live_amount_is_asked_before_the_cash(hands: Hands) -> None:
    hands.counter.line.up = True
    hands.home()
    service = next(s for s in hands.counter.desk.services() if s.mode == "inquiry_pay")
    hands.form(service.id)
    sale = hands.window.session.screens().sale
    assert sale.form.bill.shown.total_pt is None
    for name, value in filled(service).items():
        sale.form._fields[name].set_raw(value)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert sale.checkout.review.due_pt >= 32_500


def test_a_question_to_the_authority_is_given_up_with_esc_and_its_answer_not_heard(hands: Hands) -> None:
    hands.counter.line.up = True
    hands.home()
    service = next(one for one in hands.counter.desk.services() if one.mode == "inquiry")
    hands.form(service.id, **filled(service))
    late: Future[Any] = Future()
    hands.counter.run_slow = lambda _work: late  # type: ignore[method-assign, assignment]
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(hands.window.veil.stop.isVisible)
    hands.press(Qt.Key.Key_Escape)
    assert not hands.window.busy
    late.set_result(AuthorityBill("", 0, 0, (), found=True))
    hands.settle(50)
    assert hands.page.objectName() == "pageForm"
    assert hands.page.notice.text() == ""


def test_answers_that_come_after_leaving_change_nothing(hands: Hands) -> None:
    hands.home()
    sale = hands.window.session.screens().sale
    sale._typed({})
    sale._submit({})
    sale._checked(None, None)  # type: ignore[arg-type]
    sale.checkout.record(100)
    sale.checkout.price()
    sale._keep_draft()
    assert recorded(hands) == 0


# ---- home


def footer(hands: Hands) -> str:
    return " ".join(label.text() for label in hands.window.footer.findChildren(QLabel) if not label.isHidden())


def test_the_footer_names_only_keys_that_do_something_now(hands: Hands) -> None:
    hands.home()
    hands.settle(50)
    assert "Enter" not in footer(hands), "there is no field to come"
    hands.form().settle(50)
    assert "Enter" in footer(hands)
    assert "F10" not in footer(hands), "its button says what it does"
    hands.fill()
    for key, page in ((Qt.Key.Key_F10, "pageReview"), (Qt.Key.Key_F2, "pageReview"), (Qt.Key.Key_F10, "pageDone")):
        hands.press(key)
        hands.until(page)
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    hands.qtbot.waitUntil(lambda: "F9" in dict(hands.page.key_words()))
    hands.type("112")
    hands.qtbot.waitUntil(lambda: "F9" not in dict(hands.page.key_words()))


def test_search_folds_arabic(hands: Hands) -> None:
    hands.home()
    for typed in ("شهاده", "شَهادة", "112", "١١٢"):
        line(hands, "searchEdit").setText(typed)
        hands.settle(20)
        assert found_services(hands.page)[0].service.number == "112", typed
    hands.press(Qt.Key.Key_Return)
    hands.until("pageForm")


def test_enter_before_the_answer_opens_what_was_typed_and_not_what_stood_there(hands: Hands) -> None:
    hands.home()
    hands.counter.hold = True
    for letter in "جواز":
        hands.send(0, letter)
    hands.send(Qt.Key.Key_Return)
    hands.counter.release()
    hands.until("pageForm")
    visit = hands.window.session.screens().sale.visit
    assert visit is not None
    assert visit.work.service.id == "passport"


def test_enter_before_the_answer_is_not_meant_for_what_is_typed_after_it(hands: Hands) -> None:
    hands.home()
    hands.counter.hold = True
    line(hands, "searchEdit").setText("ج")
    hands.send(Qt.Key.Key_Return)
    line(hands, "searchEdit").setText("جو")
    hands.counter.release()
    hands.settle(100)
    assert hands.page.objectName() == "pageCatalogue"


def test_arrows_choose_in_the_list_and_alt_digits_open(hands: Hands) -> None:
    hands.home()
    hands.type("1")
    hands.press(Qt.Key.Key_Down)
    assert hands.find("serviceTable").currentRow() == 1
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_Escape)
    assert hands.window.session.screens().sale.front.page.search.text() == ""
    hands.press(Qt.Key.Key_Return)
    assert hands.page.objectName() == "pageCatalogue"
    hands.press(Qt.Key.Key_1, alt=True)
    hands.until("pageForm")


def test_alt_digits_type_nothing(hands: Hands) -> None:
    hands.home()
    hands.send(Qt.Key.Key_9, "9", alt=True)
    assert hands.window.session.screens().sale.front.page.search.text() == ""


def test_a_service_that_needs_the_line_says_so_and_the_line_coming_back_frees_it(hands: Hands) -> None:
    hands.home()
    page = hands.window.session.screens().sale.front.page
    hands.find("area_traffic").click()
    hands.qtbot.waitUntil(lambda: len(found_services(page)) == 6)
    place = 0
    assert found_services(page)[place].service.id == "traffic-fines-inquiry"
    hands.press(Qt.Key.Key_F10)
    what, _, what_to_do = show.explained("ar", Unavailable("needs_line"))
    about, whose = found_services(page)[place].service.description["ar"], "الجهة: النيابة العامة"
    assert f"{what} {about} " in page.notice.text()
    assert what_to_do.rstrip(".") in hands.find("primaryButton").accessibleDescription()
    assert whose in page.notice.text()
    hands.press(Qt.Key.Key_F11)
    assert "Needs the internet" in page.notice.text()
    hands.press(Qt.Key.Key_F11)
    assert page.objectName() == hands.page.objectName()
    hands.counter.line.up = True
    hands.counter.events.publish(SyncChanged())
    hands.qtbot.waitUntil(lambda: found_services(page)[place].why_not is None)
    hands.counter.events.publish(DocumentsChanged("catalogue"))
    hands.settle(30)


def test_the_list_opens_with_a_click_and_nothing_found_is_said(hands: Hands) -> None:
    hands.home()
    line(hands, "searchEdit").setText("ءءء###")
    hands.settle(20)
    page = hands.window.session.screens().sale.front.page
    assert not found_services(page)
    assert "لا توجد خدمة" in page.services.none.words.text()
    assert page.services.none.isVisible()
    assert hands.find("area_civil").isVisible(), "the groups are offered"
    assert page.all.isVisible(), "under what they are called"
    hands.press(Qt.Key.Key_Down)
    assert hands.find("area_civil").hasFocus(), "as F10 says"
    line(hands, "searchEdit").setText("112")
    hands.settle(20)
    hands.find("serviceTable").cellDoubleClicked.emit(0, 0)
    hands.until("pageForm")


def test_an_answer_to_an_older_search_is_dropped(hands: Hands) -> None:
    hands.home()
    home = hands.window.session.screens().sale.front
    seen = home._read("1")
    line(hands, "searchEdit").setText("112")
    hands.settle(20)
    home._show(seen)
    hands.qtbot.waitUntil(lambda: len(found_services(home.page)) == 1)


def test_last_request_again_and_its_copy(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F9)  # nothing has been sold yet
    hands.press(Qt.Key.Key_F10)
    assert hands.page.objectName() == "pageCatalogue"
    assert "اختر خدمة" in hands.page.notice.text()
    hands.sold()
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.press(Qt.Key.Key_F9)
    assert "نفسها" in hands.page.notice.text()  # the first paper comes first
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
    hands.press(Qt.Key.Key_F9)
    assert "نسخة" in hands.page.notice.text()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")


# ---- afterwards


def test_the_paper_is_followed_and_its_question_answered(hands: Hands) -> None:
    hands.home().sold()
    done = hands.window.session.screens().sale.ending.page
    assert hands.window.focusWidget() is done.again
    papers, job = hands.counter.papers, hands.counter.papers.jobs()[0]
    assert "انتظار" in done.printed.what.text()
    papers._set_trouble(Unavailable("printer", reason="paper_out"))
    hands.settle(30)
    arabic = done.notice.text()
    assert "انتهى الورق" in arabic
    hands.press(Qt.Key.Key_F11)
    assert "paper" in done.notice.text() != arabic
    hands.press(Qt.Key.Key_F11)
    papers.trouble = None
    for answer, words in ((done.no, "انتظار"), (done.yes, "طُبع")):
        papers._move(job.id, (PrintState.WAITING,), PrintState.UNCERTAIN)
        hands.settle(GAP_MS)
        assert done.question.isVisible()
        assert hands.window.focusWidget() is done.question
        hands.press(Qt.Key.Key_F10)
        assert hands.page is done, "F10 waits"
        assert "أكّد خروج الإيصال" in done.notice.text()
        answer.click()
        hands.settle(30)
        assert not done.question.isVisible()
        assert hands.window.focusWidget() is done.again
        assert words in done.printed.what.text()


def fails(hands: Hands) -> str:
    """The paper of the request just sold cannot be painted. Returns its job."""
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    return job.id


def test_a_failed_paper_is_tried_again_after_its_page_was_left(hands: Hands) -> None:
    """From home, by its button; nothing else is a way back to it once the next citizen has sat down."""
    job_id = fails(hands.home().sold())
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    button = hands.find("paperButton")
    hands.qtbot.waitUntil(button.isVisible)
    button.click()
    hands.qtbot.waitUntil(lambda: hands.counter.papers.job(job_id).state is PrintState.WAITING)  # type: ignore[union-attr]
    hands.qtbot.waitUntil(lambda: not button.isVisible())


@pytest.mark.parametrize("page", ["pageCatalogue", "pageDetail"])
def test_f9_prints_a_failed_paper_wherever_its_request_is_shown(hands: Hands, page: str) -> None:
    job_id = fails(hands.home().sold())
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    if page == "pageDetail":
        screens = hands.window.session.screens()
        screens.requests.open_one(hands.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    hands.until(page)
    hands.settle(50)
    hands.press(Qt.Key.Key_F9)
    hands.qtbot.waitUntil(lambda: hands.counter.papers.job(job_id).state is PrintState.WAITING)  # type: ignore[union-attr]
    assert hands.page.notice.text()
    assert all(job.copy == 0 for job in hands.counter.papers.jobs()), "it is the first paper, not a copy"


def test_a_paper_of_no_request_is_looked_at_among_all_papers(hands: Hands) -> None:
    hands.home()
    hands.counter.advice.guide("birth-cert")
    (job,) = hands.counter.papers.jobs()
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.UNCERTAIN)
    hands.window.session.screens().sale.front.refresh()
    hands.qtbot.waitUntil(lambda: hands.find("paperButton").isVisible())
    hands.press(Qt.Key.Key_F9, to="pagePrinting")


# ---- services that are only explained


def guided(hands: Hands) -> Hands:
    """The form of a service that is only explained, answered."""
    hands.home().form("takaful-karama")
    hands.window.session.screens().sale.form._fields["household"].set_raw("karama")
    hands.settle(200)
    return hands


def test_guidance_ends_with_a_sheet_and_takes_no_money(hands: Hands) -> None:
    page = guided(hands).window.session.screens().sale.form
    assert page.bill.isHidden()
    assert "إرشاد" in page.primary.accessibleName()
    assert "الدفع" not in page.primary.accessibleName()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert hands.page.notice.text()
    assert recorded(hands) == 0
    job = hands.counter.papers.jobs()[0]
    said = str(job.content)
    assert "بطاقات الرقم القومي" in said
    assert "شهادات ميلاد الأبناء" not in said, "only the papers that the answers call for"
    hands.settle(50)
    assert hands.counter.store.drafts.of_operator(OPERATOR) == [], "nothing waits to be finished"


def test_a_sheet_comes_out_once_though_the_form_could_not_be_dropped(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_ids: str) -> None:
        raise Unavailable("store_failed", reason="full")

    guided(hands)
    with monkeypatch.context() as broken:
        broken.setattr(hands.counter.desk.drafts, "drop", failing)
        hands.press(Qt.Key.Key_F10)
        hands.told()
    assert hands.page.objectName() == "pageForm"
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert len(hands.counter.papers.jobs()) == 1
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []


def test_guidance_that_is_not_answered_prints_nothing(hands: Hands) -> None:
    hands.home().form("takaful-karama")
    hands.press(Qt.Key.Key_F10)
    hands.settle(50)
    assert hands.page.objectName() == "pageForm"
    assert hands.counter.papers.jobs() == []


def test_the_steps_of_a_guidance_are_numbered_with_the_dot_after_the_number(hands: Hands) -> None:
    texts = [label.text() for label in guided(hands).page.findChildren(QLabel)]
    steps = [text for text in texts if text.startswith(f"{show.number(1)}. ")]
    assert len(steps) == 1, "a dot inside the isolate stands before its number in Arabic"


def test_a_paper_that_may_be_missing_is_not_called_needed(hands: Hands) -> None:
    texts = [label.text() for label in guided(hands).page.findChildren(QLabel)]
    always = next(text for text in texts if "بطاقات الرقم القومي" in text)
    assert not always.startswith("إن وُجد")
    assert texts.index("اطلب من المواطن") < texts.index(always)
    assert not [text for text in texts if "شهادات ميلاد الأبناء" in text], "they are not called for by these answers"


def test_the_line_is_followed_and_a_copy_is_one_key_away(hands: Hands) -> None:
    hands.home().sold()
    done = hands.window.session.screens().sale.ending.page
    papers, job = hands.counter.papers, hands.counter.papers.jobs()[0]
    papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
    hands.counter.line.up = True
    hands.counter.events.publish(SyncChanged())
    hands.settle(30)
    assert "الآن" in done.sent.more.text()
    hands.press(Qt.Key.Key_F9)
    assert any(job.copy == 1 for job in papers.jobs())
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    hands.counter.events.publish(PrintJobsChanged())
    hands.settle(30)


def test_a_failed_paper_is_tried_again_and_a_sent_request_says_so(hands: Hands) -> None:
    hands.home().sold()
    ending = hands.window.session.screens().sale.ending
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    hands.settle(30)
    hands.press(Qt.Key.Key_F9)
    assert hands.counter.papers.job(job.id).state is PrintState.WAITING  # type: ignore[union-attr]
    from ui.sale.done_page import State

    ending.page.set_state(State("printed", sent=True))
    assert "وصلت" in ending.page.sent.what.text()
    ending._fail(Unavailable("store_failed", reason="io"))
    assert ending.page.notice.text()
    ending.forget()
    ending._again()
    assert ending.page.data is not None
    ending._show(ending.page.data, State("waiting"))
    assert PrinterBroke("printer_broke").code == "printer_broke"


def test_change_of_a_whole_note_is_asked_about_and_never_refused(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.sale.review_page.GAP_MS", 60_000)
    hands.home().review()
    review = hands.window.session.screens().sale.checkout.review
    edit = line(hands, "tenderedEdit")
    edit.setText("250000")  # for 250
    for _ in range(2):  # the second of two quick presses answers nothing
        hands.press(Qt.Key.Key_F10)
        assert hands.page is review
        assert "الباقي" in review.notice.text()
        assert hands.window.focusWidget() is edit
    monkeypatch.setattr("ui.sale.review_page.GAP_MS", 1)
    edit.setText("25000")
    hands.press(Qt.Key.Key_F10)
    assert hands.page is review, "another amount is asked about again"
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    assert hands.counter.desk.requests.search(Query())[0].tendered_pt == 2_500_000


@pytest.mark.parametrize("change_pt", [0, 15_000, 19_999])
def test_change_of_less_than_a_note_is_not_asked_about(hands: Hands, change_pt: int) -> None:
    hands.home().review()
    review = hands.window.session.screens().sale.checkout.review
    line(hands, "tenderedEdit").setText(format_pt(review.due_pt + change_pt))
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")


def test_the_amount_is_money_not_a_float(hands: Hands) -> None:
    hands.home().review()
    edit = line(hands, "tenderedEdit")
    assert isinstance(edit, LineEdit)
    hands.type("125.5")
    assert hands.window.session.screens().sale.checkout.review.cash.tendered.piastres() == 12_550


def test_a_paper_nobody_answered_for_is_asked_about_after_a_restart(hands: Hands) -> None:
    hands.home()
    hands.counter.desk.record(hands.counter.shop.sale())
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.SENDING)
    hands.counter.papers.recover()
    hands.window.session.screens().sale.home()
    hands.settle(50)
    hands.press(Qt.Key.Key_F9, to="pageDone")
    hands.settle(30)
    hands.find("paperYesButton").click()
    hands.settle(30)
    assert hands.counter.papers.jobs() == []
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.settle(30)
    assert not hands.find("paperButton").isVisible()
    hands.window.session.screens().sale.front._ask_paper()


def test_a_day_left_open_and_a_limit_reached_are_said_at_home(hands: Hands) -> None:
    hands.home()
    home = hands.window.session.screens().sale.front
    seen = home._read("")
    home.page.calm()
    home.page.set_data(replace(seen, stale=True))
    assert hands.find("staleButton").isVisible()
    reached = [LimitFinding("money", Level.WARN, now, 5_000_000) for now in (4_000_000, 4_500_000)]
    home._warn(replace(seen, limits=reached))
    assert "40,000.00" in home.page.notice.text()
    home._warn(replace(seen, limits=reached[1:]))
    assert "40,000.00" in home.page.notice.text()  # what stands there is not overwritten


def test_what_cannot_be_read_at_home_is_said(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home()

    def away() -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(hands.counter.till, "totals", away)
    hands.window.session.screens().sale.front.refresh()
    hands.settle(30)
    assert hands.page.notice.text()


def test_a_service_taken_back_by_the_centre_is_said(hands: Hands) -> None:
    hands.home()
    hands.window.session.screens().sale.begin_all([("no-such-service", {})])
    hands.settle(50)
    assert hands.page.objectName() == "pageCatalogue"
    assert hands.page.notice.text()
