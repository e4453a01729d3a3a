"""The money of the day on the screen, by keys alone: totals and their lines, cash, void, refund, close."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.model.day_book import count_sum
from kiosk.model.service_request import TRAY, Decision, PrintState, Query
from kiosk.model.store_changes import SetPaper
from kiosk.printing.till_papers import Moving
from kiosk.staff.centre_approvals import Approver
from protocol.clock import DAY_MS
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import read_body
from protocol.texts import say
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.kiosk.selling.test_payment_methods import put_shop
from tests.ui.conftest import Hands
from tests.ui.shell.test_barcode_scanner import Beam
from ui.day.day_page import Total

Key = Qt.Key


@pytest.fixture
def day(hands: Hands) -> Hands:
    """Two sales have been made; the supervisor has a PIN; the day's page is up."""
    hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    hands.home()
    for number in (1, 2):
        hands.counter.desk.record(hands.counter.shop.sale(number))
    hands.press(Key.Key_F8)
    hands.until("pageDay")
    return hands


@pytest.fixture
def seen(day: Hands) -> Hands:
    """A supervisor looks at it."""
    return supervised(day)


def supervised(hands: Hands) -> Hands:
    hands.counter.people.sign_out()
    hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    hands.settle(50)
    hands.window.session.screens().day.open()
    hands.settle(50)
    return hands


def rows(hands: Hands, name: str = "totalsTable") -> list[list[str]]:
    table = hands.find(name)
    cells = [[table.item(r, c).text() for c in range(table.columnCount())] for r in range(table.rowCount())]
    return [[text.replace("\u2066", "").replace("\u2069", "") for text in row] for row in cells]


def plain(text: str) -> str:
    return text.replace("\u2066", "").replace("\u2069", "").replace("\u00a0", " ")


def amounts(hands: Hands) -> dict[str, str]:
    return {row[0]: row[3] for row in rows(hands)}


def figure(hands: Hands, name: str) -> str:
    return plain(hands.page.figures.cards[name].value.text())  # type: ignore[attr-defined]


def texts(hands: Hands) -> str:
    """All that the page says, its table too."""
    labels = [label.text() for label in hands.page.findChildren(QLabel) if label.isVisible()]
    return "\n".join([*labels, *(" ".join(row) for row in rows(hands))])


def go_to(hands: Hands, total: str) -> None:
    place = next(n for n, row in enumerate(rows(hands)) if row[0] == total)
    hands.find("totalsTable").setCurrentCell(place, 0)


def count(hands: Hands, **faces: str) -> None:
    for face, text in faces.items():
        hands.find(face).setText(text)
    hands.settle()


def compared(hands: Hands, **faces: str) -> Hands:
    """At the close: so many of these, and none of what is left empty."""
    count(hands, **faces)
    hands.press(Key.Key_1, alt=True)
    return hands


def explained(hands: Hands, why: str) -> Hands:
    """From the difference to the signatures."""
    hands.type(why)
    hands.press(Key.Key_F10)
    return hands


def test_the_cash_of_a_new_day_is_counted_anew(hands: Hands) -> None:
    hands.home()
    counter, session = hands.counter, hands.window.session
    for _day in range(2):
        counter.closing.close(count_sum(10_000))
        session.begin_day()
        hands.until("pageOpenDay")
        assert hands.find("openingEdit").text() == "", "what was typed the day before"
        hands.type("100")
        hands.press(Key.Key_F10)
        hands.until("pageCatalogue")


@pytest.fixture
def opening(hands: Hands) -> Hands:
    """The day is to be opened."""
    hands.counter.people.activate(OPERATOR, CODE, PIN)
    hands.window.session.signed_in(hands.counter.people.current())
    hands.until("pageOpenDay")
    return hands


@pytest.mark.parametrize(("key", "pt"), [(Key.Key_1, 125_000), (Key.Key_2, 125)])
def test_an_amount_that_can_be_read_in_two_ways_is_chosen_from_two_buttons(opening: Hands, key: Key, pt: int) -> None:
    opening.type("1,250")
    opening.press(Key.Key_F10)
    said = [button.text() for button in opening.page.readings]  # type: ignore[attr-defined]
    assert ["1,250.00" in said[0], "1.25" in said[1]] == [True, True]
    opening.press(key, alt=True)
    assert not opening.find("reading0").isVisible()
    assert opening.page.notice.isHidden()
    opening.press(Key.Key_F10)
    opening.until("pageCatalogue")
    day = opening.counter.till.day()
    assert day is not None
    assert day.opening_pt == pt


def test_what_is_typed_on_takes_the_question_away(opening: Hands) -> None:
    opening.type("1,255")
    opening.press(Key.Key_F10)
    assert [button.isVisible() for button in opening.page.readings] == [True, False], "1.255 is no amount"  # type: ignore[attr-defined]
    opening.type("0")
    assert not opening.find("reading0").isVisible()


# ---- totals and lines


def test_every_total_opens_the_lines_behind_it(seen: Hands) -> None:
    day, shown = seen, {row[0]: row[1:] for row in rows(seen)}
    assert shown["الرسوم المحصّلة"] == ["", "العدد: 2", "100.00 ج.م"]
    assert shown["رسم خدمة المحل"] == ["", "العدد: 2", "10.00 ج.م"]
    go_to(day, "رسم خدمة المحل")
    day.press(Key.Key_Return)
    day.until("pageLines")
    assert [row[4] for row in rows(day, "linesTable")] == ["5.00 ج.م", "5.00 ج.م"]
    day.press(Key.Key_F9)
    assert "الطابعة" in day.page.notice.text()
    assert day.counter.papers.jobs()[-1].content.kind == "lines"  # type: ignore[union-attr]
    day.press(Key.Key_Return)
    day.until("pageDetail")
    day.press(Key.Key_Escape)
    day.until("pageLines")
    day.press(Key.Key_Escape)
    day.until("pageDay")


def test_a_total_that_is_no_sum_opens_nothing(day: Hands) -> None:
    day.find("totalsTable").setCurrentCell(0, 0)
    day.press(Key.Key_Return)
    assert day.page.objectName() == "pageDay"


def test_an_x_report_prints_at_any_time(day: Hands) -> None:
    day.press(Key.Key_F9)
    job = day.counter.papers.jobs()[-1]
    assert (job.seq, job.content.kind, job.state) == (0, "x", PrintState.WAITING)  # type: ignore[union-attr]


def test_what_should_be_in_the_drawer_is_not_said_before_it_is_counted(day: Hands) -> None:
    assert figure(day, "expected") == say("ar", "figure.later")
    assert texts(day).count(say("ar", "figure.later")) == 1, "when it is told is said once"
    supervised(day)
    assert figure(day, "expected") == "200.00 ج.م"


def test_nor_is_anything_that_was_taken(day: Hands) -> None:
    """What should be there would follow from it."""
    said = texts(day)
    assert say("ar", "figure.later") in said
    assert not any(sum_ in said for sum_ in ("50.00", "90.00", "10.00 ج.م", "200.00"))
    assert amounts(day)["رصيد البداية"] == "100.00 ج.م", "that was counted by whoever sits here"
    assert amounts(day)["المحصّل نقدًا"] == say("ar", "day.later")
    assert figure(day, "count") == "2"
    go_to(day, "المحصّل نقدًا")
    day.press(Key.Key_Return)
    assert day.page.objectName() == "pageDay"
    assert "بعد عدّ الدرج" in day.page.notice.text()
    supervised(day)
    assert amounts(day)["المحصّل نقدًا"] == "+100.00 ج.م"


# ---- cash


@pytest.mark.parametrize(
    ("key", "fields", "moved"),
    [
        (Key.Key_1, {"reasonEdit": "فكة"}, "دخول نقدية +"),
        (Key.Key_2, {"reasonEdit": "ورق"}, "خروج نقدية −"),
        (Key.Key_3, {"partyEdit": "بنك مصر", "referenceEdit": "88"}, "تسليم نقدية −"),
    ],
)
def test_cash_moves_with_its_reason(day: Hands, key: Key, fields: dict[str, str], moved: str) -> None:
    total, sign = moved.rsplit(" ", 1)
    day.press(key, alt=True)
    day.until("pageCash")
    day.type("٢٥٫٥")
    day.press(Key.Key_F10)
    assert day.page.notice.text(), "without a reason nothing is recorded"
    assert [row[0] for row in rows(day, "movedTable")] == ["رصيد البداية"]
    for name, text in fields.items():
        day.find(name).setText(text)
    day.press(Key.Key_F10)
    day.until("pageDay")
    day.settle(50)
    said = " — ".join(f"رقم الإيداع {text}" if name == "referenceEdit" else text for name, text in fields.items())
    assert [total, "12:00", said, f"{sign}25.50 ج.م"] in rows(day)
    assert "سُجّلت" in day.page.notice.text()
    day.press(key, alt=True)
    day.until("pageCash")
    assert rows(day, "movedTable")[0] == [total, "12:00", said, f"{sign}25.50 ج.م"], (
        "what is there already is not typed twice"
    )


def test_each_movement_has_a_row_with_its_time_in_the_order_of_the_day_and_opens_all_of_its_kind(seen: Hands) -> None:
    move, clock = seen.counter.cash.move, seen.counter.shop.clock
    for minutes, moving in (
        (5, Moving("cash_in", 2_000, "فكة")),
        (10, Moving("deposit", 5_000, party="حسن", reference="88")),
        (10, Moving("cash_in", 1_000, "فكة أخرى")),
    ):
        clock.pass_ms(minutes * 60_000)
        move(moving)
    supervised(seen)
    assert rows(seen)[0][:2] == ["رصيد البداية", "12:00"]
    assert [row for row in rows(seen) if row[0] in ("دخول نقدية", "تسليم نقدية")] == [
        ["دخول نقدية", "12:05", "فكة", "+20.00 ج.م"],
        ["تسليم نقدية", "12:15", "حسن — رقم الإيداع 88", "−50.00 ج.م"],
        ["دخول نقدية", "12:25", "فكة أخرى", "+10.00 ج.م"],
    ]
    go_to(seen, "دخول نقدية")
    seen.press(Key.Key_Return)
    seen.until("pageLines")
    assert [row[4] for row in rows(seen, "linesTable")] == ["20.00 ج.م", "10.00 ج.م"]


def test_cash_without_an_amount_or_left_alone_records_nothing(day: Hands) -> None:
    before = day.counter.store.journal.tail()
    day.press(Key.Key_1, alt=True)
    day.until("pageCash")
    primary = day.find("primaryButton")
    assert say("ar", "amount.first") in primary.accessibleDescription(), "it says what it waits for"
    day.press(Key.Key_F10)
    assert day.page.notice.text()
    day.type("10")
    assert say("ar", "amount.first") not in primary.accessibleDescription()
    day.press(Key.Key_Escape)
    day.until("pageDay")
    assert day.counter.store.journal.tail() == before


def test_a_held_key_records_cash_once(day: Hands) -> None:
    day.press(Key.Key_1, alt=True)
    day.until("pageCash")
    day.type("10")
    day.find("reasonEdit").setText("فكة")
    day.counter.hold = True
    for held in (False, True, True):
        day.press(Key.Key_F10, held=held)
    day.find("primaryButton").click()
    day.counter.release()
    day.until("pageDay")
    assert len(day.counter.store.days.movements(DayKey("2026-11-25"))) == 1


# ---- close


@pytest.fixture
def close(day: Hands) -> Hands:
    """The drawer is about to be counted."""
    day.press(Key.Key_F10)
    day.until("pageClose")
    return day


def test_a_day_is_counted_compared_and_closed_by_keys(close: Hands) -> None:
    day, page = close, close.page
    day.type("1")
    assert "200.00" in page.total.text()  # type: ignore[attr-defined]
    assert not page.difference.isVisible()  # type: ignore[attr-defined]
    compared(day)
    assert page.difference.kind.text() == "مطابق: لا عجز ولا زيادة"  # type: ignore[attr-defined]
    assert page.summary.isVisible(), "what is equal needs no reason"  # type: ignore[attr-defined]
    day.press(Key.Key_F10)
    day.qtbot.waitUntil(lambda: "أُغلق" in day.page.notice.text())
    assert page.title.text() == "أُغلق اليوم"
    assert day.counter.till.day() is None
    printed = [SetPaper(job.id, (PrintState.WAITING,), PrintState.PRINTED) for job in day.counter.papers.jobs()]
    day.counter.store.commit([], printed)
    day.press(Key.Key_F9)
    day.qtbot.waitUntil(lambda: "نسخة" in day.page.notice.text())
    day.press(Key.Key_F10)
    day.until("pageSignIn")


def test_what_is_left_empty_is_asked_about_before_anything_is_compared(close: Hands) -> None:
    close.press(Key.Key_F10)
    assert "لم تعدّ شيئًا" in close.page.notice.text()
    count(close, face20000="1", face10000="0")
    close.press(Key.Key_F10)
    assert close.page.notice.text().count("،") >= 6, "each face that is left"
    assert not close.page.difference.isVisible()  # type: ignore[attr-defined]
    for face in ("5000", "2000", "1000", "500", "100", "50", "25"):
        count(close, **{f"face{face}": "0"})
    assert not close.find("zerosButton").isVisible(), "nothing is left to ask"
    close.press(Key.Key_F10)
    assert close.page.difference.isVisible()  # type: ignore[attr-defined]


def test_each_face_is_multiplied_where_it_stands(close: Hands) -> None:
    count(close, face5000="3", face50="4")
    table = close.page.counting._rows  # type: ignore[attr-defined]
    assert ["150.00" in table[5_000].value.text(), "2.00" in table[50].value.text()] == [True, True]
    assert "152.00" in close.page.total.text()  # type: ignore[attr-defined]
    said = texts_of(close.page.so_far)  # type: ignore[attr-defined]
    assert all(amount in said for amount in ("150.00", "2.00"))
    close.window.turn_language()
    assert "EGP" in table[5_000].value.text()


def texts_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_a_difference_is_said_in_words_and_needs_why_and_who(close: Hands) -> None:
    day, page = close, close.page
    compared(day, face10000="1")
    kind, amount = page.difference.kind.text(), page.difference.value.text()  # type: ignore[attr-defined]
    assert (kind, "100.00" in amount) == ("عجز", True)
    assert page.summary.isVisible(), "how it came to what should be there"  # type: ignore[attr-defined]
    assert plain(page.so_far._listed.text()) == "100 × 1", "what was counted"  # type: ignore[attr-defined]
    day.press(Key.Key_F10)
    assert "السبب" in day.page.notice.text()
    explained(day, "لا أعرف")
    assert "الموافقة على عجز" in texts_of(page), "before the PIN is typed"
    assert "لا أعرف" in texts_of(page.signatures)  # type: ignore[attr-defined]
    assert "حسن" in texts_of(page.signatures) or page.second.chosen() in texts_of(page.signatures)  # type: ignore[attr-defined]
    day.press(Key.Key_F10)
    assert day.page.notice.text(), "the PIN is still missing"
    assert day.counter.till.day() is not None
    day.find("secondPinEdit").setText(PIN_SUPERVISOR)
    day.press(Key.Key_F10)
    day.qtbot.waitUntil(lambda: day.counter.till.day() is None)


def test_each_step_is_gone_back_by_esc_with_what_was_typed(close: Hands) -> None:
    compared(close, face10000="1")
    explained(close, "سُرق")
    page = close.page
    close.press(Key.Key_Escape)
    assert (page.reason.isVisible(), page.reason.text()) == (True, "سُرق")  # type: ignore[attr-defined]
    close.press(Key.Key_Escape)
    assert close.find("face10000").text() == "1"
    close.press(Key.Key_F10)
    close.press(Key.Key_F10)
    close.find("secondPinEdit").setText(PIN_SUPERVISOR)
    close.press(Key.Key_F10)
    close.qtbot.waitUntil(lambda: close.counter.till.day() is None)
    assert read_body(list(close.counter.store.journal.export(1))[-1].record.body).get("recounts", 0) == 0


def test_counting_again_after_the_comparison_is_told(close: Hands) -> None:
    compared(close, face10000="1")
    close.press(Key.Key_1, alt=True)
    count(close, face10000="2")
    assert not close.page.difference.isVisible()  # type: ignore[attr-defined]
    close.press(Key.Key_F10)
    close.press(Key.Key_F10)
    close.qtbot.waitUntil(lambda: close.counter.till.day() is None)
    assert read_body(list(close.counter.store.journal.export(1))[-1].record.body)["recounts"] == 1


def test_leaving_after_the_comparison_and_counting_anew_is_counting_again(close: Hands) -> None:
    compared(close, face10000="1")
    for _ in range(2):
        close.press(Key.Key_Escape)
    close.until("pageDay")
    close.press(Key.Key_F10)
    close.until("pageClose")
    compared(close, face10000="2")
    close.press(Key.Key_F10)
    close.qtbot.waitUntil(lambda: close.counter.till.day() is None)
    assert read_body(list(close.counter.store.journal.export(1))[-1].record.body)["recounts"] == 1


def test_leaving_before_any_comparison_is_no_count(close: Hands) -> None:
    close.press(Key.Key_Escape)
    close.until("pageDay")
    close.press(Key.Key_F10)
    close.until("pageClose")
    compared(close, face10000="2")
    close.press(Key.Key_F10)
    close.qtbot.waitUntil(lambda: close.counter.till.day() is None)
    assert "recounts" not in read_body(list(close.counter.store.journal.export(1))[-1].record.body)


def test_nobody_to_agree_does_not_keep_the_shop_open(close: Hands) -> None:
    explained(compared(close), "سُرق")
    names = close.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    assert not close.find("secondPinEdit").isVisible()
    close.press(Key.Key_F10)
    close.qtbot.waitUntil(lambda: close.counter.till.day() is None)


def test_that_nobody_is_here_is_said_anew_each_time(close: Hands) -> None:
    names = close.find("secondPerson")
    names.setCurrentIndex(names.count() - 1)
    close.press(Key.Key_Escape)
    close.until("pageDay")
    close.press(Key.Key_F10)
    close.until("pageClose")
    assert close.find("secondPerson").currentData() == SUPERVISOR


def test_a_count_that_cannot_be_read_is_refused(close: Hands) -> None:
    for text in ("x", "-1", "1.5", "999999"):
        count(close, face500=text)
        close.press(Key.Key_F10)
        assert "العدد غير مفهوم" in close.page.notice.text()
    close.press(Key.Key_Escape)
    close.until("pageDay")


def test_one_sum_where_notes_are_not_counted_apart(day: Hands, monkeypatch: Any) -> None:
    rules = day.counter.closing.rules()
    monkeypatch.setattr(day.counter.closing, "rules", lambda: rules.__class__(True, False, 0))
    day.press(Key.Key_F10)
    day.until("pageClose")
    day.type("200")
    day.press(Key.Key_F10)
    assert day.page.difference.kind.text().startswith("مطابق")  # type: ignore[attr-defined]


def test_a_day_left_open_is_closed_first(hands: Hands) -> None:
    hands.counter.shop.ready()
    hands.counter.desk.record(hands.counter.shop.sale())
    hands.counter.people.sign_out()
    hands.counter.shop.clock.pass_ms(DAY_MS)
    for leave in (True, False):
        hands.window.session.signed_in(hands.counter.people.sign_in(OPERATOR, PIN))
        hands.until("pageClose")
        assert "تُرك مفتوحًا" in hands.page.notice.text()
        if leave:
            hands.press(Key.Key_Escape)
            hands.until("pageSignIn")
    compared(hands, face5000="3")
    hands.press(Key.Key_F10)
    hands.qtbot.waitUntil(lambda: hands.counter.till.day() is None)
    hands.press(Key.Key_Escape)
    hands.until("pageOpenDay")


def test_a_difference_that_waits_is_shown_until_a_supervisor_agrees(hands: Hands) -> None:
    hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    hands.home()
    hands.counter.closing.close(count_sum(0), "سُرق", Approver(waits=True))
    hands.counter.shop.clock.pass_ms(DAY_MS)
    hands.counter.people.sign_in(OPERATOR, PIN)
    hands.counter.till.open_day(10_000)
    hands.press(Key.Key_F8)
    hands.until("pageDay")
    hands.qtbot.waitUntil(lambda: "عجز" in hands.page.notice.text())
    assert "المركز" in hands.find("agreeButton").text()  # an operator asks it (test_centre_approvals)
    hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    hands.press(Key.Key_F8)
    hands.until("pageDay")
    hands.qtbot.waitUntil(lambda: "المركز" not in hands.find("agreeButton").text())
    hands.send(Key.Key_4, alt=True)
    hands.send(Key.Key_4, alt=True)  # pressed twice
    hands.qtbot.waitUntil(lambda: hands.counter.unsettled.oldest() is None)
    hands.settle()
    assert "سُجّلت" in hands.page.notice.text()
    assert not hands.find("agreeButton").isVisible()
    hands.press(Key.Key_4, alt=True)
    assert "سُجّلت" in hands.page.notice.text()


# ---- void and refund


def open_first(hands: Hands) -> str:
    (request,) = [r for r in hands.counter.desk.requests.search(Query()) if r.id.endswith("1")]
    screens = hands.window.session.screens()
    screens.requests.open_one(request.id, screens.lists.open)
    hands.until("pageDetail")
    return request.id


def test_a_void_asks_for_reason_and_second_person_and_shows_in_the_history(day: Hands) -> None:
    one = open_first(day)
    day.press(Key.Key_1, alt=True)
    day.until("pageReverse")
    day.press(Key.Key_F10)
    assert "السبب" in day.page.notice.text()
    day.type("اسم خطأ")
    day.find("secondPinEdit").setText(PIN_SUPERVISOR)
    day.press(Key.Key_F10)
    day.until("pageDetail")
    day.settle(50)
    assert day.counter.desk.requests.get(one).reversed == "void"  # type: ignore[union-attr]
    assert "اسم خطأ" in rows(day, "detailHistory")[0][1]
    assert not day.find("reverseButton").isVisible()
    day.press(Key.Key_1, alt=True)
    assert day.page.objectName() == "pageDetail"


def test_a_void_can_be_left_alone(day: Hands) -> None:
    one = open_first(day)
    day.press(Key.Key_1, alt=True)
    day.until("pageReverse")
    day.press(Key.Key_Escape)
    day.until("pageDetail")
    assert day.counter.desk.requests.get(one).reversed == ""  # type: ignore[union-attr]


def test_alone_the_citizens_paper_is_scanned(day: Hands, monkeypatch: Any) -> None:
    monkeypatch.delitem(day.counter.shop.counter.in_force.operators(), SUPERVISOR)
    one = open_first(day)
    day.press(Key.Key_1, alt=True)
    day.until("pageReverse")
    assert not day.find("secondPinEdit").isVisible()
    day.find("reasonEdit").setText("خطأ")
    request = day.counter.desk.requests.get(one)
    assert request is not None
    digits = day.counter.shop.counter.journal.original(request.visit)
    day.find("paperEdit").setText(f"{day.counter.desk.requests.receipt(request).qr}#{digits}")
    day.press(Key.Key_F10)
    day.until("pageDetail")
    assert day.counter.desk.requests.get(one).reversed == "void"  # type: ignore[union-attr]


@pytest.mark.parametrize("enter", [True, False])
def test_the_paper_goes_into_its_line_whatever_has_the_focus(day: Hands, monkeypatch: Any, enter: bool) -> None:
    counter = day.counter.shop.counter
    monkeypatch.delitem(counter.in_force.operators(), SUPERVISOR)
    request = day.counter.desk.requests.get(open_first(day))
    assert request is not None
    day.press(Key.Key_1, alt=True)
    day.until("pageReverse")
    reason = day.find("reasonEdit")
    reason.setFocus()
    scan = "002643915900000005" + counter.journal.original(request.visit)
    Beam(day).burst(scan, enter=enter)
    assert (reason.text(), day.find("paperEdit").text()) == ("", scan), "as a reason it would be read in the journal"


def test_a_rejected_request_is_refunded_with_the_lines_that_go_back(day: Hands) -> None:
    seq = day.counter.desk.requests.search(Query())[-1].seq
    day.counter.store.commit([], [Decision(1, seq, "rejected", "R7", "الصورة غير واضحة", "Unclear", 1)])
    one = open_first(day)
    day.press(Key.Key_1, alt=True)
    day.until("pageReverse")
    assert day.page.bill.shown.total_pt == 5_000  # type: ignore[attr-defined]
    assert day.find("reasonEdit").text() == "رفضتها الجهة: الصورة غير واضحة"
    day.press(Key.Key_F10)
    day.until("pageDetail")
    assert day.counter.desk.requests.get(one).reversed == "refund"  # type: ignore[union-attr]
    assert day.counter.desk.requests.search(TRAY) == []
    day.press(Key.Key_F8)
    day.until("pageDay")
    day.settle(50)
    assert ["رسوم مردودة", "12:00", "رفضتها الجهة: الصورة غير واضحة", "−50.00 ج.م"] in rows(day)


# ---- without cash


def test_a_shop_that_takes_cash_alone_is_not_asked_how(hands: Hands) -> None:
    hands.home().review()
    assert not hands.find("wayCombo").isVisible()


def test_a_payment_by_card_asks_for_its_reference_and_takes_no_cash(hands: Hands) -> None:
    put_shop(hands.counter.shop, methods=["card"])
    hands.home().review()
    ways = hands.find("wayCombo")
    ways.setCurrentIndex(1)
    hands.settle()
    assert not hands.find("tenderedEdit").isVisible()
    assert "F2" not in [action.key for action in hands.page.commands()], "there is no cash to be exact"
    assert "50.00" in hands.find("primaryButton").text()
    hands.window.turn_language()
    hands.window.turn_language()
    assert ways.currentData() == "card"
    hands.press(Key.Key_F10)
    assert "المرجع" in hands.page.notice.text()
    hands.find("wayReference").setText("8812")
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    (request,) = hands.counter.desk.requests.search(Query())
    assert (request.method, request.reference, request.tendered_pt) == ("card", "8812", 5_000)
    hands.review()
    assert hands.find("wayCombo").currentData() == "cash", "the next citizen pays in cash until somebody says otherwise"
    assert hands.find("tenderedEdit").isVisible()


# ---- other days


@pytest.fixture
def closed(day: Hands) -> Hands:
    """The day is closed, its papers are printed, and its page is up again."""
    day.counter.closing.close(count_sum(20_000))
    printed = [SetPaper(job.id, (PrintState.WAITING,), PrintState.PRINTED) for job in day.counter.papers.jobs()]
    day.counter.store.commit([], printed)
    day.press(Key.Key_Escape)
    day.window.session.screens().day.open()
    day.qtbot.waitUntil(lambda: "مغلق" in day.page.subtitle.text())
    return day


def test_a_closed_day_is_looked_at_and_its_z_comes_again(closed: Hands) -> None:
    closed.press(Key.Key_F10)
    assert "لا يتغيّر" in closed.page.notice.text(), "what is closed is not closed again"
    assert not closed.find("cash_inButton").isVisible()
    closed.press(Key.Key_1, alt=True)
    assert closed.page.objectName() == "pageDay"
    closed.press(Key.Key_F9)
    closed.qtbot.waitUntil(lambda: "نسخة" in closed.page.notice.text())
    assert closed.counter.papers.jobs()[-1].copy == 1


def test_one_day_after_the_other_with_its_lines(closed: Hands) -> None:
    closed.counter.shop.clock.pass_ms(DAY_MS)
    closed.counter.people.sign_in(OPERATOR, PIN)
    closed.counter.till.open_day(7_500)
    closed.window.session.screens().day.open()
    closed.qtbot.waitUntil(lambda: rows(closed)[0][3].startswith("75"))
    closed.until("pageDay")
    back, on = (Key.Key_5, "100"), (Key.Key_6, "75")
    assert not closed.find("laterButton").isVisible(), "there is none"
    for key, opening in (back, back, on, on, back):
        closed.press(key, alt=True)
        closed.settle(50)
        assert rows(closed)[0][3].startswith(opening)
    assert not closed.find("earlierButton").isVisible()
    go_to(closed, "الرسوم المحصّلة")
    closed.press(Key.Key_Return)
    closed.until("pageLines")
    assert len(rows(closed, "linesTable")) == 2
    closed.press(Key.Key_F9)
    closed.qtbot.waitUntil(lambda: "الطابعة" in closed.page.notice.text())


def test_without_any_day_there_is_nothing_to_look_at(hands: Hands) -> None:
    hands.counter.people.activate(OPERATOR, CODE, PIN)
    hands.window.session.signed_in(hands.counter.people.current())
    hands.until("pageOpenDay")
    hands.press(Key.Key_F8)
    hands.told()
    assert hands.page.objectName() == "pageOpenDay"


# ---- a date that is opened again


def test_whoever_begins_a_date_that_was_closed_is_told_so_first(closed: Hands) -> None:
    closed.window.session.signed_in(closed.counter.people.sign_in(OPERATOR, PIN))
    closed.until("pageOpenDay")
    assert "أُغلق يوم العمل بهذا التاريخ من قبل" in closed.page.notice.text()
    assert plain(closed.page.subtitle.text()) == "25 نوفمبر (2)"
    closed.type("75")
    closed.press(Key.Key_F10)
    closed.until("pageCatalogue")
    day = closed.counter.till.day()
    assert day is not None
    assert (day.number, day.opening_pt) == (2, 7_500)


def test_a_date_that_nobody_has_opened_is_begun_without_a_word(hands: Hands) -> None:
    hands.counter.people.activate(OPERATOR, CODE, PIN)
    hands.window.session.signed_in(hands.counter.people.current())
    hands.until("pageOpenDay")
    assert hands.page.notice.text() == ""
    assert plain(hands.page.subtitle.text()) == "25 نوفمبر"


def test_both_openings_of_a_date_are_looked_at_one_after_the_other(closed: Hands) -> None:
    closed.counter.people.sign_in(OPERATOR, PIN)
    closed.counter.till.open_day(7_500)
    closed.counter.desk.record(closed.counter.shop.sale(3))
    closed.window.session.screens().day.open()
    closed.qtbot.waitUntil(lambda: "(2)" in closed.page.subtitle.text() and not closed.window.busy)
    assert rows(closed)[0][3].startswith("75")
    closed.press(Key.Key_5, alt=True)
    closed.qtbot.waitUntil(lambda: "مغلق" in closed.page.subtitle.text())
    assert "(2)" not in closed.page.subtitle.text()
    assert rows(closed)[0][3].startswith("100")
    go_to(closed, "الرسوم المحصّلة")
    closed.press(Key.Key_Return)
    closed.until("pageLines")
    assert len(rows(closed, "linesTable")) == 2
    closed.press(Key.Key_Escape)
    closed.until("pageDay")
    assert "(2)" not in closed.page.subtitle.text(), "back to the day whose lines they were"
    closed.press(Key.Key_6, alt=True)
    closed.qtbot.waitUntil(lambda: "(2)" in closed.page.subtitle.text())
    supervised(closed)
    assert "(2)" in closed.page.subtitle.text()
    go_to(closed, "الرسوم المحصّلة")
    closed.press(Key.Key_Return)
    closed.until("pageLines")
    assert len(rows(closed, "linesTable")) == 1


def test_a_total_opened_while_the_day_is_still_read_opens_nothing(closed: Hands) -> None:
    flow = closed.window.session.screens().day
    flow._day = None
    flow.open_lines(Total("taken", "total.taken", 1, 5_000))
    closed.settle(50)
    assert closed.page.objectName() == "pageDay"


def test_lines_printed_while_the_day_is_still_read_are_not_printed(day: Hands) -> None:
    """On a slow disk: F8, and F9 before the day is there."""
    supervised(day)
    go_to(day, "رسم خدمة المحل")
    day.press(Key.Key_Return)
    day.until("pageLines")
    before = len(day.counter.papers.jobs())
    day.counter.hold = True
    day.press(Key.Key_F8)
    day.press(Key.Key_F9)
    day.counter.release()
    day.until("pageDay")
    assert len(day.counter.papers.jobs()) == before


def test_the_close_of_the_second_opening_names_it(closed: Hands) -> None:
    closed.counter.people.sign_in(OPERATOR, PIN)
    closed.counter.till.open_day(7_500)
    closed.window.session.screens().day.closing.begin()
    closed.until("pageClose")
    assert plain(closed.page.subtitle.text()) == "25 نوفمبر (2)"
