"""A key has one meaning on all pages, and docs/keys.md says which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.ui.keys import key_table
from tests.ui.keys.key_table import MEANINGS, Binding


def test_a_key_has_one_meaning_on_all_pages() -> None:
    assert list(key_table.conflicts()) == []


def test_the_table_is_of_these_pages() -> None:
    assert key_table.PAGE.read_text(encoding="utf-8") == key_table.table(), "python -m tests.ui.keys.key_table"


def test_every_key_of_the_table_is_heard_somewhere_as_it_says() -> None:
    said = {(one.key, one.text) for one in key_table.bindings()}
    assert [(key, text) for key, meaning in MEANINGS.items() for text in meaning.texts if (key, text) not in said] == []


def test_two_keys_never_say_the_same_but_to_go_back() -> None:
    texts = [text for meaning in MEANINGS.values() for text in meaning.texts]
    assert {text for text in texts if texts.count(text) > 1} <= {"key.back"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('self.button("b", "list.clear", "F9")', Binding("page", "F9", "list.clear")),
        ('self.button(Button("b"), "list.clear", "F9", self.go, foot="")', Binding("page", "F9", "list.clear")),
        ('page.command("Esc", "list.clear", self.go)', Binding("page", "Esc", "list.clear")),
        ('page.command("F6", "", screens.go)', Binding("page", "F6", "screens.go")),
        ('Action("F5", "list.clear", self.go)', Binding("page", "F5", "list.clear")),
        ('self.back_button("done.home")', Binding("page", "Esc", "done.home")),
        ("self.back_button()", Binding("page", "Esc", "key.back")),
        ('self.button("b", "x" if more else "y", "F9")', Binding("page", "F9", "'x' if more else 'y'")),
        ('self.button("b", "list.clear", "")', None),
        ('self.say("F9")', None),
    ],
)
def test_a_key_is_found_however_it_is_bound(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, found: Binding | None
) -> None:
    ast.parse(line)
    (tmp_path / "page.py").write_text(line, encoding="utf-8")
    monkeypatch.setattr(key_table, "ROOT", tmp_path)
    assert list(key_table.bindings()) == ([found] if found else [])


@pytest.mark.parametrize(
    ("line", "conflicts"),
    [
        ('self.button("b", "list.clear", "F5")', ["page: F5 is “list.clear”"]),
        ('self.button("b", "key.help", "F5")', ["page: F5 is “key.help”"]),
        ('Action("F10", "list.clear", self.go)', []),
        ('self.button("b", "list.clear", "Alt+3")', []),
        ('self.button("b", "list.clear", "Alt+9")', ["page: Alt+9 is “list.clear”"]),
        ('self.button("b", "sync.retry", "F5")', []),
    ],
)
def test_another_meaning_is_a_conflict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, conflicts: list[str]
) -> None:
    (tmp_path / "page.py").write_text(line, encoding="utf-8")
    monkeypatch.setattr(key_table, "ROOT", tmp_path)
    assert key_table.conflicts() == conflicts
