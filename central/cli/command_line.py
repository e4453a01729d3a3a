"""The command line of `manfaz-central`, made of its grammar. Help is in both languages."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from argparse import ArgumentParser, Namespace
from typing import Any, Final, NoReturn

from central.cli.console import Console, language_of
from central.cli.grammar import GRAMMAR, Command, path, staff
from central.cli.opening import opened
from protocol.errors import Refused
from protocol.override import override
from protocol.program.explained import explain
from protocol.program.terminal import both, function_at
from protocol.texts import LANGUAGES, table

DATA: Final = "MANFAZ_CENTRE_DATA"
DATABASE: Final = "MANFAZ_CENTRE_DATABASE"
STAFF: Final = "MANFAZ_STAFF"


class _Parser(ArgumentParser):
    """One that says in the staff's language what to do about a mistyped command; argparse names the place."""

    @override
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        wanted = next((language for language in LANGUAGES if f"--lang={language}" in sys.argv), None)
        for before, after in zip(sys.argv, sys.argv[1:], strict=False):
            wanted = after if before == "--lang" and after in LANGUAGES else wanted
        mistyped = Refused("mistyped", message=message, command=self.prog)
        for sentence in explain(language_of(wanted), mistyped):
            sys.stderr.write(sentence + "\n")
        sys.exit(2)


def _both(key: str) -> str:
    return both(f"central.help.{key}")


def _common(*, top: bool) -> _Parser:
    """Options that may stand before or after the command; the latter leave the former's values alone."""
    parser = _Parser(add_help=False)

    def add(name: str, value: object, **how: Any) -> None:
        default = value if top else argparse.SUPPRESS
        parser.add_argument(f"--{name}", default=default, help=_both(name.replace("-", "_")), **how)

    add("data", os.environ.get(DATA) or os.path.expanduser("~/.local/share/manfaz-central"), type=path)  # noqa: PTH111 - a text is wanted
    add("database", os.environ.get(DATABASE), metavar="URL")
    add("root-dir", None, type=path)
    add("staff", os.environ.get(STAFF) or getpass.getuser(), type=staff)
    add("json", value=False, action="store_true")
    add("lang", None, choices=LANGUAGES)
    return parser


def parser() -> ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="manfaz-central", description=_both("what"), epilog=_both("exits"), parents=[_common(top=True)])
    groups = {"": top.add_subparsers(dest="word", required=True, metavar="COMMAND")}
    below = _common(top=False)
    for command in GRAMMAR:
        one = _add(groups, command.words, parents=[below])
        for flag, how in command.arguments:
            told = {} if "help" in how else {"help": _meaning(command, flag.removeprefix("--"))}
            one.add_argument(flag, **told, **how)
        one.set_defaults(run=command)
    return top


def _add(groups: dict[str, Any], words: str, **how: Any) -> Any:
    """A parser for `words`, and one for each word before the last that has none yet."""
    above, _, name = words.rpartition(" ")
    if above not in groups:
        groups[above] = _add(groups, above).add_subparsers(required=True, metavar="…")
    said = _both(words.replace(" ", "."))
    return groups[above].add_parser(name, help=said, description=said, **how)


def _meaning(command: Command, name: str) -> str:
    """What the option means to this command, else what it means to all."""
    own = f"{command.words}.{name}"
    return _both(own if f"central.help.{own}" in table() else f"option.{name}")


def carry_out(options: Namespace, console: Console) -> None:
    """Do what was asked for, and say what came of it once that is kept."""
    command: Command = options.run
    act = function_at(command.act)
    if command.takes == "nothing":
        answer = act(options, console)
    else:
        with opened(options) as centre:
            if command.takes == "centre":
                answer = act(centre, options)
            else:
                with centre.store.writing() if command.takes == "writing" else centre.store.reading() as session:
                    answer = act(centre, session, options)
    console.answer(command.shown, answer)
