"""docs/attacks.md promises a test for each finding: every test it names is there, and what is open says why."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

from tests.attacks import ORACLES

ROOT: Final = Path(__file__).parents[2]
SECTION: Final = re.compile(r"^### (\w+) .*\n((?:(?!^##).*\n?)*)", re.MULTILINE)
OPEN: Final = {"C3", "C6", "C10", "C12"}
"""Staff accounts, publishing locks, a standby's durability and postings per authority are built later."""
NAMED: Final = re.compile(r"`tests/(\w+(?:/\w+)*\.py)::(test_\w+)`")


def sections() -> dict[str, str]:
    return dict(SECTION.findall((ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")))


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_test_that_the_page_names_is_there() -> None:
    named = [found for text in sections().values() for found in NAMED.findall(text)]
    missing = [f"{file}::{name}" for file, name in named
               if not (ROOT / "tests" / file).is_file() or name not in names_in(ROOT / "tests" / file)]  # fmt: skip
    assert missing == []


def test_every_finding_has_a_test_seen_to_fail_or_says_why_it_is_open() -> None:
    wanting = [finding for finding, text in sections().items()
               if not (finding in OPEN and re.search(r"^Open: \w.*\.", text, re.MULTILINE))
               and not (NAMED.search(text) and "On d192864: `" in text)]  # fmt: skip
    assert wanting == []


def test_every_oracle_holds_something_and_catches_a_planted_bug() -> None:
    """A mark may stand on a module or a function; whatever it stands on, its number is a literal."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("test_*.py")))
    planted = {int(number) for number in re.findall(r"mark\.oracle\((\d+), planted=True\)", text)}
    held = {int(number) for number in re.findall(r"mark\.oracle\((\d+)\)", text)}
    assert (held, planted) == (set(ORACLES), set(ORACLES))
