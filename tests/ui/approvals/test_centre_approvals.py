"""The centre in place of a second person, from each act that takes one; the operator may leave, and the act waits."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.aftercare.reversals import void_subject
from kiosk.core.events import ApprovalsChanged
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Request
from kiosk.staff.centre_approvals import Approver
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.program.explained import explain
from protocol.texts import say
from tests.harness.shop import CODE, PIN_SUPERVISOR, SUPERVISOR
from tests.kiosk.cash.test_day_close import next_morning
from tests.kiosk.staff.test_centre_approvals import answer, code, given, hear
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells
from ui.approvals.centre_approval_page import CentreApprovalPage
from ui.requests.reverse_page import ReversePage

Key = Qt.Key
ON_ARABIC = str.maketrans("qwertyuiopasdfghjklzxcvnm", "ضصثقفغعهخحشسيبلاتنمئءؤرىة") | {ord("b"): "لا"}
"""What keys for Latin letters write while the Arabic layout is on."""


@pytest.fixture
def staffed(hands: Hands) -> Hands:
    """A supervisor exists; the counter has its chain."""
    people = hands.counter.people
    people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    people.sign_out()
    hands.home()
    given(hands.counter.shop)
    return hands


def sold(hands: Hands) -> Request:
    return hands.counter.desk.record(hands.counter.shop.sale()).request


def voiding(hands: Hands, request: Request, *, alone: bool = False) -> ReversePage:
    flow = hands.window.session.screens().requests._reversing
    flow.open(request, "void", hands.window.session.screens().sale.home)
    hands.until("pageReverse")
    page = hands.page
    assert isinstance(page, ReversePage)
    assert page.second.isVisible() is not alone
    page.reason.setText("خطأ")
    return page


def ask_by_list(hands: Hands) -> CentreApprovalPage:
    """The centre is the last in the list of those who may agree."""
    names = hands.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    hands.press(Key.Key_F10)
    return approval(hands)


def approval(hands: Hands) -> CentreApprovalPage:
    hands.until("pageApproval")
    page = hands.page
    assert isinstance(page, CentreApprovalPage)
    return page


def last(hands: Hands) -> tuple[int, dict[str, Any]]:
    *_, item = hands.counter.store.journal.export(1)
    return item.record.fields.entry_type, read_body(item.record.body)


def granted(hands: Hands, seq: int, state: str = "granted") -> None:
    """The feed brings the answer."""
    hear(hands.counter.shop, answer(seq, state))
    hands.counter.events.publish(ApprovalsChanged())
    hands.settle(60)


def test_a_void_with_the_code_that_was_read_out(staffed: Hands) -> None:
    request = sold(staffed)
    voiding(staffed, request)
    page = ask_by_list(staffed)
    asked = staffed.counter.approvals.at(staffed.counter.store.journal.tail().chain.seq)
    shown = {name: staffed.find(f"approval_{name}").text().strip("\u2066\u2069") for name in ("number", "of", "check")}
    facts = staffed.counter.approvals.facts(asked)
    assert shown == {"number": f"2-{asked.seq:06d}", "of": f"2-{request.seq:06d}", "check": facts.check()}
    assert "50.00" in staffed.find("approval_amount").text()
    page.code.setText("0000-0000-0000")
    staffed.press(Key.Key_F10)
    assert page.notice.isVisible()
    page.code.setText(code(staffed.counter.shop, asked))
    staffed.press(Key.Key_F10)
    staffed.until("pageCatalogue")
    kind, body = last(staffed)
    assert (kind, body["approval"]) == (EntryType.VOID, asked.seq)


def test_the_act_waits_while_the_next_citizen_is_served(staffed: Hands) -> None:
    request = sold(staffed)
    voiding(staffed, request)
    page = ask_by_list(staffed)
    staffed.press(Key.Key_F10)
    assert explain("ar", Refused("approval_waits"))[0] in page.notice.text()
    seq = staffed.counter.store.journal.tail().chain.seq
    staffed.press(Key.Key_Escape)
    staffed.until("pageReverse")
    staffed.press(Key.Key_Escape)
    staffed.until("pageCatalogue")
    granted(staffed, seq)
    voiding(staffed, request)
    page = ask_by_list(staffed)
    assert "badr" in page.state.text()
    assert not page.code.isVisible()
    staffed.press(Key.Key_F10)
    staffed.until("pageCatalogue")
    assert last(staffed)[0] == EntryType.VOID


def test_an_answer_comes_while_somebody_looks(staffed: Hands) -> None:
    voiding(staffed, sold(staffed))
    page = ask_by_list(staffed)
    seq = staffed.counter.store.journal.tail().chain.seq
    tried = staffed.counter.line.tried
    staffed.press(Key.Key_F5)
    assert staffed.counter.line.tried == tried + 1
    flow = staffed.window.session.screens().centre_approval
    flow._ask_line_if_up()
    assert staffed.counter.line.tried == tried + 1
    staffed.counter.line.up = True
    flow._ask_line_if_up()
    assert staffed.counter.line.tried == tried + 2
    granted(staffed, seq, "denied")
    assert page.state.text() == say("ar", "approval.denied")
    staffed.press(Key.Key_F10)
    assert explain("ar", Refused("approval_denied"))[0] in page.notice.text()
    staffed.press(Key.Key_F11)
    assert page.state.text() == say("en", "approval.denied")


def test_nothing_is_asked_without_a_reason(staffed: Hands) -> None:
    page = voiding(staffed, sold(staffed))
    page.reason.clear()
    before = staffed.counter.store.journal.tail().chain.seq
    names = staffed.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    staffed.press(Key.Key_F10)
    staffed.settle(30)
    assert (staffed.page, staffed.counter.store.journal.tail().chain.seq) == (page, before)
    assert page.notice.isVisible()


def test_a_shop_of_one_asks_where_the_paper_is_not_at_hand(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home()
    request = sold(hands)
    monkeypatch.setattr(hands.counter.reversals, "alone", lambda: True)
    voiding(hands, request, alone=True)
    hands.press(Key.Key_1, alt=True)
    page = approval(hands)
    assert not page.code.isVisible()  # no chain has come yet: the answer comes by the line
    granted(hands, hands.counter.store.journal.tail().chain.seq)
    hands.press(Key.Key_F10)
    hands.until("pageCatalogue")
    assert "paper" not in last(hands)[1]


def test_a_difference_is_settled_from_the_day(staffed: Hands) -> None:
    staffed.counter.closing.close(count_sum(0), "سُرق", Approver(waits=True))
    next_morning(staffed.counter.shop)
    staffed.counter.till.open_day(10_000)
    staffed.window.session.screens().day.open()
    staffed.until("pageDay")
    staffed.settle(60)
    assert staffed.find("agreeButton").isVisible()
    staffed.press(Key.Key_4, alt=True)
    page = approval(staffed)
    assert say("ar", "approval.amount.short", amount="").strip() in staffed.find("approval_amount").text()
    granted(staffed, staffed.counter.store.journal.tail().chain.seq)
    assert page.state.text()
    staffed.press(Key.Key_F10)
    staffed.until("pageDay")
    staffed.settle(60)
    assert staffed.counter.unsettled.oldest() is None


def test_a_citizens_wish_takes_the_centre(staffed: Hands) -> None:
    request = sold(staffed)
    flow = staffed.window.session.screens().requests.aftercare.rights
    flow.open(request.id, staffed.window.session.screens().sale.home)
    staffed.until("pageRights")
    names = staffed.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    flow._copy(flow.page.second.approver(), "/nowhere")
    assert approval(staffed).state.text()
    staffed.press(Key.Key_Escape)
    staffed.until("pageRights")
    staffed.press(Key.Key_2, alt=True)
    approval(staffed)
    granted(staffed, staffed.counter.store.journal.tail().chain.seq)
    staffed.press(Key.Key_F10)
    staffed.until("pageRights")
    staffed.settle(60)
    assert [act.kind for act in staffed.counter.rights.register()] == ["erasure"]


def test_the_centre_stands_behind_and_the_form_is_where_it_was(staffed: Hands) -> None:
    staffed.review()
    staffed.press(Key.Key_8, alt=True)
    staffed.until("pageSupervisor")
    ask_by_list(staffed)
    granted(staffed, staffed.counter.store.journal.tail().chain.seq)
    staffed.press(Key.Key_F10)
    staffed.until("pageReview")
    assert staffed.counter.people.supervised(staffed.counter.people.working())


def test_limits_are_extended_by_telephone_from_the_sale_they_stopped(staffed: Hands) -> None:
    staffed.review()
    staffed.press(Key.Key_8, alt=True)
    staffed.until("pageSupervisor")
    staffed.press(Key.Key_1, alt=True)
    page = approval(staffed)
    asked = staffed.counter.approvals.at(staffed.counter.store.journal.tail().chain.seq)
    assert not staffed.find("approval_of").isVisible()
    page.code.setText(code(staffed.counter.shop, asked).lower().translate(ON_ARABIC))
    staffed.press(Key.Key_F10)
    staffed.until("pageReview")
    assert last(staffed)[0] == EntryType.LIMIT_EXTENSION
    assert say("ar", "approval.extended", until="").strip() in staffed.page.notice.text()
    assert say("ar", "time.tomorrow") in staffed.page.notice.text()


def test_what_waits_stands_in_the_history_of_its_request(staffed: Hands) -> None:
    request = sold(staffed)
    asked = staffed.counter.approvals.ask(void_subject(request))
    screens = staffed.window.session.screens()

    screens.requests.open_one(request.id, screens.lists.open)
    staffed.until("pageDetail")
    assert "لم يرد بعد" in cells(staffed.find("detailHistory"))
    granted(staffed, asked.seq)
    staffed.qtbot.waitUntil(lambda: "لم يُنفّذ بعد" in cells(staffed.find("detailHistory")))


def test_whoever_has_gone_on_is_not_called_to_the_centre_nor_to_a_supervisor(staffed: Hands) -> None:
    voiding(staffed, sold(staffed))
    names = staffed.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    staffed.counter.hold = True
    staffed.send(Key.Key_F10)
    staffed.send(Key.Key_F3)
    staffed.counter.release()
    staffed.settle(30)
    assert staffed.page.objectName() == "pageCatalogue"
    staffed.review()
    staffed.counter.hold = True
    staffed.window.session.screens().supervisor.open()
    staffed.send(Key.Key_F3)
    staffed.counter.release()
    staffed.settle(30)
    assert staffed.page.objectName() == "pageCatalogue"
