"""Every screen in both languages: it fits, everything has a name, and the first picture comes early."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.model.service_request import Query
from protocol.errors import Refused
from protocol.texts import LANGUAGES, Bilingual, Language, table
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.page_rules import only_lists_scroll
from tests.harness.screen_parts import Seen
from tests.harness.stage import worn
from tests.harness.untraced import untraced
from tests.ui.conftest import Hands, every_page, open_window
from ui.sale.home_page import HomePage
from ui.sale.home_shown import Left
from ui.shell.base_page import Page
from ui.widgets.theme import ScreenLook

HEIGHT, WIDTH = 728, 1366


@pytest.fixture(params=LANGUAGES)
def walked(undressed: None, request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[list[Page]]:
    with walk(qtbot, request.param) as pages:
        yield pages


@contextmanager
def walk(qtbot: QtBot, language: Language) -> Iterator[list[Page]]:
    """All pages with data in them: one sale has been made."""
    hands = open_window(qtbot, FakeCounter(), language).home().sold()
    session = hands.window.session
    screens = session.screens()
    hands.press(Qt.Key.Key_F6, to="pageRequests")
    hands.qtbot.waitUntil(lambda: screens.lists.page.table.rowCount() == 1)
    screens.requests.open_one(hands.counter.shop.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    hands.until("pageDetail")
    hands.press(Qt.Key.Key_F7, to="pageSync")
    yield every_page(hands.window)
    hands.window.close()


def kinds_of(kind: type[Page]) -> set[type[Page]]:
    """The counter's pages, each of which is something else; the wizard's stands in a window of its own."""
    below = [one for one in kind.__subclasses__() if re.match(r"ui\.(?!setup\.)", one.__module__)]
    return set().union(*map(kinds_of, below)) if below else {kind}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_pushes_the_window_open(qtbot: QtBot, language: Language) -> None:
    """What each shows in each of its states is judged in tests/screens. The camera's is made where there is one."""
    with walk(qtbot, language) as walked:
        assert len({page.objectName() for page in walked}) == len(walked)
        assert {kind.__name__ for kind in kinds_of(Page) - {type(page) for page in walked}} == {"CameraPage"}
        for page in walked:
            page.fail(Refused("money_ambiguous"))
        least = walked[0].window().minimumSizeHint()
    assert least.height() <= HEIGHT
    assert least.width() <= WIDTH


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_fits_with_everything_it_can_say_at_once(qtbot: QtBot, language: Language) -> None:
    with worn(ScreenLook(100)):
        found = shown_at_once(open_window(qtbot, FakeCounter(), language).home())
    assert found == []


def shown_at_once(hands: Hands) -> list[str]:
    """What is wrong with home when it says all that it can."""
    home = hands.page
    assert isinstance(home, HomePage)
    hands.sold().window.go(home)
    title = Bilingual("استخراج شهادة ميلاد مميكنة لأول مرة", "First computerised birth certificate")
    assert home.data is not None
    left = [Left("1", title, 0), Left("2", title, 0)]
    home.set_data(replace(home.data, drafts=left, rejected=12, stale=True))
    home.strip.paper.show()
    home.fail(Refused("money_ambiguous"))
    hands.window.grab()
    found = list(only_lists_scroll(Seen(hands.window)))
    hands.window.close()
    return found


def test_everything_that_can_have_the_focus_has_a_name(walked: list[Page]) -> None:
    for page in walked:
        for widget in page.findChildren(QWidget):
            inner = widget.objectName().startswith("qt_") or widget.window() is not page.window()
            if inner or widget.isHidden() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            interface = QAccessible.queryAccessibleInterface(widget)
            named = widget.accessibleName() or interface.text(QAccessible.Text.Name)
            assert named, f"{page.objectName()}: {widget.objectName()} {type(widget).__name__}"


def test_no_button_is_a_dialogs_default_and_no_mnemonic_is_a_letter(walked: list[Page]) -> None:
    for page in walked:
        for button in page.findChildren(QAbstractButton):
            assert "&" not in button.text()
            if isinstance(button, QPushButton):
                assert not button.autoDefault()


def test_no_text_key_is_shown_instead_of_a_text(walked: list[Page]) -> None:
    keys = set(table())
    for page in walked:
        for label in page.findChildren(QLabel):
            assert label.text() not in keys


def test_commands_are_f_keys_esc_and_alt_digits_only(walked: list[Page]) -> None:
    for page in walked:
        for action in page.commands():
            assert action.key in ("Esc", "Enter") or action.key[0] == "F" or action.key.startswith("Alt+")


def test_every_screen_has_its_help(walked: list[Page]) -> None:
    for page in walked:
        page.help()
        assert page.notice.text()
        page.help()
        assert not page.notice.text()


def test_the_language_turns_on_every_screen_and_back(walked: list[Page]) -> None:
    window = walked[0].window()
    titles = [page.title.text() for page in walked]
    window.turn_language()  # type: ignore[attr-defined]
    assert [page.title.text() for page in walked] != titles
    window.turn_language()  # type: ignore[attr-defined]
    assert [page.title.text() for page in walked] == titles


def test_an_error_without_a_text_is_still_said(walked: list[Page]) -> None:
    walked[0].fail(Refused("nobody_wrote_this"))
    assert "nobody_wrote_this" in walked[0].notice.text()


def test_the_first_picture_imports_nothing_heavy() -> None:
    script = (
        "import sys, kiosk.main.startup, ui.session.sign_in_page\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'requests', 'keyring', 'jsonschema_rs', 'storage', 'sync',\n"
        "    'protocol.catalogue.forms',\n"
        "    'typing_extensions', 'cryptography', 'protocol.journal.kj01', 'kiosk.counter', 'segno'}\n"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    begun = [sys.executable, "-c", script]
    ran = subprocess.run(begun, env=untraced(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
