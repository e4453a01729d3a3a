"""docs/attacks.md promises a test for each finding, docs/asvs.md one or a reason for each requirement: every test that
they name is there, and what is open says why.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.attacks import ORACLES

ROOT: Final = Path(__file__).parents[2]
SECTION: Final = re.compile(r"^### (\w+) .*\n((?:(?!^##).*\n?)*)", re.MULTILINE)
OPEN: Final = {"C3", "C6", "C10", "C12"}
"""Staff accounts, publishing locks, a standby's durability and postings per authority are built later."""
NAMED: Final = re.compile(r"`tests/(\w+(?:/\w+)*\.py)::(test_\w+)`")
REQUIREMENT: Final = re.compile(r"^\| (\d\.\d)\.(\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
ASVS: Final = {
    "3.3": 4, "3.5": 1, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4,
    "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
}  # fmt: skip
"""How many requirements of OWASP ASVS 5.0.0 have level 1 or 2, by section: they come before those of level 3."""


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    return dict(SECTION.findall(page("attacks.md")))


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", ["attacks.md", "asvs.md"])
def test_every_test_that_the_page_names_is_there(name: str) -> None:
    named = NAMED.findall(page(name))
    missing = [f"{file}::{name}" for file, name in named
               if not (ROOT / "tests" / file).is_file() or name not in names_in(ROOT / "tests" / file)]  # fmt: skip
    assert named
    assert missing == []


def test_every_finding_has_a_test_seen_to_fail_or_says_why_it_is_open() -> None:
    wanting = [finding for finding, text in sections().items()
               if not (finding in OPEN and re.search(r"^Open: \w.*\.", text, re.MULTILINE))
               and not (NAMED.search(text) and "On d192864: `" in text)]  # fmt: skip
    assert wanting == []


def test_every_requirement_has_a_row_with_what_holds_it() -> None:
    rows = [(section, int(n)) for section, n, _, _ in REQUIREMENT.findall(page("asvs.md"))]
    assert rows == [(section, n) for section, count in ASVS.items() for n in range(1, count + 1)]


def test_every_oracle_holds_something_and_catches_a_planted_bug() -> None:
    """A mark may stand on a module or a function; whatever it stands on, its number is a literal."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("test_*.py")))
    planted = {int(number) for number in re.findall(r"mark\.oracle\((\d+), planted=True\)", text)}
    held = {int(number) for number in re.findall(r"mark\.oracle\((\d+)\)", text)}
    assert (held, planted) == (set(ORACLES), set(ORACLES))
