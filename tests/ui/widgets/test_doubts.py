"""An odd answer goes on only when somebody has looked at it again, and only as long as it is that answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from protocol.journal.kj01 import read_body
from tests.ui.conftest import Hands
from ui.widgets.fields.national_id_field import NationalIdField

ODD, ODD_TOO, SOUND = "20001010100015", "20001010100016", "20001010100014"
TICK = "override_national_id_check_digit"


def odd(hands: Hands, number: str = ODD) -> Hands:
    hands.form().fill()
    return answer(hands, number)


def answer(hands: Hands, number: str) -> Hands:
    hands.find("field_national_id").setText(number)
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: hands.page.objectName() == "pageReview" or bool(ticks(hands)), timeout=20_000)
    hands.settle()
    return hands


def ticks(hands: Hands) -> list[QCheckBox]:
    return [box for box in hands.page.findChildren(QCheckBox) if box.objectName() == TICK and box.isVisible()]


def recorded(hands: Hands) -> list[str]:
    """The doubts that the entry of the sale says were accepted."""
    hands.pay()
    overrides: list[str] = read_body(list(hands.counter.store.journal.export(1))[-1].record.body).get("overrides", [])
    return overrides


def test_a_doubt_stops_the_form_with_the_focus_on_its_box(hands: Hands) -> None:
    odd(hands.home())
    assert hands.page.objectName() == "pageForm"
    assert hands.window.focusWidget() is hands.find(TICK)
    hands.press(Qt.Key.Key_F10)
    hands.settle(100)
    assert hands.page.objectName() == "pageForm"
    assert len(ticks(hands)) == 1


def test_a_doubt_stands_at_its_field_and_goes_when_it_was_looked_at(hands: Hands) -> None:
    odd(hands.home())
    field = hands.window.session.screens().sale.form._fields["national_id"]
    assert isinstance(field, NationalIdField)
    assert field.isAncestorOf(hands.find(TICK))
    assert field.edit.property("state") == "odd"
    assert field.error.text().startswith("الرقم الأخير لا يطابق")
    assert field.edit.accessibleDescription() == field.error.text()
    assert field.name in hands.page.notice.text(), "where, not once more what"
    hands.find("field_national_id").setText(f" {ODD}")
    assert field.edit.property("state") == "odd", "the same number, written otherwise"
    hands.find("field_national_id").setText(SOUND)
    assert field.edit.property("state") == ""
    assert field.error.text() == ""


def test_a_doubt_that_was_looked_at_is_recorded_with_the_sale(hands: Hands) -> None:
    odd(hands.home())
    hands.find(TICK).setChecked(True)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    assert recorded(hands) == ["check_digit"]


def test_another_odd_answer_is_another_doubt(hands: Hands) -> None:
    odd(hands.home())
    hands.find(TICK).setChecked(True)
    answer(hands, ODD_TOO)
    assert hands.page.objectName() == "pageForm"
    assert [box.isChecked() for box in ticks(hands)] == [False]


def test_a_doubt_that_was_mended_is_gone_and_is_not_recorded(hands: Hands) -> None:
    odd(hands.home())
    hands.find(TICK).setChecked(True)
    answer(hands, SOUND)
    hands.until("pageReview")
    assert recorded(hands) == []


def test_what_was_looked_at_stays_looked_at_when_another_field_changes(hands: Hands) -> None:
    odd(hands.home())
    hands.find(TICK).setChecked(True)
    hands.find("field_mother_name").setText("فاطمة علي")
    hands.settle(200)
    assert [box.isChecked() for box in ticks(hands)] == [True]
