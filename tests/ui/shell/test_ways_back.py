"""Whatever was opened aside leads back to the work, once; and the keys are heard again where somebody was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from protocol.texts import say
from tests.ui.conftest import Hands

Key = Qt.Key
ASIDE = {"pageHelp": (Key.Key_F1, False), "pageDisplay": (Key.Key_F11, True)}


def open_aside(hands: Hands, name: str) -> None:
    key, alt = ASIDE[name]
    hands.press(key, alt=alt)
    hands.until(name)


@pytest.mark.parametrize("name", ASIDE)
def test_looked_at_before_the_lock_and_behind_it_they_lead_back_to_the_form(hands: Hands, name: str) -> None:
    hands.home().form()
    open_aside(hands, name)
    hands.press(Key.Key_F12, to="pageLock")
    open_aside(hands, name)
    hands.press(Key.Key_Escape)
    hands.unlock(to="pageForm")


@pytest.mark.parametrize("order", [("pageHelp", "pageDisplay", "pageHelp"), ("pageDisplay", "pageHelp", "pageDisplay")])
def test_one_opened_from_the_other_never_leads_round(hands: Hands, order: tuple[str, ...]) -> None:
    hands.home()
    for name in order:
        open_aside(hands, name)
    hands.press(Key.Key_Escape, to="pageCatalogue")


def test_the_help_of_the_findings_leads_back_to_them_and_they_to_the_work(hands: Hands) -> None:
    hands.home()
    for _ in range(2):
        open_aside(hands, "pageHelp")
        hands.press(Key.Key_2, alt=True, to="pageDoctor")
    open_aside(hands, "pageHelp")
    hands.press(Key.Key_Escape, to="pageDoctor")
    hands.press(Key.Key_Escape, to="pageCatalogue")


def test_a_field_made_anew_in_the_other_language_is_come_back_to(hands: Hands) -> None:
    hands.home().form()
    hands.find("field_name").setFocus()
    open_aside(hands, "pageDisplay")
    hands.press(Key.Key_F11)
    hands.press(Key.Key_Escape, to="pageForm")
    assert hands.window.focusWidget() is hands.find("field_name")


def test_the_language_turned_while_the_form_is_checked_costs_neither_answer_nor_keys(hands: Hands) -> None:
    hands.home().form()
    hands.find("field_name").setFocus()
    hands.counter.hold = True
    hands.press(Key.Key_F10)
    hands.window.header.language.click()
    hands.counter.release()
    hands.told()
    assert hands.page.isAncestorOf(hands.window.focusWidget())


def test_a_page_that_was_asked_for_before_the_form_was_sent_keeps_the_keys(hands: Hands) -> None:
    """On a slow disk: F8, and F10 before the day is there."""
    hands.home().form()
    hands.counter.hold = True
    hands.press(Key.Key_F8)
    hands.press(Key.Key_F10)
    hands.counter.release()
    hands.until("pageDay")
    assert hands.page.isAncestorOf(hands.window.focusWidget())


def test_the_help_names_the_screen_behind_it_in_the_other_language_too(hands: Hands) -> None:
    hands.home().form()
    open_aside(hands, "pageHelp")
    hands.press(Key.Key_F11)
    title = hands.counter.desk.service("birth-cert").title["en"]
    assert hands.page.title.text() == say("en", "help.title", screen=title)


def test_the_answer_to_a_form_is_not_judged_on_another_one(hands: Hands) -> None:
    """On a slow disk: a service chosen, and F10 at the form that is still there."""
    hands.home().form()
    hands.counter.hold = True
    hands.window.session.screens().sale.choose("passport")
    hands.window.session.screens().sale.form.submit()
    hands.counter.release()
    hands.settle(50)
    assert hands.page.title.text() == hands.counter.desk.service("passport").title["ar"]
    assert hands.page.notice.isHidden()
    assert hands.page.isAncestorOf(hands.window.focusWidget())


def test_a_pin_pressed_while_the_sign_out_is_on_its_way_leaves_the_keys_at_the_names(hands: Hands) -> None:
    hands.home()
    hands.press(Key.Key_F12, to="pageLock")
    hands.counter.hold = True
    hands.change_person(to="")
    hands.press(Key.Key_F10)
    hands.counter.release()
    hands.until("pageSignIn")
    hands.settle(30)
    assert hands.page.isAncestorOf(hands.window.focusWidget())
