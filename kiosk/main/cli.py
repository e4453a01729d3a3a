"""The `manfaz` command: what is asked of the counter at a terminal, and what carries it out.

What a command needs is imported by it alone. What commands and arguments mean stands in `assets/texts/manfaz.json`.
"""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO, cast

from kiosk import VERSION
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.override import override
from protocol.program import outside
from protocol.program.command_line import Argument, Parser, argument, grow, option
from protocol.program.terminal import (
    CommandResult,
    both,
    carried_out,
    function_at,
    place,
    say_the_rest,
    tell,
    undone_by_signals,
    whole,
)
from protocol.texts import LANGUAGES, say
from starter.pointer import default_data

OK: Final = 0
REFUSED: Final = 1
UNAVAILABLE: Final = 3
CORRUPT: Final = 4
DOCTOR_USAGE: Final = 64
"""The doctor's own codes say how the counter is (`kiosk.upkeep.doctor.diagnosis`); this one, that the command
itself failed.
"""
FAMILY: Final = "manfaz.help"
PAPERS: Final = (".pdf", ".png")
DAY_S: Final = 86_400
SEQ_END: Final = 10**18
NEEDING_CENTRE: Final = ("setup", "update", "move", "retire")
"""The counter itself opens also where the disk with the certificates is away."""
CA_BYTES: Final = 1 << 22


class Command(NamedTuple):
    """A command of `manfaz`. `act` is ``module:function`` below `kiosk.main`; only a command that runs imports it."""

    words: str
    act: str
    arguments: tuple[Argument, ...]


def _command(words: str, act: str, *given: str | Argument) -> Command:
    return Command(words, act, tuple(map(argument, given)))


def _place(name: str, **how: Any) -> Argument:
    return option(name, type=place, **how)


def _paper_file(text: str) -> Path:
    if not text.lower().endswith(PAPERS):
        raise ArgumentTypeError(both("terminal.receipt"))
    return Path(text)


WINDOW: Final = "startup:run"
GRAMMAR: Final = (
    _command("run", WINDOW),
    _command("export", "commands.journal_command:export", _place("file"), "--despite-rollback?"),
    _command("verify", "commands.journal_command:verify", _place("file"), _place("--statement", required=True)),
    _command(
        "receipt", "commands.journal_command:receipt", option("seq", type=whole(1, SEQ_END)),
        option("file", type=_paper_file), option("--size", choices=("80mm", "A5"), default="80mm"),
    ),
    _command("catalogue lint", "commands.catalogue_command:catalogue", _place("files", nargs="+")),
    _command("catalogue ids", "commands.catalogue_command:catalogue", "--json?"),
    _command(
        "catalogue preview", "commands.catalogue_command:catalogue", _place("files", nargs="+"),
        _place("--out", default=Path()), "--all?",
    ),
    _command(
        "selftest", "selftest.self_test:command", _place("--picture"), _place("--rehearse", metavar="COPY")
    ),
    _command(
        "update", "commands.update_command:update", _place("--from", dest="source", metavar="FOLDER"), "--check?"
    ),
    _command(
        "doctor", "commands.doctor_command:doctor", "--json?", option("--only", metavar="N,…"), "--list?", "--fix?",
        _place("--support", metavar="FILE"),
    ),
    _command(
        "setup", "commands.setup_command:setup", "--accept?", "--slot", "--code",
        _place("--invitation", metavar="FILE"), _place("--request", metavar="FILE"), _place("--answer", metavar="FILE"),
        option("--answer-code", default="", metavar="CODE"), "--paper-seen?",
        option("--operator", default="", metavar="ID"), option("--operator-code", default="", metavar="CODE"), "--pin",
        "--technician", _place("--report", metavar="FOLDER"), option("--wait-s", type=whole(0, DAY_S), default=300),
        "--json?",
    ),
    _command("backup", "commands.keep_command:backup", _place("--choose", metavar="FOLDER")),
    _command(
        "restore", "commands.keep_command:restore", _place("backup"), _place("--request", metavar="FILE"),
        _place("--answer", metavar="FILE"), "--despite-newer?", "--without-pictures?",
    ),
    _command("move", "commands.keep_command:leave", "--check?"),
    _command("retire", "commands.keep_command:leave", "--check?"),
    _command("stick", "commands.journal_command:stick", option("way", choices=("out", "in")), _place("folder")),
    _command("unsent", "commands.journal_command:unsent", "--erase?"),
    _command("version", "cli:version"),
)  # fmt: skip


class _Parser(Parser):
    """Takes no option by its first letters alone: the starter, which reads some of them too, would understand another
    command.
    """

    def __init__(self, *words: Any, **how: Any) -> None:
        super().__init__(*words, **{"allow_abbrev": False} | how)
        self.set_defaults(whose=self)

    @override
    def usage_code(self) -> int:
        return DOCTOR_USAGE if self.prog.endswith(" doctor") else super().usage_code()


def understood(arguments: Sequence[str] | None) -> Namespace:
    """What was typed; what nobody understands is told by the command it stands behind."""
    typed = sys.argv[1:] if arguments is None else arguments
    meant = [one for one in GRAMMAR if one.words.split()[0] in (typed or ["run"])]
    asked, rest = parser(meant or GRAMMAR).parse_known_args(typed)
    if rest:
        asked.whose.error(f"unrecognized arguments: {' '.join(rest)}")
    return asked


def parser(commands: Sequence[Command] = GRAMMAR) -> Parser:
    """The whole command line, or of these commands alone: a window waits for no others. `run` is the default."""
    top = _Parser(
        "manfaz", description=both(f"{FAMILY}.what"), epilog=both(f"{FAMILY}.exits"),
        formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    grow(top, FAMILY, commands, (
        _place("--data", default=default_data()), "--centre", "--ca", option("--printer", default="none"),
        "--citizen-screen?", option("--language", choices=LANGUAGES, default="ar"), "--full-screen?", "--no-wizard?",
    ))  # fmt: skip
    top.set_defaults(command="run", run=GRAMMAR[0])
    return top


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; a foreseeable failure is three lines in both languages, never a traceback."""
    say_the_rest()
    out = CommandResult(sys.stdout)
    chosen: list[str] = []

    def work() -> int:
        try:
            asked = understood(arguments)
        except SystemExit:  # help was asked for, or a mistake has been told
            out.flush()
            raise
        chosen.append(asked.command)
        return _do(asked)

    with redirect_stdout(cast("TextIO", out)), undone_by_signals():
        return carried_out(work, out, lambda error: _failed(error, chosen), _tell_stopped)


def _failed(error: KioskError, chosen: Sequence[str]) -> int:
    tell(error)
    if "doctor" in chosen:
        return DOCTOR_USAGE
    return CORRUPT if isinstance(error, Corrupt) else UNAVAILABLE if isinstance(error, Unavailable) else REFUSED


def _tell_stopped() -> None:
    with suppress(OSError):
        for language in LANGUAGES if sys.stderr else ():
            print(say(language, "terminal.stopped"), file=sys.stderr)


def _do(asked: Namespace) -> int:
    if asked.ca and asked.command in NEEDING_CENTRE:
        _refuse_no_certificates(asked.ca)
    command: Command = asked.run
    act = function_at(f"kiosk.main.{command.act}")
    if command.act != WINDOW:
        gc.enable()  # off since `kiosk.__main__`; the window collects by a clock of its own
    return int(act(asked))


def _refuse_no_certificates(file: str) -> None:
    """A slip in its name is not a centre that does not answer. Raises Refused("ca_none"), and as `outside.read`."""
    if b"-----BEGIN CERTIFICATE-----" not in outside.read(Path(file), CA_BYTES):
        raise Refused("ca_none", file=file)


def version(_asked: Namespace) -> int:
    print(VERSION)
    return OK
