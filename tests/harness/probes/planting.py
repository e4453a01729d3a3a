"""A module's syntax tree with its probes in it (docs/adr/0056)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

CELLS: Final = "__reached__"
"""What the list is called within a module."""
BEGINNING: Final = -1

Arc = tuple[int, int]
"""From a line to a line; the end of a function is minus the line that it begins at."""
Branch = ast.If | ast.While | ast.For | ast.AsyncFor
Node = TypeVar("Node", bound=ast.AST)


class Planted:
    """A module's tree with its probes in it; `arcs` is what each of them tells."""

    def __init__(self, source: bytes) -> None:
        self.arcs: list[tuple[Arc, ...]] = []
        self.tree = ast.parse(source)
        self._silent = set(_silent(self.tree))
        self.tree.body = self._body(self.tree.body, BEGINNING)

    def take_cells(self) -> None:
        """Its list comes from its loader, whoever runs it: an import, or `python -m`."""
        body = self.tree.body
        first = max((place + 1 for place, one in enumerate(body) if _is_future(one)), default=_is_docstring(body[0]))
        taken = ast.Assign(
            [ast.Name(CELLS, ast.Store())], ast.Attribute(ast.Name("__loader__", ast.Load()), "cells", ast.Load())
        )
        body.insert(first, _placed(taken, body[0]))

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
