"""What a fresh machine meets: the tools of the tests, the Makefile, the documents a newcomer opens first."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from protocol import texts
from tests.repository import check_texts

ROOT: Final = Path(__file__).parents[2]
ACTIVATE: Final = (
    "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
    "org.freedesktop.DBus.StartServiceByName", "string:org.a11y.Bus", "uint32:0",
)  # fmt: skip


def test_the_bus_of_the_tests_says_nothing_between_our_lines() -> None:
    done = subprocess.run(
        [ROOT / "tests" / "with_keystore.sh", *ACTIVATE], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, "dbus-daemon" in done.stderr) == (0, False), done.stderr


def test_make_keeps_byte_code_whatever_the_environment_says() -> None:
    done = subprocess.run(
        ["make", "-s", "--eval", "shown: ; @env", "shown"], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, timeout=60,
    )  # fmt: skip
    assert [line for line in done.stdout.splitlines() if line.startswith("PYTHONDONTWRITEBYTECODE=")] == []


def test_a_text_that_an_option_lacks_is_found_before_a_command_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left = dict(texts.table())
    del left["central.help.public_address" if "central.help.public_address" in left else "central.help.serve.host"]
    monkeypatch.setattr(texts, "table", lambda: left)
    assert check_texts.main() == 1
    assert "manfaz-central" in capsys.readouterr().err


def test_the_readme_says_state_source_licence_and_whom_to_tell_in_arabic_too() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = ("**State**", "**How to get it**", "**Licence**", "SECURITY.md", 'dir="rtl"')
    assert [words for words in wanted if words not in readme] == []


def test_the_state_is_three_lists_of_short_lines() -> None:
    state = (ROOT / "docs" / "state.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", state, re.MULTILINE) == ["Known limits", "Not tried", "To do"]
    points = re.split(r"^\* ", state, flags=re.MULTILINE)[1:]
    assert [point for point in points if len(point.split("\n\n", maxsplit=1)[0]) > 250] == []


def test_a_feed_kind_more_is_no_branch_more() -> None:
    tree = ast.parse((ROOT / "kiosk" / "receiving" / "feed_kinds.py").read_text(encoding="utf-8"))
    assert sum(isinstance(node, ast.If) for node in ast.walk(tree)) <= 1


def test_contributing_has_a_recipe_for_whatever_is_added() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    wanted = ("A service", "A screen", "A kind of feed item", "A type of journal entry", "A command of the counter",
              "A command of the centre", "A migration", "A scene")  # fmt: skip
    assert [name for name in wanted if f"**{name}**" not in text] == []
