"""Fields and the traps of right-to-left, each by its number."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from protocol.catalogue import fields, form_words
from protocol.catalogue.services import Element, FieldTexts, Form
from protocol.errors import Refused
from protocol.texts import Bilingual, Language
from ui.main.application import make_application
from ui.widgets.fields.base_field import BESIDE_PX, Field
from ui.widgets.fields.choice_field import ChoiceField
from ui.widgets.fields.date_fields import DateField, SlotField
from ui.widgets.fields.line_edit import LineEdit, MoneyEdit
from ui.widgets.fields.make_field import KINDS, make_field
from ui.widgets.fields.national_id_field import NationalIdField, decode
from ui.widgets.fields.number_fields import CountField
from ui.widgets.folded_list import Combo
from ui.widgets.labels import Text, align

NID = "20001010100014"
CHOICES: dict[str, dict[str, Bilingual]] = {
    "few": {"a": Bilingual("ألف", "A"), "b": Bilingual("باء", "B")},
    "many": {str(n): Bilingual(f"رقم {n}", f"No {n}") for n in range(9)},
}
TEXTS = FieldTexts(Bilingual("بيان", "Answer"), Bilingual("تلميح", "Hint"), {})


def form(name: str = "x", **schema: Any) -> Form:
    return Form({"properties": {name: {"type": "string", **schema}}}, (), {name: TEXTS}, CHOICES)


def field(qtbot: QtBot, widget: str, language: Language = "ar", choices: str | None = None, **schema: Any) -> Field:
    app = make_application([])
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    element = Element.__new__(Element)
    for slot in Element.__dataclass_fields__:
        object.__setattr__(element, slot, None)
    object.__setattr__(element, "field", "x")
    object.__setattr__(element, "widget", widget)
    object.__setattr__(element, "choices", choices)
    made = make_field(element, form(**schema), language)
    qtbot.addWidget(made)
    made.show()
    return made


def keys(target: QWidget, text: str) -> None:
    """`keyClicks` with Arabic aborts the whole process."""
    for character in text:
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))


@pytest.mark.parametrize("typed", [("9", "3", "2024"), ("٠٩", "٠٣", "٢٠٢٤")])
def test_trap_1_a_date_typed_in_right_to_left_is_the_date(qtbot: QtBot, typed: tuple[str, str, str]) -> None:
    made = field(qtbot, "date")
    assert isinstance(made, DateField)
    for edit, text in zip(made.inputs(), typed, strict=True):
        keys(edit, text)
    assert fields.normalise("date", made.raw()) == "2024-03-09"
    assert "2024-03-09" in made.shown()
    made.set_raw("2001-02-03")
    assert made.raw() == {"day": "03", "month": "02", "year": "2001"}
    made.set_raw(None)
    assert made.shown() == ""


@pytest.mark.parametrize(
    ("typed", "piastres"), [("125.5", 12_550), ("١٢٥", 12_500), ("125,50", 12_550), ("١٢٥٫٥", 12_550)]
)
def test_trap_2_money_is_what_was_typed(qtbot: QtBot, typed: str, piastres: int) -> None:
    edit = MoneyEdit("m", big=True)
    qtbot.addWidget(edit)
    keys(edit, typed)
    assert edit.piastres() == piastres
    edit.setText("")
    assert edit.piastres_or_none() is None
    with pytest.raises(Refused):
        edit.piastres()


@pytest.mark.parametrize("hidden", ["\u200f", "\u202b", "\ufeff", "\u2066", "\x00", "\t"])
def test_trap_3_a_hidden_character_never_costs_a_digit(qtbot: QtBot, hidden: str) -> None:
    made = field(qtbot, "national_id")
    assert isinstance(made, NationalIdField)
    made.edit.setText("")
    made.edit.insert(f"{hidden}{NID}{hidden}")
    assert made.raw() == NID
    app_clipboard = QApplication.clipboard()
    app_clipboard.setText(f"{hidden}{NID}")
    made.edit.clear()
    QApplication.sendEvent(
        made.edit, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    )
    assert made.raw() == NID
    assert app_clipboard.text() == ""


def test_trap_4_the_wheel_turns_no_choice(qtbot: QtBot) -> None:
    made = field(qtbot, "choice", choices="many")
    combo = made.inputs()[0]
    assert isinstance(combo, Combo)
    made.set_raw("3")
    for focused in (False, True):
        if focused:
            combo.setFocus()
        wheel = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(combo, wheel)
        assert made.raw() == "3"


def test_trap_5_and_10_numbers_in_a_table_are_isolated(qtbot: QtBot) -> None:
    from ui.widgets import show

    assert show.number("-25.00").startswith("\u2066")
    assert "-" not in show.money("ar", -2500)
    assert show.day("2024-03-09") == "\u20662024-03-09\u2069"


@pytest.mark.parametrize("text", ["", "12345", "+20100", "abc", "محمد"])
def test_trap_8_text_stands_at_the_reading_edge_whatever_it_is(qtbot: QtBot, text: str) -> None:
    make_application([])
    edit, label, end = LineEdit("e"), Text(text), Text(text, end=True)
    absolute = Qt.AlignmentFlag.AlignAbsolute
    for widget in (edit, label, end):
        qtbot.addWidget(widget)
        widget.setText(text)
    for direction, side in (
        (Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignRight),
        (Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignLeft),
        (Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignRight),
    ):
        for widget in (edit, label, end):
            widget.setLayoutDirection(direction)
        assert edit.alignment() & (side | absolute) == side | absolute
        assert label.alignment() & (side | absolute) == side | absolute
        assert not end.alignment() & side
    align(edit, end=True)
    assert edit.alignment() & Qt.AlignmentFlag.AlignLeft


def test_the_national_id_says_whose_it_is_and_is_grouped_when_left(qtbot: QtBot) -> None:
    made = field(qtbot, "national_id")
    assert isinstance(made, NationalIdField)
    keys(made.edit, "٢٠٠٠١٠١٠١٠٠٠١٤")
    assert "يناير" in made.chip.text()
    assert "ذكر" in made.chip.text()
    made.edit.group()
    assert made.edit.text() == "2 000101 01 00014"
    assert made.raw() == NID
    QApplication.sendEvent(made.edit, QFocusEvent(QEvent.Type.FocusIn))
    assert made.edit.text() == NID
    QApplication.sendEvent(made.edit, QFocusEvent(QEvent.Type.FocusOut))
    assert made.edit.text() == "2 000101 01 00014"
    assert "2\u00a0000101" in made.shown()
    made.set_raw(None)
    assert made.shown() == ""
    made.edit.setFocus()
    made.set_raw(NID)


@pytest.mark.parametrize(("typed", "tone"), [("", ""), ("2000", "off"), ("9" * 14, "act"), ("abc", "act"), (NID, "ok")])
def test_the_chip_of_a_number(typed: str, tone: str) -> None:
    assert decode("ar", typed)[0] == tone
    assert decode("en", typed)[0] == tone


def test_a_hint_that_just_does_not_fit_beside_its_label_stays_beneath_it(qtbot: QtBot) -> None:
    hinted = field(qtbot, "text")
    hinted.hint.setText("as on the card")
    across = hinted.label.sizeHint().width() + BESIDE_PX + hinted._hint_px()
    seen = []
    for width in (across - 1, across - 2, across - 1, across, across + 1):
        hinted.resize(width, 120)
        seen.append(hinted._head.direction() is QBoxLayout.Direction.TopToBottom)
    assert seen == [True, True, True, False, False]


def test_a_fault_at_its_field_does_not_say_its_name_again(qtbot: QtBot) -> None:
    named = field(qtbot, "text")
    named.mark(Bilingual(f"{named.name}: خطأ", "wrong"))
    assert named.error.text() == "خطأ"
    english = field(qtbot, "text", "en")
    english.mark(Bilingual("خطأ", f"{english.name}: of the same sex as the applicant"))
    assert english.error.text() == "Of the same sex as the applicant", "it begins a sentence there"


def test_few_choices_are_radios_many_a_list(qtbot: QtBot) -> None:
    few = field(qtbot, "choice", choices="few")
    assert isinstance(few, ChoiceField)
    assert few.raw() == ""
    few.focus()
    few.set_raw("b")
    assert (few.raw(), few.shown()) == ("b", "باء")
    few.set_raw("nonsense")
    assert few.raw() == "b"
    few.focus()
    few.mark(Bilingual("خطأ", "wrong"))
    assert few.error.text() == "خطأ"
    many = field(qtbot, "choice", choices="many")
    many.set_raw("7")
    many.mark(Bilingual("خطأ", "wrong"))
    assert many.inputs()[0].property("state") == "invalid"
    many.set_raw("nonsense")
    assert many.raw() == ""
    combo = many.inputs()[0]
    for key in (Qt.Key.Key_F4, Qt.Key.Key_Return):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(combo, event)
        assert not event.isAccepted()
    QApplication.sendEvent(combo, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier))
    assert many.raw() == "0"
    everywhere = field(qtbot, "choice")
    assert everywhere.raw() == ""


def test_a_choice_is_entered_where_it_is_chosen(qtbot: QtBot) -> None:
    few = field(qtbot, "choice", choices="few")
    assert few.entry() is few.inputs()[0]
    few.set_raw("b")
    assert few.entry() is few.inputs()[1]


def test_a_count_is_stepped_within_its_bounds(qtbot: QtBot) -> None:
    made = field(qtbot, "count", minimum=1, maximum=3, default=1)
    assert isinstance(made, CountField)
    assert made.raw() == 1
    for _ in range(4):
        made._more.click()
    assert made.raw() == 3
    for _ in range(4):
        made._less.click()
    assert made.raw() == 1
    made.set_raw("x")
    assert made.raw() == "x"
    made._more.click()
    assert made.raw() == 1
    made.set_raw(None)
    assert made.shown() == ""
    made.set_raw("٢")
    assert "2" in made.shown()


def test_lines_show_what_will_be_stored(qtbot: QtBot) -> None:
    for widget, raw, shown in (
        ("mobile", "+20 101 234 5678", "010 1234 5678"), ("digits", "12-34", "1234"), ("money", "12.5", "12.50"),
        ("money", 1250, "12.50"), ("money", "x", "x"), ("plate", "سمط1234", "س م ط 1234"), ("plate", "?", "?"),
        ("text", "كلام", "كلام"), ("mobile", None, ""), ("digits", "", ""),
    ):  # fmt: skip
        made = field(qtbot, widget)
        made.set_raw(raw)
        assert shown in made.shown()


def test_a_wish_is_a_day_and_a_part_of_it(qtbot: QtBot) -> None:
    made = field(qtbot, "slot")
    assert isinstance(made, SlotField)
    named = made.part.accessibleDescription()
    made.mark(Bilingual("خطأ", "Wrong"))
    assert made.part.accessibleDescription() == f"{named} {made.error.text()}"
    made.mark(None)
    assert made.part.accessibleDescription() == named != ""
    assert made.shown() == ""
    made.set_raw("2099-12-31/noon")
    assert fields.normalise("slot", made.raw()) == "2099-12-31/noon"
    assert "2099-12-31" in made.shown()
    made.set_raw(made.raw())
    assert fields.normalise("slot", made.raw()) == "2099-12-31/noon"
    made.part.setCurrentIndex(0)
    made.set_raw(None)


def test_a_paper_scanned_into_the_day_of_a_wish_is_only_a_wrong_day(qtbot: QtBot) -> None:
    made = field(qtbot, "slot")
    made.set_raw({"date": {"day": "https://centre.example/r/1/2", "month": "", "year": ""}, "period": "noon"})
    assert "centre.example" in made.shown()


def test_a_field_is_only_called_optional_when_no_rule_asks_for_it() -> None:
    schema = {"required": ["a"], "if": {}, "then": {"required": ["b"]}, "allOf": [{"then": {"required": ["c"]}}]}
    assert form_words.required(schema) == {"a", "b", "c"}
    assert set(KINDS) >= {"national_id", "slot", "governorate"}


def test_a_base_field_must_be_made_of_something(qtbot: QtBot) -> None:
    bare = Field.__new__(Field)
    for call in (lambda: Field.build(bare), lambda: Field.raw(bare), lambda: Field.inputs(bare)):
        with pytest.raises(NotImplementedError):
            call()
    with pytest.raises(NotImplementedError):
        Field.set_raw(bare, "")


NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\u200f\u202e\u2066\u2069\ufeff\x00٠١٢٣٤٥٦٧٨٩0123456789-/.", max_size=60),
    st.sampled_from(["9" * 10_000, "م" * 10_000, "\u0300" * 10_000, "\ud800", "a\udfffb", "\x00" * 50, "١" * 5000]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NASTY)
def test_no_text_breaks_a_field(qtbot: QtBot, text: str) -> None:
    for widget in KINDS:
        made = field(qtbot, widget, choices="many")
        for edit in made.inputs():
            if isinstance(edit, LineEdit):
                edit.setText(text.encode("utf-8", "replace").decode())
                edit.insert(text.encode("utf-8", "replace").decode())
        made.set_raw(text if text.isascii() or text.isprintable() else text.encode("utf-8", "replace").decode())
        fields.normalise(widget, made.raw())
        made.shown()


@pytest.mark.parametrize("text", [chr(0xD800), f"a{chr(0xDFFF)}b", chr(0xD83D)])
def test_a_lone_surrogate_does_no_harm(qtbot: QtBot, text: str) -> None:
    made = field(qtbot, "text")
    edit = made.inputs()[0]
    with suppress(UnicodeEncodeError):  # PySide may refuse such a key; then nothing was typed
        keys(edit, text)
    assert made.raw().encode() is not None


def test_a_folded_list_has_rows_for_a_finger(qtbot: QtBot) -> None:
    combo = Combo("list")
    qtbot.addWidget(combo)
    combo.offer([("a", "ألف"), ("b", "باء")])
    assert combo.view().sizeHintForRow(1) >= 48
