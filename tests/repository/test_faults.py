"""Every picture and every test that docs/faults.md names is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
FAULTS = 34


def rows(page: str) -> list[list[str]]:
    """Number, words, pictures, tests."""
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| #")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(page: str) -> Iterator[str]:
    for number, _, pictures, tests in rows(page):
        for picture in pictures.split(", "):
            found = sorted((ROOT / "docs" / "screens").glob(f"{picture}.*.webp"))
            yield from [] if picture and found else [f"{number}: no picture of {picture}"]
        for test in tests.split(", "):
            path, _, name = test.partition("::")
            folder = ROOT if path.startswith("tests/") else ROOT / "tests" / "ui"
            yield from [] if name in functions(folder / path) else [f"{number}: no test {test}"]


def test_every_picture_and_test_that_is_named_is_there() -> None:
    assert list(missing(PAGE.read_text(encoding="utf-8"))) == []


def test_all_of_them_are_told() -> None:
    told = rows(PAGE.read_text(encoding="utf-8"))
    assert [row[0] for row in told] == [str(number) for number in range(1, FAULTS + 1)]
    assert all(len(row) == 4 and all(row) for row in told)


@pytest.mark.parametrize(
    ("picture", "test", "said"),
    [
        ("nowhere", "keys/test_keys.py::test_there_are_fifteen_tasks", "no picture of nowhere"),
        ("", "keys/test_keys.py::test_there_are_fifteen_tasks", "no picture of"),
        ("home", "keys/test_keys.py::test_of_nothing", "no test keys/test_keys.py::test_of_nothing"),
        ("home", "keys/test_gone.py::test_a", "no test keys/test_gone.py::test_a"),
        ("home", "", "no test"),
    ],
)
def test_what_is_not_there_is_found(picture: str, test: str, said: str) -> None:
    assert [line.startswith(f"1: {said}") for line in missing(f"| 1 | words | {picture} | {test} |")] == [True]
