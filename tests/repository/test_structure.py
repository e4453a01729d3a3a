"""The three rules of the architecture. The contracts stand in pyproject.toml; `make check` runs them too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["protocol", "kiosk", "ui", "sync", "storage", "central", "assets"])
def test_a_package_says_what_it_is_and_does_nothing_when_imported(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert all(isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) for node in tree.body[1:])
