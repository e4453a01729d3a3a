"""The probes say what coverage's own tracer says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any, Final

import pytest
from coverage import Coverage, CoverageData
from coverage.parser import PythonParser
from coverage.results import Numbers

from tests.harness.probes.finder import PACKAGES, ROOT, Cells, Finder
from tests.harness.probes.planting import CELLS, Planted

EVERY_CONSTRUCT: Final = '''"""One function for each way that leads on from a line."""

from __future__ import annotations

import contextlib
from enum import Enum
from typing import Protocol

COUNT = 0
"""Told about."""


class Port(Protocol):
    """What somebody has."""

    def ask(self) -> int: ...
    @property
    def word(self) -> str: ...


class Colour(Enum):
    RED = 1
    if COUNT:
        GREEN = 2


def decorated(
    one: int = 1,
    *,
    two: int = 2,
):
    """Many lines, one statement."""
    def same(function):
        return function
    return same


@decorated(
    two=3,
)
@decorated()
class Worn:
    """Nothing but a docstring."""


@decorated()
@staticmethod
def declares(x):
    global COUNT
    COUNT += 1
    if x:
        global OTHER
        OTHER = 2


def condition(x):
    if (
        x == 1
        or x == 2
    ):
        return "one"
    elif x == 3:
        x += 1
    if x == 4:
        if x and COUNT >= 0:
            x += 1


def loops(x):
    while x > 0:
        x -= 1
        if x == 5:
            continue
        if x == 3:
            break
    else:
        x = 7
    for one in range(x):
        if one == 2:
            break
    for one in range(x):
        for two in range(one):
            if two == 4:
                return two
    while True:
        if x > 3:
            return x
        x += 1


def tries(x):
    try:
        if x == 1:
            raise ValueError
        if x == 2:
            raise KeyError
        if x == 3:
            {}["x"]
        if x == 4:
            raise OSError
    except ValueError:
        if x:
            x = 2
    except (
        KeyError,
        IndexError,
    ) as error:
        raise RuntimeError from error
    else:
        if x == 5:
            x = 6
    finally:
        if x == 6:
            x = 7
        x += 0
    try:
        if x == 7:
            1 / 0
    except:
        pass
    with contextlib.suppress(ValueError):
        if x == 8:
            raise ValueError
        if x == 9:
            return 9


def groups(x):
    try:
        if x:
            raise ExceptionGroup("some", [ValueError(), KeyError()])
    except* ValueError:
        x = 2
    except* OSError:
        x = 3


def cases(x):
    match x:
        case 1:
            y = 1
        case [a, b] if a > b:
            y = a
        case (
            "x"
            | "y"
        ):
            y = 2
    match x:
        case 1 | 2:
            return 3
        case {"a": y}:
            if y:
                return y
            y = 3
        case other:
            return other
    match x:
        case int():
            pass
        case _ if x == 3:
            pass


async def later(x):
    async with contextlib.AsyncExitStack():
        if x:
            await later(x - 1)
    async for one in counted(x):
        if one:
            break


async def counted(x):
    while x:
        yield x
        x -= 1


def nested(x):
    def inner():
        nonlocal x
        x += 1
        yield x
        if x > 3:
            yield from inner()
    class Own:
        if x:
            y = 1
    return sum(lambda_(one) for one in inner() if one) if x else [one for one in range(x)]


lambda_ = lambda x: (
    x + 1
)
'''

CALLS: Final[dict[str, tuple[Any, ...]]] = {
    "declares": (0, 1),
    "condition": (0, 1, 2, 3, 4),
    "loops": (0, 1, 4, 6, 9),
    "tries": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    "groups": (0, 1),
    "cases": (1, 2, 3, (1, 2), (2, 1), "x", "z", {"a": 0}, {"a": 1}),
    "later": (0, 1),
    "nested": (0, 1, 2),
}


Arcs = set[tuple[int, int]]
Work = Callable[[dict[str, Any]], None]


def call(module: dict[str, Any], name: str, given: Any) -> None:
    """How it ends is another way out of it."""
    with contextlib.suppress(Exception, StopIteration):
        made = module[name](given)
        while hasattr(made, "send"):
            made.send(None)


def by_probes(file: Path, work: Work) -> Arcs:
    planted = Planted(file.read_bytes())
    cells = Cells(planted.arcs)
    module = {"__name__": "constructs", CELLS: cells.cells}
    exec(compile(planted.tree, str(file), "exec"), module)
    work(module)
    return cells.reached()


def by_tracer(file: Path, work: Work) -> Arcs:
    coverage = Coverage(data_file=None, branch=True, config_file=False, include=[str(file)])
    module = {"__name__": "constructs"}
    with coverage.collect():
        exec(compile(file.read_bytes(), str(file), "exec"), module)
        work(module)
    return set(coverage.get_data().arcs(str(file)) or ())


def reported(file: Path, arcs: Arcs) -> tuple[Numbers, set[int], dict[int, list[int]]]:
    """What coverage makes of it: the figures, the lines and the branches that are missing."""
    coverage = Coverage(data_file=str(file.with_suffix(".data")), config_file=str(ROOT / "pyproject.toml"))
    data = coverage.get_data()
    data.erase()
    data.add_arcs({str(file): arcs})
    found = coverage._analyze(str(file))
    return found.numbers, found.missing, dict(found.missing_branch_arcs())


@pytest.fixture(scope="module")
def constructs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("probes") / "constructs.py"
    file.write_text(EVERY_CONSTRUCT, encoding="utf-8")
    return file


@pytest.mark.parametrize(("name", "given"), [(name, given) for name, every in CALLS.items() for given in every])
def test_a_call_reaches_what_coverages_own_tracer_sees(constructs: Path, name: str, given: Any) -> None:
    def work(module: dict[str, Any]) -> None:
        call(module, name, given)

    assert reported(constructs, by_probes(constructs, work)) == reported(constructs, by_tracer(constructs, work))


def test_all_calls_together_reach_what_the_tracer_sees(constructs: Path) -> None:
    def work(module: dict[str, Any]) -> None:
        for name, every in CALLS.items():
            for given in every:
                call(module, name, given)

    ours = reported(constructs, by_probes(constructs, work))
    assert ours == reported(constructs, by_tracer(constructs, work))
    numbers, *_ = ours
    assert 0 < numbers.n_missing < 9
    assert 0 < numbers.n_missing_branches < 12


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES)
def test_every_statement_and_branch_of_the_product_has_its_probe(package: str) -> None:
    """Those that coverage counts and no other: not a line nor a way out of one that it does not know."""
    exclude = "|".join(f"(?:{one})" for one in Coverage(config_file=str(ROOT / "pyproject.toml")).get_exclude_list())
    for file in modules(package):
        parser = PythonParser(file.read_text(encoding="utf-8"), exclude=exclude)
        parser.parse_source()
        ours = parser.translate_arcs(arc for arcs in Planted(file.read_bytes()).arcs for arc in arcs)
        branches = {line for line, exits in parser.exit_counts().items() if exits > 1}
        assert parser.statements <= {line for _, line in ours}, file
        assert {arc for arc in parser.arcs() if arc[0] in branches} == {arc for arc in ours if arc[0] in branches}, file


def modules(package: str) -> list[Path]:
    return [file for file in sorted((ROOT / package).rglob("*.py")) if "migrations" not in file.parts]


def test_what_is_imported_and_what_is_not_is_written_for_coverage(tmp_path: Path) -> None:
    package = tmp_path / "starter"
    package.mkdir()
    (package / "reached.py").write_text("def one(x):\n    if x:\n        return 1\n    return 2\n")
    (package / "idle.py").write_text("x = 1\n")
    finder = Finder(tmp_path)
    spec = finder.find_spec("starter.reached", [str(package)])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.one(0) == 2
    finder.save()
    (written,) = tmp_path.glob(".coverage.*")
    data = CoverageData(str(written))
    data.read()
    assert data.measured_files() == {str(package / "reached.py"), str(package / "idle.py")}
    assert set(data.lines(str(package / "reached.py")) or ()) == {1, 2, 4}
    assert data.lines(str(package / "idle.py")) == []


def test_what_is_loaded_again_keeps_what_it_has_reached(tmp_path: Path) -> None:
    package = tmp_path / "starter"
    package.mkdir()
    file = package / "twice.py"
    file.write_text("def one(x):\n    if x:\n        return 1\n    return 2\n")
    finder = Finder(tmp_path)
    for given in (0, 1):
        spec = finder.find_spec("starter.twice", [str(package)])
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.one(given)
    assert {line for _, line in finder.reached[str(file)].reached()} >= {1, 2, 3, 4}


def test_what_is_not_the_products_is_found_as_ever(tmp_path: Path) -> None:
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk" / "laid.py").write_text("x = 1\n")
    assert Finder(ROOT).find_spec("json") is None
    spec = Finder(ROOT).find_spec("kiosk.laid", [str(tmp_path / "kiosk")])
    assert spec is not None
    assert type(spec.loader) is SourceFileLoader
