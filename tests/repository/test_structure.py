"""The three rules of the architecture. The contracts stand in pyproject.toml; `make check` runs them too."""

from __future__ import annotations

import ast

import pytest

from tests.repository.measure import LONGEST_FUNCTION, LONGEST_MODULE, MOST_METHODS, PACKAGES, ROOT, excess, modules


@pytest.mark.parametrize("package", ["protocol", "kiosk", "ui", "sync", "storage", "central", "assets"])
def test_a_package_says_what_it_is_and_does_nothing_when_imported(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert all(isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) for node in tree.body[1:])


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_functions_and_classes_stay_small_and_say_what_they_are(package: str) -> None:
    for module in modules(package):
        name = module.path.relative_to(ROOT)
        assert module.lines <= LONGEST_MODULE, name
        assert max(module.functions.values(), default=0) <= LONGEST_FUNCTION, name
        assert max(module.classes.values(), default=0) <= MOST_METHODS, name
        tree = ast.parse(module.path.read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        assert [ast.get_docstring(tree), *map(ast.get_docstring, classes)].count(None) == 0, name


def test_the_product_keeps_to_its_budget_of_lines() -> None:
    """Whoever goes over it takes something out, or raises it and says what the lines buy."""
    assert excess() == 0
