"""A newcomer sells by what the screen says alone; without a hint that she needs she does not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from protocol.texts import LANGUAGES, Language, table
from tests.harness.stage import theatre
from tests.ui.keys import newcomer
from tests.ui.keys.first_sale import first_sale
from ui.shell.base_page import Page
from ui.widgets.theme import ScreenLook

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Hide = Callable[[pytest.MonkeyPatch], object]


@pytest.fixture(autouse=True)
def dressed() -> Iterator[None]:
    with theatre(ScreenLook()):
        yield


@pytest.mark.parametrize("language", LANGUAGES)
def test_she_makes_her_first_sale_by_what_the_screen_says(language: Language) -> None:
    story, sold = first_sale(language)
    assert story.dead_ends == []
    assert story.done
    assert sold
    assert story.helped == 0


def no_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is drawn on a tile or a button."""
    for module in ("ui.widgets.push_button", "ui.widgets.key_cap"):
        monkeypatch.setattr(f"{module}.draw_cap", lambda _painter, *_place, **_look: None)


def without(key: str) -> Hide:
    """These words are nowhere."""
    return lambda monkeypatch: monkeypatch.setitem(table()[key], "ar", "—")


@pytest.mark.parametrize(
    "hide",
    [no_caps, without("key.next"), without("review.tendered"), without("activate.code"), without("day.cash")],
    ids=["caps", "next field", "cash received", "activation code", "cash in the drawer"],
)
def test_without_a_hint_she_is_lost(monkeypatch: pytest.MonkeyPatch, hide: Hide) -> None:
    hide(monkeypatch)
    story, sold = first_sale("ar")
    assert not sold
    assert story.dead_ends


def test_a_primary_button_without_its_words_is_no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page is for is on its button alone."""
    shown = Page.primary_button
    monkeypatch.setattr(Page, "primary_button", lambda page, *a, **k: _gone(shown(page, *a, **k)))
    assert not first_sale("ar")[1]


def _gone(button: object) -> object:
    button.hide()  # type: ignore[attr-defined]
    return button


def test_she_knows_nothing_of_the_program() -> None:
    tree = ast.parse(Path(newcomer.__file__).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} & {"ui", "kiosk", "protocol", "central"} == set()
    assert not any(isinstance(node, ast.Attribute) and node.attr == "who" for node in ast.walk(tree))
