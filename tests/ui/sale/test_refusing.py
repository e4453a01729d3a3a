"""Not possible today, by keys: a paper instead of a request, no money, and nothing of the form is left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import PrintJob, Query
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.strict_json import loads_object
from protocol.texts import say
from tests.harness.shop import OPERATOR
from tests.ui.conftest import Hands
from tests.ui.sale.test_sale import line
from tests.ui.sale.test_visit import answer, sale


def asked(hands: Hands, service: str = "birth-cert") -> Hands:
    """The form, answered, and Alt+7."""
    hands.home().form(service)
    answer(hands, service)
    return refuse(hands)


def refuse(hands: Hands) -> Hands:
    hands.press(Qt.Key.Key_7, alt=True)
    hands.until("pageRefuse")
    hands.settle(30)
    return hands


def printed(hands: Hands) -> list[PrintJob]:
    return [job for job in hands.counter.papers.jobs() if isinstance(job.content, Sheet)]


def told(hands: Hands) -> str:
    """The one refusal that was printed, as its paper says it."""
    (job,) = printed(hands)
    assert isinstance(job.content, Sheet)
    assert job.content.kind == "refusal"
    return str(job.content)


def entries(hands: Hands) -> list[dict[str, object]]:
    records = [item.record for item in hands.counter.store.journal.export(1)]
    return [loads_object(one.body) for one in records if one.fields.entry_type == EntryType.REFUSAL]


def test_the_missing_papers_are_ticked_and_printed_and_the_form_is_gone(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    assert hands.window.focusWidget() is hands.find("missing_0"), "Enter leads to the papers, and never to the paper"
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert "بطاقة الرقم القومي" in told(hands)
    assert "national ID card" in told(hands), "the paper has both languages"
    assert "نموذج 40" not in told(hands), "only what was ticked"
    assert say("en", "refuse.papers") in told(hands)
    hands.settle(50)
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []
    assert hands.counter.store.requests.search(Query()) == [], "nothing was sold"


def test_what_was_printed_is_named_and_that_nothing_was_taken(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    (job,) = printed(hands)
    assert isinstance(job.content, Sheet)
    assert job.content.number in hands.page.notice.text()
    assert "لم يُؤخذ شيء" in hands.page.notice.text()


def test_the_key_that_deletes_says_so_and_looks_so(hands: Hands) -> None:
    asked(hands)
    primary = hands.find("primaryButton")
    assert primary.property("variant") == "waits", "there is no reason yet"
    hands.press(Qt.Key.Key_1, alt=True)
    assert say("ar", "refuse.first.papers") in primary.accessibleDescription()
    hands.press(Qt.Key.Key_Space)
    assert primary.property("variant") == "danger-solid"
    assert "احذف" in primary.text()
    assert say("ar", "refuse.deletes") in "\n".join(label.text() for label in hands.page.findChildren(QLabel))


def test_no_reason_is_chosen_before_somebody_chooses_one(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_F10)
    assert hands.page.notice.text() == say("ar", "refuse.missing.reason")
    assert hands.window.focusWidget() is hands.find("reasonList")
    assert printed(hands) == []


@pytest.mark.parametrize(("key", "fault"), [(Qt.Key.Key_1, "papers"), (Qt.Key.Key_5, "words")])
def test_a_reason_that_asks_for_more_is_not_printed_without_it(hands: Hands, key: Qt.Key, fault: str) -> None:
    asked(hands)
    hands.press(key, alt=True)
    hands.press(Qt.Key.Key_F10)
    assert hands.page.notice.text() == say("ar", f"refuse.missing.{fault}")
    hands.press(Qt.Key.Key_Tab)
    assert hands.page.objectName() == "pageRefuse"
    assert printed(hands) == []


def test_typed_words_are_printed_as_they_were_typed_and_bring_no_papers(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_1, alt=True)
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_5, alt=True)
    hands.type("الصورة غير واضحة")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert "الصورة غير واضحة" in told(hands)
    assert say("ar", "paper.refusal.bring") not in told(hands)


def test_to_whom_it_is_not_due_the_paper_says_who_may_ask(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_2, alt=True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    who = hands.counter.desk.service("birth-cert").who_may_ask
    assert who is not None
    assert who["ar"] in told(hands)
    assert who["en"] in told(hands)


def test_the_citizens_number_goes_along_when_it_is_whole_and_else_not(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    number = hands.counter.shop.sale().values["national_id"]
    assert hands.counter.store.journal.named(number), "he can be erased by it"
    hands.form()
    line(hands, "field_national_id").setText("2000101010001")
    hands.settle(200)
    refuse(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert len(entries(hands)) == 2
    assert len(hands.counter.store.journal.named(number)) == 1


def test_esc_leads_back_to_the_same_field_with_nothing_lost(hands: Hands) -> None:
    hands.home().form()
    answer(hands, "birth-cert")
    line(hands, "field_name").setFocus()
    line(hands, "field_name").setText("محمد أحمد علي حسن")
    refuse(hands)
    hands.press(Qt.Key.Key_5, alt=True)
    hands.type("سبب")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    hands.settle(30)
    assert hands.window.focusWidget() is line(hands, "field_name")
    assert line(hands, "field_name").text() == "محمد أحمد علي حسن"
    (draft,) = hands.counter.store.drafts.of_operator(OPERATOR)
    assert draft.raw["name"] == "محمد أحمد علي حسن"
    assert printed(hands) == []
    refuse(hands)
    hands.press(Qt.Key.Key_5, alt=True)
    assert hands.find("reasonEdit").text() == "", "the reason of before is not kept"


def test_pressed_twice_and_clicked_besides_it_is_one_paper(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    page = hands.window.session.screens().sale.refusing.page
    hands.send(Qt.Key.Key_F10)
    hands.send(Qt.Key.Key_F10)
    hands.send(Qt.Key.Key_F10, held=True)
    page.submit()
    hands.until("pageCatalogue")
    page.submit()
    hands.settle(50)
    assert len(printed(hands)) == len(entries(hands)) == 1


def test_a_disk_that_fails_in_between_prints_it_once_all_the_same(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    with monkeypatch.context() as broken:
        broken.setattr(hands.counter.desk.drafts, "drop", failing)
        hands.press(Qt.Key.Key_F10)
        hands.told()
    assert hands.page.objectName() == "pageRefuse"
    assert hands.window.veil.isHidden()
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    assert len(printed(hands)) == len(entries(hands)) == 1
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []


def failing(*_ids: str) -> None:
    raise Unavailable("store_failed", reason="full")


def test_the_visit_goes_on_with_its_other_form(hands: Hands) -> None:
    hands.home().form()
    answer(hands, "birth-cert")
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    refuse(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert"]
    assert "لم يُؤخذ شيء" in hands.page.notice.text()


def test_a_form_that_is_not_typed_in_leaves_no_draft_behind(hands: Hands) -> None:
    hands.home().form()
    refuse(hands)
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    hands.settle(900)
    assert hands.counter.store.drafts.of_operator(OPERATOR) == []


def test_where_no_papers_are_called_for_none_can_be_missing(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home()
    monkeypatch.setattr("protocol.catalogue.forms.Answers.papers", [])
    hands.form()
    refuse(hands)
    rows = hands.find("reasonList")
    assert [rows.item(n).text().endswith(say("ar", "refuse.papers")) for n in range(rows.count())] == [False] * 4
    hands.press(Qt.Key.Key_1, alt=True)
    assert hands.window.session.screens().sale.refusing.page.reason() == "entitled"


def test_the_language_turns_and_what_was_chosen_and_ticked_stays(hands: Hands) -> None:
    asked(hands)
    hands.press(Qt.Key.Key_1, alt=True)
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_F11)
    page = hands.window.session.screens().sale.refusing.page
    assert page.reason() == "papers"
    assert page.ticked() == [0]
    assert any("missing documents" in label.text() for label in page.findChildren(QLabel))


def two(hands: Hands) -> Hands:
    """A visit whose first form is settled; the second, which is on the screen, is refused."""
    hands.home().review()
    hands.press(Qt.Key.Key_F3)
    hands.until("pageCatalogue")
    sale(hands).front.page.chosen.emit("family-record")
    hands.until("pageForm")
    refuse(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    return hands


def test_the_money_of_what_is_left_of_the_visit_comes_next_and_it_is_said_there(hands: Hands) -> None:
    two(hands).press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert "لم يُؤخذ شيء" in hands.page.notice.text()
    assert [work.service.id for work in sale(hands).visit.works] == ["birth-cert"]


def test_where_the_rest_cannot_be_priced_one_stands_at_a_form_that_there_still_is(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    two(hands)

    def unknown(*_given: object) -> None:
        raise Refused("fee_unknown")

    monkeypatch.setattr(hands.counter.desk, "quote", unknown)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    hands.told()
    values = hands.counter.shop.sale().values
    assert hands.page.title.text() == hands.counter.desk.service("birth-cert").title["ar"]
    assert line(hands, "field_name").text() == values["name"]
    assert hands.window.veil.isHidden()
    hands.settle(900)
    (draft,) = hands.counter.store.drafts.of_operator(OPERATOR)
    assert (draft.service_id, draft.raw["name"]) == ("birth-cert", values["name"])
