"""The `manfaz` command: what is asked of the kiosk at a terminal. What a command needs is imported by it alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Final, TextIO, cast

from kiosk import VERSION, outside
from kiosk.main.command_grammar import (
    CORRUPT,
    DOCTOR_USAGE,
    OK,
    REFUSED,
    UNAVAILABLE,
    USAGE,
    default_folder,
    parser,
    understood,
)
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.terminal import CommandResult, carried_out, function_at, say_the_rest, tell, undone_by_signals
from protocol.texts import LANGUAGES, say

__all__ = ["CORRUPT", "DOCTOR_USAGE", "OK", "REFUSED", "UNAVAILABLE", "USAGE", "default_folder", "main", "parser"]

NEEDING_CENTRE: Final = ("setup", "update", "move", "retire")
"""The counter itself opens also where the disk with the certificates is away."""
CA_BYTES: Final = 1 << 22


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
        chosen.append(asked.command or "run")
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


def _do(asked: argparse.Namespace) -> int:
    if asked.ca and asked.command in NEEDING_CENTRE:
        _look_for_certificates(asked.ca)
    return int(function_at(_COMMANDS[asked.command or "run"])(asked))


def _look_for_certificates(file: str) -> None:
    """A slip in its name is not a centre that does not answer. Raises Refused("ca_none"), and as `outside.read`."""
    if b"-----BEGIN CERTIFICATE-----" not in outside.read(Path(file), CA_BYTES):
        raise Refused("ca_none", file=file)


def version(_asked: argparse.Namespace) -> int:
    print(VERSION)
    return OK


_COMMANDS: Final = {
    "run": "kiosk.main.startup:run", "version": "kiosk.main.cli:version",
    "selftest": "kiosk.main.selftest.self_test:command", "doctor": "kiosk.main.commands.doctor_command:doctor",
    "export": "kiosk.main.commands.journal_command:export", "verify": "kiosk.main.commands.journal_command:verify",
    "receipt": "kiosk.main.commands.journal_command:receipt", "unsent": "kiosk.main.commands.journal_command:unsent",
    "catalogue": "kiosk.main.commands.catalogue_command:catalogue",
    "backup": "kiosk.main.commands.keep_command:backup", "restore": "kiosk.main.commands.keep_command:restore",
    "move": "kiosk.main.commands.keep_command:leave", "retire": "kiosk.main.commands.keep_command:leave",
    "update": "kiosk.main.commands.update_command:update", "setup": "kiosk.main.commands.setup_command:setup",
    "stick": "kiosk.main.commands.stick_command:stick",
}  # fmt: skip
"""Where each command is; what it needs is imported by it alone."""
