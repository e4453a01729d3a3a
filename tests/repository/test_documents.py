"""What the documents name is there: files, modules, make targets, commands and their options."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from central.cli.command_line import parser as central
from kiosk.main.cli import parser as kiosk

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md")) if path.is_file()
)
SPAN: Final = re.compile(r"`([^`\n]+)`")
FENCED: Final = re.compile(r"^```\w*\n(.*?)^```|^((?: {4}\S.*\n)+)", re.MULTILINE | re.DOTALL)
MODULE: Final = re.compile(r"(?:protocol|kiosk|ui|sync|storage|central|starter|installer|schema|tests)(?:\.\w+)+")
PATH: Final = re.compile(
    r"(?:protocol|kiosk|ui|sync|storage|central|starter|installer|schema|tests|assets|docs)(?:/[\w.-]+)*/?"
)
LINK: Final = re.compile(r"\]\(([^)#:]+)\)")
CENTRE: Final = ROOT / "docs/centre.md"
ELSEWHERE: Final = {"docs/adr/NNNN-title.md", "ui.sections"}
"""A pattern of names, and a member of the service file."""


@cache
def written(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def spans(document: Path) -> list[str]:
    return SPAN.findall(written(document))


def lines(document: Path) -> list[str]:
    """What stands in blocks of code, a line each."""
    blocks = [fenced or indented for fenced, indented in FENCED.findall(written(document))]
    return [line.strip() for block in blocks for line in block.splitlines()]


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def faults(find: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """What `find` has against each document, where it has something."""
    return {named(document): found for document in DOCUMENTS if (found := find(document))}


def test_every_file_that_is_named_is_there() -> None:
    assert faults(_missing_files) == {}


def _missing_files(document: Path) -> list[str]:
    paths = [span.partition("::")[0] for span in spans(document) if PATH.fullmatch(span.partition("::")[0])]
    links = [(document.parent / link).resolve() for link in LINK.findall(written(document))]
    # Tests are named from the folder of the tests.
    missing = [path for path in paths if not ((ROOT / path).exists() or (ROOT / "tests" / path).exists())]
    return [path for path in missing if path not in ELSEWHERE] + [str(link) for link in links if not link.exists()]


def test_every_module_that_is_named_is_there_and_holds_what_is_named() -> None:
    assert faults(_missing_modules) == {}


def _missing_modules(document: Path) -> list[str]:
    modules = [span for span in spans(document) if MODULE.fullmatch(span) and span not in ELSEWHERE]
    return [module for module in modules if not stands(module.split("."))]


def stands(parts: list[str]) -> bool:
    """Whether the longest module that begins the name holds the rest as words."""
    for count in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:count])
        file = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if file.exists():
            text = file.read_text(encoding="utf-8")
            return all(re.search(rf"\b{part}\b", text) for part in parts[count:])
    return False


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    def missing(document: Path) -> list[str]:
        asked = [text.split()[1] for text in (*spans(document), *lines(document)) if text.startswith("make ")]
        return [target for target in asked if target not in targets]

    assert faults(missing) == {}


def test_every_command_that_is_shown_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    def misunderstood(document: Path) -> list[str]:
        shown = [line for line in lines(document) if line.startswith(("manfaz ", "manfaz-central "))]
        return [line for line in shown if not _understood(line)]

    assert faults(misunderstood) == {}, capsys.readouterr().err


@cache
def _parsers() -> dict[str, argparse.ArgumentParser]:
    return {"manfaz": kiosk(), "manfaz-central": central()}


def _understood(line: str) -> bool:
    program, *words = shlex.split(line, comments=True)
    try:
        _parsers()[program].parse_args(words)
    except SystemExit:
        return False
    return True


def test_every_command_that_a_text_names_is_there() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "assets/texts").glob("*.json")))
    named = set(re.findall(r"(?<![/\\])\bmanfaz ([a-z]+)", texts))
    assert len(named) > 3
    assert named - set(below(kiosk())) == set()


# ---- the commands of the staff (docs/centre.md)


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a command."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


@cache
def commands() -> dict[str, set[str]]:
    """Each command of the centre, and its options."""
    found: dict[str, set[str]] = {}
    waiting = list(below(central()).items())
    for name, parser in waiting:
        waiting += [(f"{name} {word}", inner) for word, inner in below(parser).items()]
        if not below(parser):
            found[name] = {option for action in parser._actions for option in action.option_strings}
    return found


@cache
def told() -> list[tuple[str, set[str]]]:
    """Each command before the colon of an item, and the options named with it."""
    section = written(CENTRE).partition("## What people do\n")[2].partition("\n## ")[0]
    found: list[tuple[str, set[str]]] = []
    for item in re.findall(r"^\* ((?:`[^`\n]+`|[^`:\n])+): ", section, re.MULTILINE):
        for span in SPAN.findall(item):
            words = [word for word in span.split() if re.fullmatch(r"[a-z-]+", word)]
            ways = [" ".join(words[:count]) for count in (3, 2, 1)]
            place = next((way for way in ways if way in commands()), span)
            found.append((place, set(re.findall(r"--[a-z-]+", span))))
    return found


def test_the_list_of_the_staff_names_commands_and_options_that_are_there() -> None:
    known = commands()
    assert len(told()) > 50
    assert [name for name, _ in told() if name not in known] == []
    assert [(name, options - known[name]) for name, options in told() if options - known[name]] == []


def test_each_command_of_the_staff_has_one_place() -> None:
    """`backup` and `fleet` are commands by themselves, and with a word."""
    names = [name for name, _ in told() if name not in {"backup", "fleet"}]
    assert names
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_no_cell_of_a_table_hides_a_chapter() -> None:
    cells = [
        cell.strip() for row in re.findall(r"^\|.*\|$", written(CENTRE), re.MULTILINE) for cell in row.split(" | ")
    ]
    assert len(cells) > 50
    assert [cell[:60] for cell in cells if len(cell) > 200] == []
