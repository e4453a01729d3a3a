"""How large the product is, package by package: ``python -m tests.repository.measure``."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("protocol", "kiosk", "ui", "sync", "storage", "central", "starter", "installer")
MOST_METHODS: Final = 20
_SILENT: Final = frozenset({
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER
})  # fmt: skip
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Module:
    """One file: its lines, those of code, how long each function is, how many public methods each class has."""

    path: Path
    lines: int
    code: int
    functions: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)


def modules(package: str) -> Iterator[Module]:
    """Every module of the package, but Alembic's: they are written once and never again."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield measured(path)


def measured(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    found = Module(path, text.count("\n"), _code(text, tree))
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            found.functions[node.name] = max(found.functions.get(node.name, 0), _length(node))
        elif isinstance(node, ast.ClassDef):
            found.classes[node.name] = _public(node)
    return found


def _code(text: str, tree: ast.Module) -> int:
    """Lines that are neither blank nor comment nor docstring."""
    prose: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            prose.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _SILENT:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - prose)


def _length(node: Definition) -> int:
    """Lines of the function without its docstring."""
    first = node.body[0]
    prose = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (node.end_lineno or 0) - node.lineno + 1 - ((first.end_lineno or 0) - first.lineno + 1 if prose else 0)


def _public(node: ast.ClassDef) -> int:
    names = {one.name for one in node.body if isinstance(one, Definition)}
    return sum(not name.startswith("_") for name in names)


def main() -> None:
    head = ("files", "lines", "code", "functions > 30", "classes > 15 methods", "modules < 40")
    print(f"{'':10}", *(f"{name:>{len(name) + 2}}" for name in head))
    sums = [0] * len(head)
    for package in PACKAGES:
        found = list(modules(package))
        row = [
            len(found), sum(one.lines for one in found), sum(one.code for one in found),
            sum(length > 30 for one in found for length in one.functions.values()),
            sum(count > 15 for one in found for count in one.classes.values()),
            sum(one.lines < 40 and one.path.name != "__init__.py" for one in found),
        ]  # fmt: skip
        sums = [total + more for total, more in zip(sums, row, strict=True)]
        print(f"{package:10}", *(f"{value:>{len(name) + 2},}" for name, value in zip(head, row, strict=True)))
    print(f"{'':10}", *(f"{value:>{len(name) + 2},}" for name, value in zip(head, sums, strict=True)))


if __name__ == "__main__":
    main()
