"""docs/counter.md promises a test for each complaint: every test it names is there, and no complaint is without one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
MAP: Final = ROOT / "docs" / "counter.md"
NAMED: Final = re.compile(r"`(\w+(?:/\w+)*\.py)::(test_\w+)`")
COMPLAINTS: Final = 15
"""Those that are numbered; what users ask for beside them stands in a table of its own."""


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows() -> list[str]:
    lines = MAP.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith(("| # ", "| ---", "| what "))]


def test_every_test_that_the_map_names_is_there() -> None:
    named = NAMED.findall(MAP.read_text(encoding="utf-8"))
    assert len(named) > 4 * COMPLAINTS
    missing = [f"{file}::{name}" for file, name in named
               if not (ROOT / "tests" / file).is_file() or name not in names_in(ROOT / "tests" / file)]  # fmt: skip
    assert missing == []


def test_every_complaint_has_a_test() -> None:
    assert [row for row in rows() if not NAMED.search(row)] == []
    numbers = {int(found[1]) for row in rows() if (found := re.match(r"\| (\d+) ", row))}
    assert numbers == set(range(1, COMPLAINTS + 1))
