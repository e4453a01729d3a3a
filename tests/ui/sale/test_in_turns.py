"""A form is made in turns of the loop: whatever comes between two of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from tests.ui.conftest import Hands
from ui.widgets.fields.line_edit import LineEdit

ANSWERS = {"national_id": "29901011234567", "subject_name": "هدى محمود"}


def steps_of(hands: Hands) -> Any:
    hands.home()
    return hands.screens.sale.form.in_steps(hands.counter.desk.service("birth-cert"), ANSWERS)


def test_the_other_language_between_two_turns_keeps_what_is_still_to_be_put_into_fields(hands: Hands) -> None:
    steps, form = steps_of(hands), hands.screens.sale.form
    next(steps)
    next(steps)
    some = len(form.raw())
    hands.window.set_language("en")
    assert list(steps) == []
    assert 0 < some < len(form.raw())
    assert {name: form.raw()[name] for name in ANSWERS} == ANSWERS
    assert form.raw().keys() == {e.field for s in form._service.form.sections for e in s.elements}


def test_another_form_between_two_turns_ends_the_first(hands: Hands) -> None:
    steps, form = steps_of(hands), hands.screens.sale.form
    next(steps)
    form.set_form(hands.counter.desk.service("criminal-record"), {})
    fields = list(form.raw())
    assert list(steps) == []
    assert list(form.raw()) == fields


def test_keys_while_a_form_is_made_reach_neither_the_page_before_nor_a_field(hands: Hands) -> None:
    hands.home()
    hands.screens.sale.begin_all([("birth-cert", {})])
    typed = 0
    while hands.page.objectName() != "pageForm" or hands.window.busy:
        hands.send(0, "7")
        typed += 1
        hands.qtbot.wait(1)
    assert typed
    assert hands.screens.sale.front.page.search.text() == ""
    assert "7" not in str(hands.screens.sale.form.raw())
    field = hands.page.first()
    assert isinstance(field, LineEdit)
    hands.send(0, "2")
    assert hands.window.focusWidget() is field
    assert field.text() == "2"
    hands.press(Qt.Key.Key_F3, to="pageCatalogue")


def test_a_page_that_is_gone_to_is_painted_in_the_next_turn(hands: Hands) -> None:
    hands.home()
    stack = hands.window.stack
    hands.window.go(hands.screens.sale.form)
    assert not stack.updatesEnabled()
    hands.settle()
    assert stack.updatesEnabled()
