"""A command line as a table: of each command its words, what carries it out, and its arguments.

What a command means is the text ``<family>.<words>``, the words joined by points; what an argument means to it is
``<family>.<words>.<name>``, else ``<family>.option.<name>``; what its exit codes mean, ``<family>.<words>.exits``. Help
shows both languages.
"""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, NoReturn, Protocol

from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.program.terminal import both, tell
from protocol.texts import table

Argument = tuple[str, dict[str, Any]]
USAGE: Final = 2
"""The exit code of a command that nobody understands."""
LONGEST_TOLD: Final = 300


class Command(Protocol):
    """A row of the table."""

    @property
    def words(self) -> str: ...
    @property
    def arguments(self) -> tuple[Argument, ...]: ...


def option(name: str, **how: Any) -> Argument:
    return name, how


def argument(text: str | Argument) -> Argument:
    """``name`` is a word that must stand there, ``--name`` an option, ``--name!`` one that must, ``--name?`` a flag."""
    if not isinstance(text, str):
        return text
    name = text.rstrip("!?")
    if text.endswith("?"):
        return option(name, action="store_true")
    if text.endswith("!"):
        return option(name, required=True)
    return option(name, default="") if text.startswith("-") else option(name)


class Parser(ArgumentParser):
    """Says to people what to do about a mistyped command, in both languages; argparse alone names the place."""

    @override
    def error(self, message: str) -> NoReturn:
        with suppress(OSError):
            self.print_usage(sys.stderr)
        self.explain(Refused("mistyped", message=message[:LONGEST_TOLD], command=self.prog))
        sys.exit(self.usage_code())

    def explain(self, error: KioskError) -> None:
        tell(error)

    def usage_code(self) -> int:
        return USAGE


def grow(top: Parser, family: str, commands: Iterable[Command], common: Iterable[str | Argument]) -> None:
    """Put the commands below `top`. The common arguments stand before a command or behind it, and are told at the top.

    `run` of what was parsed is the row of the table.
    """
    everywhere = [*map(argument, common)]
    for name, how in everywhere:
        top.add_argument(name, help=_meaning(family, "", name), **how)
    groups: dict[str, Any] = {"": top.add_subparsers(dest="command", metavar="COMMAND")}

    def add(words: str) -> Parser:
        above, _, name = words.rpartition(" ")
        if above not in groups:
            groups[above] = add(above).add_subparsers(dest="action", required=True, metavar="…")
        key = f"{family}.{words.replace(' ', '.')}"
        said, ends = both(key), both(f"{key}.exits") if f"{key}.exits" in table() else None
        made: Parser = groups[above].add_parser(name, help=said, description=said, epilog=ends)
        for option, how in everywhere:
            made.add_argument(option, **{**how, "default": SUPPRESS, "help": SUPPRESS})  # else it undoes what was said
        return made

    for command in commands:
        parser = add(command.words)
        for name, how in command.arguments:
            parser.add_argument(name, **{"help": _meaning(family, command.words, name), **how})
        parser.set_defaults(run=command)


def _meaning(family: str, words: str, name: str) -> str:
    own = f"{family}.{words.replace(' ', '.')}.{name.removeprefix('--')}"
    return both(own if own in table() else f"{family}.option.{name.removeprefix('--')}")
