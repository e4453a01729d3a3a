"""Coverage of the product by probes in its modules: ``pytest -p tests.probes`` (docs/adr/0056).

A tracer is asked at every line of every module, also of those that nobody measures. Here each module of the product is
compiled with a store into a list before every statement and at both ends of every branch, and nothing else is slower.
What was reached is written as coverage's own data: it combines, reports and gates. Processes that a test starts are
traced by coverage itself.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, TypeVar

import pytest
from coverage import CoverageData
from typing_extensions import override

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("protocol", "kiosk", "ui", "sync", "storage", "central", "starter")
CELLS: Final = "__reached__"
"""What the list is called within a module."""
BEGINNING: Final = -1

Arc = tuple[int, int]
"""From a line to a line; the end of a function is minus the line that it begins at."""
Branch = ast.If | ast.While | ast.For | ast.AsyncFor
Node = TypeVar("Node", bound=ast.AST)


# ---- planting ------------------------------------------------------------------------------------------------


class Planted:
    """A module's tree with its probes in it; `arcs` is what each of them tells."""

    def __init__(self, source: bytes) -> None:
        self.arcs: list[tuple[Arc, ...]] = []
        self.tree = ast.parse(source)
        self._silent = set(_silent(self.tree))
        self.tree.body = self._body(self.tree.body, BEGINNING)

    def _told_by(self, arcs: tuple[Arc, ...]) -> ast.Constant:
        self.arcs.append(arcs)
        return ast.Constant(len(self.arcs) - 1)

    def _probe(self, at: ast.AST, *arcs: Arc) -> ast.stmt:
        cell = ast.Subscript(ast.Name(CELLS, ast.Load()), self._told_by(arcs), ast.Store())
        return _placed(ast.Assign([cell], ast.Constant(1)), at)

    def _body(self, body: list[ast.stmt], after: int, *ways: Arc) -> list[ast.stmt]:
        """The statements with their probes. `after` is where their end leads, `ways` lead to the first of them."""
        planted: list[ast.stmt] = []
        then = after
        for place, statement in reversed([*enumerate(body)]):
            if statement in self._silent or (not place and _is_docstring(statement)):
                planted.append(statement)
                continue
            into = ways if statement is self._first(body) else ()
            probe = self._probe(statement, *into, *((BEGINNING, one) for one in _lines(statement)))
            self._within(statement, then)
            planted += [probe, statement] if _is_future(statement) else [statement, probe]
            then = _line(statement)
        return planted[::-1]

    def _first(self, body: Sequence[ast.stmt]) -> ast.stmt:
        return next(statement for statement in body if statement not in self._silent)

    def _begin(self, body: Sequence[ast.stmt]) -> int:
        return _line(self._first(body))

    def _within(self, statement: ast.stmt, then: int) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                statement.body = self._body(statement.body, -_line(statement))
            case ast.If():
                self._branch(statement, then, then)
            case ast.While() | ast.For() | ast.AsyncFor():
                self._branch(statement, _line(statement), then)
            case ast.With() | ast.AsyncWith():
                statement.body = self._body(statement.body, then)
            case ast.Try() | ast.TryStar():
                self._try(statement, then)
            case ast.Match():
                self._match(statement, then)

    def _branch(self, branch: Branch, after_body: int, then: int) -> None:
        here = _line(branch)
        branch.body = self._body(branch.body, after_body, (here, self._begin(branch.body)))
        if branch.orelse:
            branch.orelse = self._body(branch.orelse, then, (here, self._begin(branch.orelse)))
        else:
            branch.orelse = [self._probe(branch, (here, then))]

    def _try(self, tried: ast.Try | ast.TryStar, then: int) -> None:
        ended = self._begin(tried.finalbody) if tried.finalbody else then
        tried.body = self._body(tried.body, self._begin(tried.orelse) if tried.orelse else ended)
        for handler in tried.handlers:
            here = (BEGINNING, handler.lineno)
            if handler.type is not None:  # it is looked at, whether it is the one or not
                look = ast.Attribute(ast.Name(CELLS, ast.Load()), "__setitem__", ast.Load())
                looked = ast.Call(look, [self._told_by((here,)), ast.Constant(1)], [])
                handler.type = _placed(ast.BoolOp(ast.Or(), [looked, handler.type]), handler.type)
            handler.body = self._body(handler.body, ended, here)
        tried.orelse = self._body(tried.orelse, ended)
        tried.finalbody = self._body(tried.finalbody, then)

    def _match(self, match: ast.Match, then: int) -> None:
        """Who comes to a case has passed those above it."""
        here = _line(match)
        passed: tuple[Arc, ...] = ()
        for case in match.cases:
            passed = (*passed, (here, here := case.pattern.lineno))
            case.body = self._body(case.body, then, *passed, (here, self._begin(case.body)))
        if case.guard or not _takes_all(case.pattern):
            other = _placed(ast.MatchAs(), case.pattern)
            match.cases.append(ast.match_case(other, None, [self._probe(case.pattern, *passed, (here, then))]))


def _line(statement: ast.stmt) -> int:
    """The first of its lines."""
    return min(_lines(statement))


def _lines(statement: ast.stmt) -> Iterator[int]:
    """Where it begins; of a decorated one where each decorator begins, too."""
    yield statement.lineno
    yield from (one.lineno for one in getattr(statement, "decorator_list", ()))


def _silent(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements that do nothing: what is declared, and in a function what is annotated only."""
    for node in ast.walk(tree):
        match node:
            case ast.Global() | ast.Nonlocal():
                yield node
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from (one for one in ast.walk(node) if isinstance(one, ast.AnnAssign) and one.value is None)


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Constant(str())):
            return True
    return False


def _is_future(statement: ast.stmt) -> bool:
    """Nothing but a docstring may stand before it."""
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _takes_all(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchOr():
            return _takes_all(pattern.patterns[-1])
        case ast.MatchAs():
            return pattern.pattern is None or _takes_all(pattern.pattern)
    return False


def _placed(node: Node, at: ast.AST) -> Node:
    """On the lines of the statement that it belongs to: what fails there is told with them."""
    return ast.fix_missing_locations(ast.copy_location(node, at))


# ---- importing -----------------------------------------------------------------------------------------------


class _Loader(SourceFileLoader):
    """Compiles with probes, and past the byte code that is kept."""

    def __init__(self, name: str, path: str, reached: dict[str, Cells]) -> None:
        super().__init__(name, path)
        self._reached = reached

    @override
    def get_code(self, fullname: str) -> CodeType:
        planted = Planted(self.get_data(self.path))
        self._reached.setdefault(self.path, Cells(planted.arcs))  # loaded again it goes on with what it has reached
        return compile(planted.tree, self.path, "exec", dont_inherit=True)

    @override
    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        vars(module)[CELLS] = self._reached[self.path].cells
        exec(code, vars(module))


class Cells:
    """One for each probe of a module: 1 when it was reached."""

    def __init__(self, arcs: list[tuple[Arc, ...]]) -> None:
        self.cells = [0] * len(arcs)
        self._arcs = arcs

    def reached(self) -> set[Arc]:
        return {arc for arcs, cell in zip(self._arcs, self.cells, strict=True) if cell for arc in arcs}


class Finder:
    """Finds the product's modules as Python does, and has them loaded with probes."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self.reached: dict[str, Cells] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader) and self._is_measured(Path(spec.origin)):
            spec.loader = _Loader(name, spec.origin, self.reached)
        return spec

    def _is_measured(self, file: Path) -> bool:
        return file.is_relative_to(self._root) and "migrations" not in file.parts

    def save(self) -> None:
        """With nothing reached of what was not imported."""
        data = CoverageData(str(self._root / ".coverage"), suffix=True)
        files = (file for package in PACKAGES for file in (self._root / package).rglob("*.py"))
        data.add_arcs({name: cells.reached() for name, cells in self.reached.items()})
        data.touch_files([str(file) for file in files if self._is_measured(file)])
        data.write()


# ---- within pytest -------------------------------------------------------------------------------------------

_FINDER: Final = Finder()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    assert not any(name in PACKAGES for name in sys.modules)
    sys.meta_path.insert(0, _FINDER)


def pytest_collection_finish() -> None:
    """What runs the tests has them: the processes that begin now are theirs."""
    os.environ.update(COVERAGE_PROCESS_START=str(ROOT / "pyproject.toml"), COVERAGE_FILE=str(ROOT / ".coverage"))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _FINDER.save()
