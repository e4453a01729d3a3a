"""What newcomers stumbled over in their first hour at the counter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.capture.test_evidence_page import Given, flow, kept, opened
from tests.ui.conftest import FakeCounter, Hands, open_window
from ui.capture.file_source import FileSource

Key = Qt.Key
NO_MONTH = "29913011234567"  # of fourteen digits: they are grouped while nobody types


def line(hands: Hands, name: str) -> QLineEdit:
    found: QLineEdit = hands.find(name)
    return found


@pytest.fixture
def given(hands: Hands) -> Given:
    hands.home()
    made = Given()
    flow(hands)._sources = [made]
    return made


def at_fault(hands: Hands) -> QLineEdit:
    """A form whose national ID has a thirteenth month, after F10."""
    hands.home().form()
    hands.type(NO_MONTH)
    hands.press(Key.Key_Return)
    hands.press(Key.Key_F10)
    hands.told()
    return line(hands, "field_national_id")


def test_the_fault_of_a_national_id_stays_in_sight(hands: Hands) -> None:
    assert at_fault(hands).property("state") == "invalid"


def test_the_box_that_is_wrong_is_chosen_whole(hands: Hands) -> None:
    box = at_fault(hands)
    assert hands.window.focusWidget() is box
    assert box.selectedText() == NO_MONTH


def test_faults_are_said_in_the_other_language_too(hands: Hands) -> None:
    at_fault(hands)
    hands.press(Key.Key_F11)
    assert line(hands, "field_national_id").property("state") == "invalid"
    assert hands.window.focusWidget() is line(hands, "field_national_id")
    hands.press(Key.Key_F11)
    hands.type("3")
    hands.press(Key.Key_F11)
    assert line(hands, "field_national_id").property("state") != "invalid"


def test_the_key_of_the_papers_is_shown_as_soon_as_they_are_wanted(hands: Hands) -> None:
    hands.home().form().settle(300)
    assert "F4" in {action.key for action in hands.page.commands()}
    assert "F4" in hands.window.footer._entries


def test_another_paper_is_not_chosen_over_a_picture_that_is_not_kept(
    hands: Hands, given: Given, counter: FakeCounter
) -> None:
    opened(hands, "movements-cert")
    hands.press(Key.Key_F4)
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F10)
    assert len(kept(counter)) == 1
    assert kept(counter) != ["request_letter"], "that is the paper below"


@pytest.mark.parametrize(("language", "word"), [("ar", "افتح"), ("en", "Open")])
def test_the_list_of_files_speaks_the_language_and_begins_at_the_pictures(
    hands: Hands, language: str, word: str
) -> None:
    hands.home()
    if language == "en":
        hands.press(Key.Key_F11)
    FileSource().ask(hands.page, lambda _fetch: None)
    dialog = hands.window.findChild(QFileDialog, "evidenceFileDialog")
    assert dialog is not None
    words = dialog.labelText(QFileDialog.DialogLabel.Accept).replace("&", "")
    assert (words, len(dialog.sidebarUrls()) > 0) == (word, True)
    assert dialog.directory().absolutePath() == dialog.sidebarUrls()[0].toLocalFile()
    dialog.reject()


def test_help_of_a_page_without_a_title_says_help_once(hands: Hands) -> None:
    hands.home().sold()
    hands.press(Key.Key_F1)
    hands.until("pageHelp")
    assert hands.page.title.text().count("مساعدة") == 1


def test_the_cursor_stands_where_something_is_still_to_be_typed(qtbot: QtBot) -> None:
    counter = FakeCounter()
    counter.enrolment.is_needed = True
    hands = open_window(qtbot, counter)
    hands.until("pageEnrol")
    hands.qtbot.waitUntil(lambda: bool(line(hands, "urlEdit").text()))
    assert hands.window.focusWidget() is line(hands, "slotEdit")
