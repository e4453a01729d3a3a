"""Bursts of a scanner at the keyboard's plug: told from typing, read through any layout, put where they belong."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Hands
from ui.shell.barcode_scanner import GAP_MS, PAUSE_MS, undo_of
from ui.widgets.fields.number_fields import MoneyField

NID = "20001010100014"
EASTERN = NID.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


class Beam:
    """Keys as the window system gives them: to the native window, with the time of each."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.at_ms = 1_000

    def key(self, key: int, text: str, gap_ms: int, *, held: bool = False) -> None:
        handle = self.hands.window.windowHandle()
        assert handle is not None
        self.at_ms += gap_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, held)
            event.setTimestamp(self.at_ms)
            QApplication.sendEvent(handle, event)

    def burst(self, text: str, *, gap_ms: int = 4, enter: bool = True, enter_ms: int = 4) -> None:
        self.at_ms += 1_000
        for character in text:
            self.key(0, character, gap_ms)
        if enter:
            self.key(int(Qt.Key.Key_Return), "\r", enter_ms)
        self.hands.settle(20 if enter else PAUSE_MS + 60)


@pytest.fixture
def form(hands: Hands) -> Beam:
    hands.home().form()
    return Beam(hands)


def text(beam: Beam, name: str) -> str:
    return str(beam.hands.find(name).text()).replace(" ", "")


@pytest.mark.parametrize("typed", [NID, EASTERN])
@pytest.mark.parametrize("enter", [True, False])
@pytest.mark.parametrize("focus", ["field_name", "field_national_id", "field_copies", "field_relation"])
def test_an_id_goes_into_its_field_wherever_the_focus_is(form: Beam, typed: str, focus: str, enter: bool) -> None:
    widget = form.hands.find(focus)
    held = widget.currentText if focus == "field_relation" else widget.text
    before = held()
    widget.setFocus()
    form.burst(typed, enter=enter)
    assert text(form, "field_national_id") == NID
    if focus != "field_national_id":
        assert held() == before
    expected = "field_name" if enter else focus
    assert form.hands.window.focusWidget() is form.hands.find(expected)


def test_trap_23_a_code_scanned_through_the_arabic_layout_is_its_latin_self(hands: Hands) -> None:
    hands.home().form("passport")
    fields: dict[str, Any] = hands.window.session.screens().sale.form._fields
    fields["kind"].set_raw(next(code for code in fields["kind"]._radios if code != "first"))
    hands.qtbot.waitUntil(fields["passport_no"].isVisible)
    beam = Beam(hands)
    hands.find("field_passport_no").setFocus()
    beam.burst("ش١٢٣٤٥٦٧٨")
    assert text(beam, "field_passport_no") == "a12345678"
    store = hands.counter.store
    hands.qtbot.waitUntil(lambda: store.fact("scanner") == b'{"state":"layout"}')
    beam.burst("a12345678")
    hands.qtbot.waitUntil(lambda: store.fact("scanner") == b'{"state":"ok"}')


def test_a_hand_is_no_scanner_however_fast(form: Beam) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst(NID, gap_ms=GAP_MS + 5)
    assert name.text() == NID
    assert text(form, "field_national_id") == ""


def test_a_name_from_a_scanner_stays_where_it_was_typed_as_it_was_typed(form: Beam) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst("محمد أحمد حسن")
    assert name.text() == "محمد أحمد حسن"
    assert form.hands.window.focusWidget() is form.hands.find("field_mobile")


def test_what_no_field_waits_for_stays_typed_though_its_enter_comes_late(form: Beam) -> None:
    """After the keys that count as one burst, before the pause that ends it: the code was taken back for good."""
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst("QK7F3M2PX9", enter_ms=GAP_MS + 10)
    form.hands.settle(PAUSE_MS + 60)
    assert name.text() == "QK7F3M2PX9"
    assert form.hands.window.focusWidget() is form.hands.find("field_mobile")


def test_an_id_whose_enter_comes_late_is_an_id_all_the_same(form: Beam) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst(NID, enter_ms=GAP_MS + 10)
    form.hands.settle(PAUSE_MS + 60)
    assert (text(form, "field_national_id"), name.text()) == (NID, "")
    assert form.hands.window.focusWidget() is name


@pytest.mark.parametrize(("key", "said"), [(Qt.Key.Key_Tab, "\t"), (Qt.Key.Key_Left, "")])
def test_what_comes_after_a_burst_ends_it_first(form: Beam, key: Qt.Key, said: str) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst(NID, enter=False)
    name.setFocus()
    for character in (*"QK7F3M2PX9",):
        form.key(0, character, 4)
    form.key(int(key), said, 10)
    form.hands.settle(PAUSE_MS + 60)
    assert (text(form, "field_national_id"), name.text()) == (NID, "QK7F3M2PX9")


def test_a_burst_is_taken_back_only_where_it_was_typed(form: Beam) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    for character in NID:
        form.key(0, character, 4)
    form.hands.find("field_mobile").setFocus()  # a pointer
    form.hands.settle(PAUSE_MS + 60)
    assert (text(form, "field_national_id"), name.text(), text(form, "field_mobile")) == ("", NID, "")


def test_a_second_id_does_not_overwrite_the_first(form: Beam) -> None:
    form.hands.find("field_name").setFocus()
    form.burst(NID)
    form.hands.find("field_name").setFocus()
    form.burst("20001010100022")
    assert text(form, "field_national_id") == NID
    assert text(form, "field_name") == "20001010100022", "it is seen, and refused by its rule"


def test_a_short_burst_and_a_held_key_are_nothing(form: Beam) -> None:
    name = form.hands.find("field_name")
    name.setFocus()
    form.burst("1234567")
    form.hands.find("field_name").setFocus()
    for _ in range(12):
        form.key(0, "1", 3, held=True)
    form.hands.settle(PAUSE_MS + 60)
    assert text(form, "field_national_id") == ""
    form.key(int(Qt.Key.Key_Escape), "\x1b", 3)
    form.hands.until("pageCatalogue")


def test_a_receipt_is_found_from_home_and_its_digits_are_in_no_other_box(hands: Hands) -> None:
    hands.home()
    receipt = hands.counter.desk.record(hands.counter.shop.sale()).receipt
    hands.counter.desk.record(hands.counter.shop.sale(2))
    beam = Beam(hands)
    beam.burst(receipt.barcode)
    hands.until("pageRequests")
    page = hands.window.session.screens().lists.page
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    beam.burst(receipt.barcode + "7" * 20)
    assert page.search.text() == receipt.barcode, "what only the first paper carries is on no screen"
    beam.burst(NID)
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 2)
    assert page.search.text() == NID
    hands.press(Qt.Key.Key_Escape, to="pageCatalogue")
    assert hands.find("searchEdit").text() == ""


def test_a_receipt_scanned_in_the_middle_of_a_sale_leads_nowhere(hands: Hands) -> None:
    hands.home().review()
    Beam(hands).burst("002643915900000005")
    assert hands.page.objectName() == "pageReview"


@pytest.mark.parametrize("typed", [NID, EASTERN, "002643915900000005", "6221031490019"])
@pytest.mark.parametrize("enter", [True, False])
def test_what_a_scanner_reads_is_never_an_amount(hands: Hands, typed: str, enter: bool) -> None:
    hands.home().review()
    line = hands.find("tenderedEdit")
    line.setText("50")
    Beam(hands).burst(typed, enter=enter)
    assert line.text() == "50", "fourteen digits of a card once stood in the journal as cash taken"
    assert hands.page.notice.text()
    assert hands.window.focusWidget() is line


def test_nor_is_a_card_in_a_form_that_has_no_place_for_it(hands: Hands) -> None:
    hands.home().form("electricity-prepaid")
    beam = Beam(hands)
    beam.burst(NID)  # where the form asks for a card, this one is it
    amount = next(field for field in hands.page.findChildren(MoneyField) if field.isVisible())
    amount.edit.setFocus()
    beam.burst("20001010100022")
    assert amount.edit.text() == ""
    assert hands.page.notice.text()


@pytest.mark.parametrize("typed", [NID, EASTERN])
@pytest.mark.parametrize("enter", [True, False])
@pytest.mark.parametrize("name", ["reasonEdit", "partyEdit"])
def test_a_card_is_no_reason(hands: Hands, name: str, typed: str, enter: bool) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F8, to="pageDay")
    hands.press(Qt.Key.Key_3 if name == "partyEdit" else Qt.Key.Key_2, alt=True, to="pageCash")
    line = hands.find(name)
    line.setText("كهرباء")
    line.setFocus()
    beam = Beam(hands)
    beam.burst(typed, enter=enter)
    assert line.text() == "كهرباء", "it would be read in the journal and on the day's papers"
    assert "رقم بطاقة المواطن" in hands.page.notice.text()
    assert line.hasFocus()
    line.clear()
    beam.burst("6221031490019", enter=enter)
    assert line.text() == "6221031490019", "what is nobody's number stays typed"


def test_nothing_is_taken_while_something_is_saved(form: Beam) -> None:
    form.hands.window.wait("busy.saving")
    form.burst(NID)
    form.hands.window.free()
    assert text(form, "field_national_id") == ""


def test_a_list_turned_by_the_scanners_letters_is_turned_back(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F6, to="pageRequests")
    combo = hands.window.session.screens().lists.page.lists["state"]
    undo = undo_of(combo)
    combo.setCurrentIndex(2)
    undo()
    assert combo.currentIndex() == 0
    undo_of(None)()
