"""What is told something before it stands anywhere is no window of its own, and is seen where it is put."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import ui
from protocol.texts import Bilingual
from tests.harness import stage
from ui.main.application import make_application
from ui.requests.remedy_card import Remedy, RemedyCard
from ui.shell.header_bar import Avatar
from ui.widgets import Pill, StatePill, Text
from ui.widgets.layouts import reveal
from ui.widgets.message_slot import Notice
from ui.widgets.notes import NotesToGive

BOTH: Final = Bilingual("كلمة", "word")
OF_WINDOWS: Final = {
    "display/citizen_window", "setup/wizard_flow", "setup/wizard_road", "shell/busy_veil", "shell/focus_ring",
    "shell/keypad_flow", "widgets/more_below",
}  # fmt: skip
"""Modules of what lies over its parent from the beginning, is a window, or has another thing to show than itself."""


def _told_text() -> QWidget:
    made = Text()
    made.tell("كلمة")
    return made


def _told_pill() -> QWidget:
    made = StatePill()
    made.tell(Pill("missing", "ورقة ناقصة"))
    return made


def _notes() -> QWidget:
    made = NotesToGive()
    made.set_faces([(20_000, 1)])
    return made


def _avatar() -> QWidget:
    made = Avatar()
    made.tell("سارة")
    return made


def _remedy() -> QWidget:
    made = RemedyCard("ar")
    made.tell(Remedy("correct", BOTH, BOTH, 0, 0))
    return made


def _notice() -> QWidget:
    made = Notice()
    made.tell("info", "كلمة")
    return made


def _revealed() -> QWidget:
    made = QWidget()
    made.setObjectName("part")
    reveal(False, made)
    reveal(True, made)
    return made


@pytest.fixture
def strays() -> Iterator[list[str]]:
    make_application([])
    with stage.strays() as found:
        yield found


@pytest.mark.parametrize("on_show", [False, True], ids=["before its page", "on a page in sight"])
@pytest.mark.parametrize("told", [_told_text, _told_pill, _notes, _avatar, _remedy, _notice, _revealed])
def test_it_is_seen_where_it_is_put_and_nowhere_else(
    qtbot: QtBot, strays: list[str], told: Callable[[], QWidget], on_show: bool
) -> None:
    part = told()
    assert (part.isVisible(), strays) == (False, [])
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    if on_show:
        page.show()
    column.addWidget(part)
    page.show()
    qtbot.waitUntil(part.isVisible)
    assert set(strays) == {"QWidget "}, "the page alone"


def test_what_was_told_nothing_stays_hidden_where_it_is_put(qtbot: QtBot, strays: list[str]) -> None:
    parts = [Text(), StatePill(), NotesToGive(), QWidget()]
    parts[0].tell("كلمة")  # type: ignore[attr-defined]
    parts[0].tell("")  # type: ignore[attr-defined]
    parts[2].set_faces(())  # type: ignore[attr-defined]
    reveal(False, parts[3])
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    for part in parts:
        column.addWidget(part)
    page.show()
    assert [part.isHidden() for part in parts] == [True] * len(parts)
    assert strays == ["QWidget "]


def test_no_part_shows_itself_but_through_reveal() -> None:
    root = Path(ui.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        module = path.relative_to(root).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"self.setVisible", "self.show"}:
                found.add(module)
    assert found == OF_WINDOWS
