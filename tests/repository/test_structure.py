"""The three rules of the architecture. The contracts stand in pyproject.toml; `make check` runs them too."""

from __future__ import annotations

import ast

import pytest

from tests.repository.measure import MOST_METHODS, PACKAGES, ROOT, modules


@pytest.mark.parametrize("package", ["protocol", "kiosk", "ui", "sync", "storage", "central", "assets"])
def test_a_package_says_what_it_is_and_does_nothing_when_imported(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert all(isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) for node in tree.body[1:])


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_and_classes_have_a_docstring_and_few_public_methods(package: str) -> None:
    for module in modules(package):
        name = module.path.relative_to(ROOT)
        assert max(module.classes.values(), default=0) <= MOST_METHODS, name
        tree = ast.parse(module.path.read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        assert [ast.get_docstring(tree), *map(ast.get_docstring, classes)].count(None) == 0, name
