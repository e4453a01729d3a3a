"""The command line of `manfaz-central`, made of its grammar. Help is in both languages."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, Final, NoReturn

from central.cli.console import Console, language_of
from central.cli.grammar import GRAMMAR, Grammar, Place, option, path, port, staff
from protocol.errors import Refused
from protocol.override import override
from protocol.program.explained import explain
from protocol.program.terminal import both, function_at, whole
from protocol.texts import LANGUAGES

Command = Callable[[Namespace, Console], None]
DATA: Final = "MANFAZ_CENTRE_DATA"
DATABASE: Final = "MANFAZ_CENTRE_DATABASE"
STAFF: Final = "MANFAZ_STAFF"
FINDINGS: Final = 40
"""Checks in the doctor's table."""


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

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    folder = os.environ.get(DATA) or os.path.expanduser("~/.local/share/manfaz-central")  # noqa: PTH111 - a text is wanted
    parser.add_argument("--data", type=path, default=default(folder), help=_both("data"))
    parser.add_argument("--database", default=default(os.environ.get(DATABASE)), metavar="URL", help=_both("database"))
    parser.add_argument("--root-dir", type=path, default=default(None), help=_both("root_dir"))
    parser.add_argument(
        "--staff", type=staff, default=default(os.environ.get(STAFF) or getpass.getuser()), help=_both("staff")
    )
    parser.add_argument("--json", action="store_true", default=default(False), help=_both("json"))
    parser.add_argument("--lang", choices=LANGUAGES, default=default(None), help=_both("lang"))
    return parser


def parser() -> ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="manfaz-central", description=_both("what"), epilog=_both("exits"), parents=[_common(top=True)])
    words = top.add_subparsers(dest="word", required=True, metavar="COMMAND")
    below = _common(top=False)
    serve = words.add_parser("serve", parents=[below], help=_both("serve"), description=_both("serve"))
    for name, how in (
        option("--host", default="127.0.0.1"), option("--port", type=port, default=8700),
        option("--public-address", default=""), option("--authority", default=""),
        option("--proxy", default="", metavar="ADDRESS"), option("--no-rate-limits", action="store_true"),
        option("--new", action="store_true"),
        option("--metrics-host", default="127.0.0.1"), option("--metrics-port", type=port, default=None),
    ):  # fmt: skip
        serve.add_argument(name, help=_both(f"serve.{name[2:]}"), **how)
    serve.set_defaults(run="serve_command:serve")
    work = words.add_parser("work", parents=[below], help=_both("work"), description=_both("work"))
    work.set_defaults(run="journal_commands:work_once")
    backup = words.add_parser("backup", parents=[below], help=_both("backup"), description=_both("backup"))
    backup.add_argument("words", type=path, nargs="*", metavar="FILE | begin | open REQUEST | prove FOLDER")
    backup.add_argument("--out", type=path, default="", metavar="FILE", help=_both("backup.out"))
    backup.add_argument("--elsewhere", action="store_true", help=_both("backup.elsewhere"))
    backup.set_defaults(run="backup_commands:backup")
    _fleet(words.add_parser("fleet", parents=[below], help=_both("fleet"), description=_both("fleet")))
    _grow(words, GRAMMAR, "", below)
    return top


def _fleet(parser: ArgumentParser) -> None:
    """The one command that does something without a further word."""
    parser.add_argument("what", nargs="?", choices=("list", "alerts", "metrics", "watch", "why"), default="list")
    for name, how in (
        option("--silent", action="store_true"), option("--missing", action="store_true"),
        option("--expired", action="store_true"), option("--trouble", action="store_true"),
        option("--needs-approval", action="store_true"), option("--version", default=""),
        option("--finding", type=whole(1, FINDINGS), default=0), option("--device", default=""),
        option("--because", default=""),
    ):  # fmt: skip
        parser.add_argument(name, help=_both(f"fleet.{name[2:]}"), **how)
    parser.set_defaults(run="fleet_commands:fleet")


def _grow(into: Any, grammar: Grammar, path: str, below: _Parser) -> None:
    for name, what in grammar.items():
        key = f"{path}{name}"
        if isinstance(what, dict):
            group = into.add_parser(name, help=_both(key), description=_both(key))
            _grow(group.add_subparsers(required=True, metavar="…"), what, f"{key}.", below)
            continue
        run, options = what
        one = into.add_parser(name, parents=[below], help=_both(key), description=_both(key))
        for flag, how in options:
            one.add_argument(flag, help=_both(f"option.{flag.removeprefix('--')}"), **how)
        one.set_defaults(run=run)


def command(place: Place) -> Command:
    """The function at `place`."""
    return function_at(f"central.cli.{place}")
