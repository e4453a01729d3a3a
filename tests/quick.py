"""`make quick`: lint, types and texts of what changed, and the tests that stand nearest to it, in some 90 seconds.

What changed: on a branch all that differs from main, on main what is not committed yet. The nearest tests are those of
the same folder, then those that reach it over the fewest imports; a patch by name counts as one. They run first, and
none is begun that could end too late. How many were left is said: `make test` runs them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

WHOLE_S: Final = 90
RESERVE_S: Final = 25
"""For the last test begun, and for the end."""
TESTS_S: Final = 30
"""From the moment they are collected they have this long at least: a run without a test finds nothing."""
FILES: Final = 40
ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("protocol", "kiosk", "ui", "sync", "storage", "central", "starter", "installer", "tests")
_IMPORT: Final = re.compile(r"^[ \t]*(?:from ([\w.]+) import (\([^)]*\)|[^\n]*)|import ([\w., ]+))", re.MULTILINE)
_NAMED: Final = re.compile(rf'"((?:{"|".join(PACKAGES)})(?:\.\w+)+)"')


# ---- what changed --------------------------------------------------------------------------------------------


def _git(*command: str) -> list[str]:
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def changed() -> set[Path]:
    """Files that are there and differ, committed or not."""
    (base,) = _git("merge-base", "HEAD", "main")
    names = [*_git("diff", "--name-only", base), *_git("ls-files", "--others", "--exclude-standard")]
    return {ROOT / name for name in names if (ROOT / name).is_file()}


# ---- who imports it ------------------------------------------------------------------------------------------


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def named_in(text: str) -> Iterator[str]:
    """Modules, and members of modules, that a text imports or names."""
    for origin, members, plain in _IMPORT.findall(text):
        yield from (name.split(" as ")[0].strip() for name in plain.split(",") if name)
        if origin:
            yield origin
            yield from (f"{origin}.{name.split(' as ')[0].strip()}" for name in members.strip("()").split(","))
    yield from _NAMED.findall(text)


def importers(texts: dict[str, str]) -> dict[str, set[str]]:
    """For each module those that import it; a test imports the conftests of the folders above it."""
    found = defaultdict(set)
    for name, text in texts.items():
        for wanted in named_in(text):
            while wanted and wanted not in texts:
                wanted = wanted.rpartition(".")[0]  # noqa: PLW2901
            found[wanted].add(name)
        above = name.split(".")[:-1]
        for depth in range(1, len(above) + 1):
            if (conftest := ".".join([*above[:depth], "conftest"])) in texts:
                found[conftest].add(name)
    return found


def distances(begun: Iterable[str], known_by: dict[str, set[str]]) -> dict[str, int]:
    """How far each module stands from the nearest of `begun`."""
    far = dict.fromkeys(begun, 0)
    ring = set(far)
    while ring:
        ring = {name for one in ring for name in known_by.get(one, ())} - far.keys()
        far |= dict.fromkeys(ring, max(far.values()) + 1)
    return far


def says(file: Path) -> list[str]:
    """What stands in a module that uses this file: its name or its folder's; of texts one of their keys."""
    if file.parent.name != "texts":
        return [file.name, f'"{file.parent.name}"']
    return [f'"{key.removeprefix("error.")}"' for key in json.loads(file.read_text("utf-8"))]


def nearest_tests(files: set[Path]) -> list[Path]:
    """Test files that reach one of `files`, the nearest first. What is no module is reached by who names it."""
    sources = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    texts = {module_name(file): file.read_text("utf-8") for file in sources}
    begun = {module_name(file) for file in files & set(sources)}
    for file in files - set(sources):
        words = says(file)
        begun |= {name for name, text in texts.items() if any(word in text for word in words)}
        begun |= {name for name in texts if name.startswith("tests.repository.")}
    far = distances(begun, importers(texts))
    tests = [file for file in sources if file.name.startswith("test_") and module_name(file) in far]
    mirrored = {file.parent.relative_to(ROOT) for file in files}

    def order(test: Path) -> tuple[bool, int, str]:
        folder = test.parent.relative_to(ROOT / "tests")
        return folder not in mirrored, far[module_name(test)], str(test)

    return sorted(tests, key=order)


# ---- within pytest -------------------------------------------------------------------------------------------

_LEFT = pytest.StashKey[int]()
_UNTIL = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--begin-until", type=float, help="a moment of time.time(): no test begins later, but the nearest")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the order of the files that were named; from now on the time counts."""
    config.stash[_UNTIL] = max(config.getoption("--begin-until"), time.time() + TESTS_S)
    place = {Path(name).resolve(): number for number, name in enumerate(config.args)}
    items.sort(key=lambda item: (place[item.path], item.get_closest_marker("slow") is not None))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    if time.time() <= item.config.stash[_UNTIL]:
        return None
    item.config.stash[_LEFT] = item.config.stash.get(_LEFT, 0) + 1
    return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(_LEFT, 0)


def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_LEFT] = node.config.stash.get(_LEFT, 0) + node.workeroutput["left"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left := config.stash.get(_LEFT, 0):
        terminalreporter.write_line(f"quick: {left} tests further away were not begun; make test runs them")


# ---- the command ---------------------------------------------------------------------------------------------


def _checks(files: set[Path]) -> Iterator[tuple[str, list[str]]]:
    sources = sorted(str(file.relative_to(ROOT)) for file in files if file.suffix == ".py")
    if sources:
        yield "lint", [".venv/bin/ruff", "check", "-q", *sources]
        yield "format", [".venv/bin/ruff", "format", "-q", "--check", *sources]
        yield "types", [".venv/bin/mypy", "--no-error-summary"]
    if any("assets" in file.parts for file in files):
        yield "texts", [sys.executable, "-m", "tests.repository.check_texts"]


def main(workers: str) -> int:
    began = time.time()
    files = changed()
    if not files:
        print("quick: nothing differs from main")
        return 0
    for name, command in _checks(files):
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
        print(f"quick: {name}: sound")
    tests = nearest_tests(files)
    run = [str(test.relative_to(ROOT)) for test in tests[:FILES]]
    if not run:
        print("quick: no test reaches what changed")
        return 0
    until = began + WHOLE_S - RESERVE_S
    print(f"quick: {len(run)} of {len(tests)} test files that reach what changed, the nearest first")
    return subprocess.run([
        "tests/with_keystore.sh", sys.executable, "-m", "pytest", "-q", "-p", "tests.quick", "-p", "no:randomly",
        "-n", workers, "--dist", "load", "--maxschedchunk", "2", f"--begin-until={until}", *run,
    ], cwd=ROOT, check=False).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
