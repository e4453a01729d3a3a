"""The command line of `manfaz-central`, made of its grammar. Help is in both languages."""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from inspect import signature
from typing import Any, Final

from central import VERSION, audit
from central.centre import Centre
from central.cli.console import Console, language_of
from central.cli.grammar import MACHINE, Command, commands, path, staff
from central.cli.opening import opened, sessions_folder
from protocol.errors import KioskError
from protocol.override import override
from protocol.program import explained
from protocol.program.command_line import Parser, grow, option
from protocol.program.no_dump import no_dump
from protocol.program.terminal import CommandResult, both, carried_out
from protocol.texts import LANGUAGES, say

DATA: Final = "MANFAZ_CENTRE_DATA"
DATABASE: Final = "MANFAZ_CENTRE_DATABASE"
STAFF: Final = "MANFAZ_STAFF"
SESSIONS: Final = "MANFAZ_CENTRE_SESSIONS"


class _Parser(Parser):
    """One that speaks the staff's language."""

    @override
    def explain(self, error: KioskError) -> None:
        wanted = next((language for language in LANGUAGES if f"--lang={language}" in sys.argv), None)
        for before, after in zip(sys.argv, sys.argv[1:], strict=False):
            wanted = after if before == "--lang" and after in LANGUAGES else wanted
        for sentence in explained.explain(language_of(wanted), error):
            sys.stderr.write(sentence + "\n")


def parser(typed: Sequence[str] = ()) -> Parser:
    """The whole command line, or of what was typed alone."""
    top = _Parser(prog="manfaz-central", description=both("central.help.what"), epilog=both("central.help.exits"))
    top.add_argument("--version", action="version", version=VERSION, help=both("central.help.program_version"))
    data = os.environ.get(DATA) or os.path.expanduser("~/.local/share/manfaz-central")  # noqa: PTH111 - a text is wanted
    grow(top, "central.help", commands(typed), (
        option("--data", type=path, default=data),
        option("--database", default=os.environ.get(DATABASE), metavar="URL"),
        option("--root-dir", type=path, default=None),
        option("--staff", type=staff, default=os.environ.get(STAFF) or None),
        option("--sessions", type=path, default=os.environ.get(SESSIONS) or sessions_folder()),
        "--json?", option("--lang", choices=LANGUAGES, default=None),
    ))  # fmt: skip
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; what can be foreseen never shows a traceback.

    0 done, 2 usage, 3 refused, 4 away, 5 corrupt, 130 stopped by Ctrl+C, 141 nobody read the answer.
    """
    no_dump()
    typed = sys.argv[1:] if arguments is None else arguments
    top = parser(typed)
    options = top.parse_args(typed)
    if options.command is None:  # the centre does nothing without a word
        top.error("the following arguments are required: COMMAND")
    out = CommandResult(sys.stdout)
    console = Console(out, sys.stderr or io.StringIO(), language_of(options.lang), options.json)

    def stopped() -> None:
        console.err.write("\n" + say(console.language, "central.cli.stopped") + "\n")

    return carried_out(lambda: carry_out(options, console), out, console.failed, stopped)


def carry_out(options: Namespace, console: Console) -> int:
    """Do what was asked for, and say what came of it once that is kept."""
    command: Command = options.run
    need = command.needed(options)
    with ExitStack() as begun:
        known: dict[str, Any] = {"options": options, "console": console}
        if command.takes != "nothing":
            known["centre"] = begun.enter_context(opened(options))
            known |= _whoever(known["centre"], options, console, need)
        elif need != MACHINE:
            with opened(options) as centre:
                known |= _whoever(centre, options, console, need)
        if command.takes in ("writing", "reading"):
            store = known["centre"].store
            begin = store.writing if command.takes == "writing" else store.reading
            known["session"] = begun.enter_context(begin())
        known = vars(options) | known
        answer = command.does(**{name: known[name] for name in signature(command.does).parameters if name in known})
    console.answer(command.shown, answer)
    return 0


def _whoever(centre: Centre, options: Namespace, console: Console, need: str) -> dict[str, Any]:
    """Who gives the command, once he is known and may; what he does is written down under his name."""
    if need == MACHINE:
        options.staff = audit.CENTRE
        return {}
    # Late: a service and a timer need neither.
    from central.cli import permissions, signed_in  # noqa: PLC0415 - see above

    person = signed_in.person(centre, options, console)
    with centre.store.reading() as session:
        permissions.refuse(session, person, need, options)
    options.staff = person.account
    return {"person": person}
