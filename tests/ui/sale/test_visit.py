"""One citizen, several services, on the screen: one review, one cash step, one paper; and what takes no money."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import AuthorityBill, Query
from kiosk.selling.sale_recorder import MOST
from protocol.errors import Refused, Unavailable
from protocol.journal.money_entries import PaidBill
from protocol.texts import Bilingual
from tests.harness.citizens import filled
from tests.harness.shop import OPERATOR
from tests.ui.conftest import Hands, found_services
from tests.ui.sale.test_sale import line, recorded
from ui.sale import draft_forms as drafts
from ui.sale.checkout_flow import MOST_ROWS
from ui.sale.done_page import MOST_CODES
from ui.sale.home_rail import LastSale
from ui.widgets import show
from ui.widgets.push_button import GAP_MS


def sale(hands: Hands) -> Any:
    return hands.window.session.screens().sale


def answer(hands: Hands, service_id: str) -> None:
    """Type what the service still asks; what is there already stays."""
    form = sale(hands).form
    for name, value in filled(hands.counter.desk.service(service_id)).items():
        if not form._fields[name].shown() or name not in hands.counter.shop.sale().values:
            form._fields[name].set_raw(value)
    hands.settle(200)


def another(hands: Hands, service_id: str = "family-record") -> Hands:
    """At the review: one more service for the same citizen, answered."""
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit(service_id)
    hands.until("pageForm")
    answer(hands, service_id)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    return hands


def texts(hands: Hands) -> str:
    return "\n".join(label.text() for label in hands.page.findChildren(QLabel) if label.isVisible())


def test_two_services_one_cash_step_one_paper(hands: Hands) -> None:
    hands.home().review()
    another(hands)
    hands.pay()
    rows = sorted(hands.counter.desk.requests.search(Query()), key=lambda row: row.seq)
    assert [(row.service_id, row.line, row.lines) for row in rows] == [("birth-cert", 1, 2), ("family-record", 2, 2)]
    assert rows[0].national_id == rows[1].national_id
    assert len(hands.counter.papers.jobs()) == 1
    for row in rows:
        assert row.code in texts(hands), "a code for each"
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []


def test_a_form_of_several_names_the_sum_of_the_visit_and_its_own_and_never_that_of_the_citizen_before(
    hands: Hands,
) -> None:
    hands.home().review()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    answer(hands, "family-record")
    bill = sale(hands).form.bill
    assert bill._due.value.text() == show.money("ar", 11_900)
    assert f"منه لهذه الخدمة {show.money('ar', 6_900)}" in texts(hands)
    bill.set_unknown()  # as each form begins
    assert bill._due.value.text() == "—"
    assert "منه لهذه الخدمة" not in texts(hands)
    bill.set_fees(Refused("fee_field"), [5_000, None])
    assert bill._due.value.text() == "—"


def test_what_is_known_of_the_citizen_is_there_and_the_focus_is_on_what_is_not(hands: Hands) -> None:
    hands.home().review()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    hands.settle(50)
    values = hands.counter.shop.sale().values
    assert line(hands, "field_national_id").text().replace(" ", "") == values["national_id"]
    assert line(hands, "field_name").text() == values["name"]
    focused = hands.window.focusWidget()
    assert focused is not None
    assert focused not in (line(hands, "field_national_id"), line(hands, "field_name"), line(hands, "field_mobile"))
    assert "2" in hands.page.subtitle.text()


def test_the_review_lists_every_service_and_asks_nothing_twice(hands: Hands) -> None:
    another(hands.home().review())
    answers = sale(hands).checkout.review.answers
    rows = [label for label, _ in answers.said()]
    assert sum("الرقم القومي لمقدم الطلب" in row for row in rows) == 1
    for service_id in ("birth-cert", "family-record"):
        title = hands.counter.desk.service(service_id).title["ar"]
        assert any(title in row for row in rows)
        assert title in texts(hands)
    assert sale(hands).checkout.review.due_pt == sum(work.due_pt for work in sale(hands).visit.works)


def test_the_review_says_every_service_and_answer_in_the_other_language_too(hands: Hands) -> None:
    another(hands.home().review())

    def said() -> list[str]:
        return [text for answer in sale(hands).checkout.review.answers.said() for text in answer]

    arabic = said()
    hands.press(Qt.Key.Key_F11)
    english = " ".join(said())
    for service_id in ("birth-cert", "family-record"):
        assert hands.counter.desk.service(service_id).title["en"] in english
    assert "Mobile number" in english
    assert hands.counter.desk.service("birth-cert").form.choices["delivery"]["pickup"]["en"] in english
    hands.press(Qt.Key.Key_F11)
    assert said() == arabic


def test_a_row_leads_to_its_own_form_and_a_correction_reaches_the_others(hands: Hands) -> None:
    another(hands.home().review())
    review = sale(hands).checkout.review
    review.answers.opened.emit(("0/mobile", "", ""))
    hands.until("pageForm")
    assert hands.window.focusWidget() is line(hands, "field_mobile")
    line(hands, "field_mobile").setText("01112345678")
    hands.settle(200)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert [work.raw["mobile"] for work in sale(hands).visit.works] == ["01112345678"] * 2
    hands.settle(50)
    assert {draft.raw["mobile"] for draft in hands.counter.store.drafts.of_operator(OPERATOR)} == {"01112345678"}
    review.answers.opened.emit(("1/", "", ""))
    hands.until("pageForm")
    assert line(hands, "field_mobile").text().replace(" ", "") == "01112345678"
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")


def test_a_space_in_a_name_is_looked_at_again_before_the_money(hands: Hands) -> None:
    hands.home().form().fill()
    field = sale(hands).form._fields["name"]
    field.set_raw("منى عبد الله حسن علي")
    hands.settle(200)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    field.set_raw("منى عبدالله حسن علي")
    hands.settle(200)
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")  # the review would have shown the name of before, and the journal kept this one
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert "منى عبدالله حسن علي" in [text for _, _, text in sale(hands).visit.work.answers["ar"]]


def test_no_other_service_after_all(hands: Hands) -> None:
    hands.home().review()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    assert hands.counter.desk.service("birth-cert").title["ar"] in texts(hands)
    assert not hands.find("draftsButton").isVisible()
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageReview")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    assert sale(hands).visit is None
    assert hands.find("addingCard").isHidden()


def test_from_a_half_typed_form_one_comes_back_to_it(hands: Hands) -> None:
    hands.home().form()
    line(hands, "field_name").setText("محمد")
    hands.settle(200)
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    assert line(hands, "field_name").text() == "محمد"


def test_a_form_left_unfinished_is_asked_for_before_the_money(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    for name, value in hands.counter.shop.sale().values.items():
        if name in sale(hands).form._fields:
            sale(hands).form._fields[name].set_raw(value)
    answer(hands, "family-record")
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: sale(hands).visit.at == 0 and hands.window.veil.isHidden())
    assert hands.page.objectName() == "pageForm"
    assert line(hands, "field_name").text() == hands.counter.shop.sale().values["name"]
    hands.fill()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")


def test_one_service_taken_out_leaves_the_other(hands: Hands) -> None:
    another(hands.home().review())
    sale(hands).checkout.review.answers.opened.emit(("1/", "", ""))
    hands.until("pageForm")
    sale(hands).form.discard.confirmed.emit()
    hands.until("pageReview")
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert"]
    hands.pay()
    assert recorded(hands) == 1


def test_a_visit_comes_back_after_the_power_went(hands: Hands) -> None:
    another(hands.home().review())
    hands.settle(50)
    sale(hands).forget()  # as whoever starts again finds it: only what the store has
    sale(hands).home()
    hands.until("pageCatalogue")
    hands.qtbot.waitUntil(lambda: hands.find("draftsButton").isVisible())
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    assert len(sale(hands).visit.works) == 2
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert all(work.answers for work in sale(hands).visit.works), "both are read to the citizen before the money"
    hands.pay()
    assert recorded(hands) == 2


def test_a_form_in_which_nothing_is_typed_yet_is_part_of_the_visit_after_the_power_went(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    (left,) = hands.counter.desk.drafts.unfinished()
    assert [draft.service_id for draft in hands.counter.desk.drafts.visit(left.id)] == ["birth-cert", "family-record"]


def torn(hands: Hands, *services: str) -> None:
    """A visit of these, filled in, as it is found after the power went; its first form is on the screen."""
    hands.home().review()
    for service in services:
        another(hands, service)
    hands.settle(50)
    sale(hands).forget()
    first = hands.counter.store.drafts.of_operator(OPERATOR)[0]
    sale(hands).resume(min(hands.counter.desk.drafts.visit(first.id), key=lambda draft: draft.id).id)
    hands.until("pageForm")
    hands.settle(50)


def onward(hands: Hands) -> str:
    """F10, and the service of the form that it leads to; "" for the money."""
    hands.press(Qt.Key.Key_F10)
    hands.settle(50)
    hands.qtbot.waitUntil(hands.window.veil.isHidden)
    service: str = sale(hands).visit.work.service.id
    return service if hands.page.objectName() == "pageForm" else ""


def test_of_a_visit_taken_up_again_only_what_lacks_something_is_shown(hands: Hands) -> None:
    torn(hands, "family-record", "marriage-doc")
    broken = sale(hands).visit.works[1]
    sale(hands).forget()
    hands.counter.desk.drafts.keep(broken.draft, {**broken.raw, "copies": "many"})
    sale(hands).resume(broken.draft.visit_id)
    hands.settle(80)
    assert onward(hands) == "family-record"


def test_a_consent_is_not_taken_from_the_disk(hands: Hands) -> None:
    hands.home().form("criminal-record")
    answer(hands, "criminal-record")
    sale(hands).form.consent.setChecked(True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    another(hands)
    hands.settle(50)
    sale(hands).forget()
    drafts = {draft.service_id: draft.id for draft in hands.counter.store.drafts.of_operator(OPERATOR)}
    sale(hands).resume(drafts["family-record"])
    hands.until("pageForm")
    assert onward(hands) == "criminal-record"


def test_a_required_picture_that_is_not_kept_is_asked_for(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    torn(hands, "family-record")
    monkeypatch.setattr(drafts, "missing", lambda papers, _kept: papers or ["a paper"])
    sale(hands).resume(sale(hands).visit.works[0].draft.id)
    hands.until("pageForm")
    hands.settle(50)
    assert onward(hands) == "family-record"


def test_the_same_services_are_begun_for_the_next_citizen(hands: Hands) -> None:
    another(hands.home().review())
    hands.pay()
    page = hands.window.session.screens().sale.ending.page
    assert "نفس الخدمات" in page.again.text()
    hands.next_citizen()
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert", "family-record"]
    assert [work.raw.get("name", "") for work in sale(hands).visit.works] == ["", ""], "nothing of the one before"
    assert len(hands.counter.desk.drafts.unfinished()) == 1
    sale(hands).home()
    hands.until("pageCatalogue")
    last = sale(hands).front.page.findChild(LastSale)
    hands.qtbot.waitUntil(last.isVisible)
    assert "+1" in last.title.text()
    total_pt = sum(row.total_pt for row in hands.counter.desk.requests.search(Query()))
    assert last.total.text() == show.money("ar", total_pt)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert", "family-record"]


@pytest.mark.parametrize("place", ["pageDone", "pageCatalogue"])
def test_pressed_twice_they_are_begun_once(hands: Hands, place: str) -> None:
    another(hands.home().review())
    hands.pay()
    if place == "pageCatalogue":
        hands.press(Qt.Key.Key_Escape)
        hands.until(place)
    hands.settle(GAP_MS + 50)
    hands.send(Qt.Key.Key_F10)
    hands.send(Qt.Key.Key_F10)
    hands.until("pageForm")
    hands.settle(200)
    assert len(hands.counter.desk.drafts.unfinished()) == 1, "a visit of nobody would wait on the home screen"


def test_what_was_right_and_is_not_any_more_is_shown_in_its_form(hands: Hands) -> None:
    another(hands.home().review())
    sale(hands).visit.works[0].raw["mobile"] = "0"
    sale(hands).checkout.price()
    hands.until("pageForm")
    assert sale(hands).visit.at == 0
    assert hands.page.notice.text()


def test_a_long_visit_shows_its_number_and_its_sum(hands: Hands) -> None:
    hands.counter.line.up = True  # without a line nobody but a supervisor takes so many of one citizen
    hands.home()
    values = hands.counter.shop.sale().values
    count = max(MOST_ROWS, MOST_CODES) + 1
    sale(hands).begin_all([("birth-cert", values) for _ in range(count)])
    for _ in range(count):
        hands.until("pageForm")
        hands.settle(150)
        hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert sale(hands).checkout.review.due_pt == 5_000 * count
    hands.pay()
    assert "…" in texts(hands)
    assert recorded(hands) == count


def test_a_visit_has_an_end(hands: Hands) -> None:
    hands.home()
    sale(hands).begin_all([("birth-cert", {})] * (MOST + 1))
    hands.told()
    assert sale(hands).visit is None


# ---- no money


def asked(hands: Hands, *lines: ReceiptLine) -> Hands:
    hands.counter.line.up = True
    hands.counter.line.bill = AuthorityBill("Q-1", sum(one.amount_pt for one in lines), 2**50, lines)
    hands.home().form("case-inquiry")
    answer(hands, "case-inquiry")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageAnswer")
    return hands


def test_an_inquiry_shows_what_the_authority_says_and_sells_nothing(hands: Hands) -> None:
    asked(
        hands,
        ReceiptLine(Bilingual("الجلسة القادمة: 2026-12-12", "Next session: 2026-12-12"), 0),
        ReceiptLine(Bilingual("رسوم", "Fees"), 5_000),
    )
    assert "2026-12-12" in texts(hands)
    assert "50.00" in texts(hands)
    hands.press(Qt.Key.Key_F11)
    assert "Next session" in texts(hands)
    page = sale(hands)._endings.page
    assert page.data.asked["en"]
    assert [words for _label, words in page.asked.said()] == [words or "—" for _n, _l, words in page.data.asked["en"]]
    hands.press(Qt.Key.Key_F9)
    hands.qtbot.waitUntil(lambda: len(hands.counter.papers.jobs()) == 1)
    assert "2026-12-12" in str(hands.counter.papers.jobs()[0].content)
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: len(hands.counter.papers.jobs()) == 2)
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.settle(50)
    assert recorded(hands) == 0
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []
    sale(hands)._endings._print()
    sale(hands)._endings._done()


def test_what_was_asked_is_corrected_and_asked_again(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_1, alt=True)
    hands.until("pageForm")
    assert sale(hands)._endings.page.asked.said() == []
    assert hands.page.raw()["case_no"]  # type: ignore[attr-defined]
    assert sale(hands)._endings._bill is None
    hands.press(Qt.Key.Key_F10)
    hands.until("pageAnswer")


def test_an_answer_that_comes_when_the_citizen_has_gone_is_shown_to_nobody(hands: Hands) -> None:
    asked(hands)
    flow, work, bill = sale(hands)._endings, sale(hands).visit.work, hands.counter.line.bill
    sale(hands).home()
    hands.until("pageCatalogue")
    flow._answered(work, bill)
    hands.settle(30)
    assert hands.page.objectName() == "pageCatalogue"


def test_nothing_on_record_is_said_too(hands: Hands) -> None:
    asked(hands)
    assert "لا شيء مسجل" in texts(hands)
    hands.press(Qt.Key.Key_F9)
    hands.qtbot.waitUntil(lambda: len(hands.counter.papers.jobs()) == 1)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")


def test_that_there_is_nothing_is_an_answer_too(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_service: str, _fields: dict[str, Any]) -> AuthorityBill:
        raise Refused("bill_not_found")

    hands.counter.line.up = True
    monkeypatch.setattr(hands.counter.line, "inquire", nothing)
    hands.home().form("case-inquiry")
    answer(hands, "case-inquiry")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageAnswer")
    assert "لا شيء مسجل" in texts(hands)


def test_an_inquiry_without_the_line_is_refused_and_the_form_stays(hands: Hands) -> None:
    hands.home().form("case-inquiry")
    answer(hands, "case-inquiry")
    hands.counter.desk._line.inquire = _away  # type: ignore[method-assign, assignment]
    hands.press(Qt.Key.Key_F10)
    hands.told()
    assert hands.page.objectName() == "pageForm"


def _away(_service: str, _fields: dict[str, Any]) -> AuthorityBill:
    raise Unavailable("needs_line")


def test_guidance_within_a_visit_leaves_the_visit(hands: Hands) -> None:
    hands.home().review()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("ration-new")
    hands.until("pageForm")
    answer(hands, "ration-new")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert"]
    assert len(hands.counter.papers.jobs()) == 1


# ---- what a form says of its service


def test_guidance_shows_steps_place_and_the_authoritys_fees(hands: Hands) -> None:
    hands.home().form("ration-new")
    answer(hands, "ration-new")
    service, told = hands.counter.desk.service("ration-new"), texts(hands)
    assert service.guidance is not None
    for step in service.guidance.steps:
        assert step["ar"] in told
    assert service.guidance.where["ar"] in told
    assert "يُدفع لدى الجهة" in told


def test_a_fee_of_the_authority_that_nobody_has_published_is_said_to_be_unknown(hands: Hands) -> None:
    hands.home().form("work-permit")
    answer(hands, "work-permit")
    assert "لم تُعلن" in texts(hands)


def test_a_wished_appointment_is_in_the_review_and_on_the_receipt(hands: Hands) -> None:
    hands.home().form("passport")
    answer(hands, "passport")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    answers = sale(hands).checkout.review.answers
    assert any("2026" in words for _, words in answers.said())
    hands.pay()
    told = hands.counter.papers.jobs()[0].receipt.served[0].next
    assert told is not None
    assert "2026-12-20" in told.ar


# ---- afterwards


@pytest.mark.parametrize("line_number", [1, 2])
def test_each_request_of_a_visit_opens_with_its_own_lines_and_sum(hands: Hands, line_number: int) -> None:
    another(hands.home().review())
    hands.pay()
    row = next(row for row in hands.counter.desk.requests.search(Query()) if row.line == line_number)
    screens = hands.window.session.screens()
    screens.requests.open_one(row.id, lambda: None)
    hands.until("pageDetail")
    detail = screens.requests.detail
    assert detail.data is not None
    assert detail.paid.value.text() == show.money("ar", row.total_pt)
    assert sum(one.amount_pt for one in detail.data.lines) == row.total_pt
    said = ""
    for place in range(screens.requests.detail.history.rowCount()):
        item = screens.requests.detail.history.item(place, 1)
        said += "" if item is None else item.text()
    assert f"{line_number}" in said
    assert "زيارة" in said


def test_what_is_only_paid_live_takes_no_money_without_the_line_and_says_what_and_whose(hands: Hands) -> None:
    hands.home()
    page = sale(hands).front.page
    hands.type("233")
    hands.qtbot.waitUntil(lambda: [offer.service.id for offer in found_services(page)] == ["electricity-prepaid"])
    hands.press(Qt.Key.Key_Return)
    service = hands.counter.desk.service("electricity-prepaid")
    assert service.description["ar"] in hands.page.notice.text()
    assert service.competent_authority.name["ar"] in hands.page.notice.text()
    assert hands.page.objectName() == "pageCatalogue"
    assert sale(hands).visit is None
    bill = PaidBill("B", 100, 2**50)
    pressed = hands.counter.shop.sale(
        service_id=service.id, service_version=service.version, values=filled(service), bill=bill, tendered_pt=10**6
    )
    with pytest.raises(Unavailable, match="needs_line"):
        hands.counter.desk.record(pressed)


# ---- drafts of a visit, from home


def left_behind(hands: Hands) -> Hands:
    """Two forms of one citizen, left half done; at home."""
    another(hands.home().review())
    hands.settle(50)
    sale(hands).home()
    hands.until("pageCatalogue")
    hands.qtbot.waitUntil(lambda: hands.find("draftsButton").isVisible())
    return hands


def test_a_visit_that_waits_is_one_and_says_how_many_forms(hands: Hands) -> None:
    table = left_behind(hands).find("draftTable")
    assert table.rowCount() == 1
    assert "+1" in table.item(0, 0).text()


def test_discarding_it_at_home_leaves_nothing_of_it(hands: Hands) -> None:
    page = left_behind(hands).window.session.screens().sale.front.page
    page.discarded.emit(page.data.drafts[0].id)  # type: ignore[union-attr]
    hands.qtbot.waitUntil(lambda: not hands.counter.store.drafts.of_operator(OPERATOR))


def test_a_form_that_cannot_be_taken_up_any_more_keeps_nobody_from_the_others(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(hands)
    drafts, real = hands.counter.desk.drafts, hands.counter.desk.drafts.form

    def form(draft: Any) -> Any:
        if draft.service_id == "family-record":
            raise Refused("service_changed")
        return real(draft)

    monkeypatch.setattr(drafts, "form", form)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F10, to="pageForm")
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert"]
    assert hands.page.notice.text()
