"""The `manfaz` command: what is asked of the kiosk at a terminal. What a command needs is imported by it alone."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Final, TextIO, cast

from kiosk import outside
from kiosk.main.command_grammar import DOCTOR_USAGE, USAGE, default_folder, parser, understood
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.terminal import CommandResult, carried_out, in_json, say_the_rest, sure, tell, undone_by_signals
from protocol.texts import LANGUAGES, say

__all__ = ["CORRUPT", "DOCTOR_USAGE", "OK", "REFUSED", "UNAVAILABLE", "USAGE", "default_folder", "main", "parser"]

NEEDING_CENTRE: Final = ("setup", "update", "move", "retire")
"""The counter itself opens also where the disk with the certificates is away."""
CA_BYTES: Final = 1 << 22
OK: Final = 0
REFUSED: Final = 1
UNAVAILABLE: Final = 3
CORRUPT: Final = 4


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
    return _COMMANDS[asked.command or "run"](asked)


def _look_for_certificates(file: str) -> None:
    """A slip in its name is not a centre that does not answer. Raises Refused("ca_none"), and as `outside.read`."""
    if b"-----BEGIN CERTIFICATE-----" not in outside.read(Path(file), CA_BYTES):
        raise Refused("ca_none", file=file)


def _run(asked: argparse.Namespace) -> int:
    from kiosk.main.startup import run

    return run(asked)


def _version(_asked: argparse.Namespace) -> int:
    from kiosk.main import store_commands

    print(store_commands.version())
    return OK


def _export(asked: argparse.Namespace) -> int:
    from kiosk.main import store_commands

    print(store_commands.export(asked.data, asked.file, tell if asked.despite_rollback else None))
    return OK


def _receipt(asked: argparse.Namespace) -> int:
    from kiosk.main.startup import receipt

    print(receipt(asked))
    return OK


def _verify(asked: argparse.Namespace) -> int:
    from kiosk.main import store_commands

    print(store_commands.verify(asked.file, asked.statement))
    return OK


def _doctor(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.doctor_command import doctor

    return doctor(asked)


def _backup(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.keep_command import backup

    return backup(asked)


def _restore(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.keep_command import restore

    return restore(asked)


def _leave(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.keep_command import leave

    return leave(asked, "move" if asked.command == "move" else "retire")


def _stick(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.stick_command import stick

    return stick(asked)


def _setup(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.setup_command import setup

    return setup(asked)


def _unsent(asked: argparse.Namespace) -> int:
    from kiosk.main import store_commands

    def left(look: Callable[[Path], int]) -> int:
        try:
            found = look(asked.data)
        except Refused as error:  # where nobody named a folder, this account never had a counter
            if error.code != "store_none" or asked.data != default_folder():
                raise
            found = 0
        print(f"not sent yet · لم يُرسل بعد: {found}")
        return found

    if left(store_commands.unsent):
        return REFUSED
    # counted once more behind the answer: nothing kept the counter shut while it was waited for
    if asked.erase and (not sure("terminal.erase", "terminal.erase_again") or left(store_commands.erase)):
        return REFUSED
    return OK


def _selftest(asked: argparse.Namespace) -> int:
    import json

    from kiosk.main.selftest.self_test import selftest

    report, worst = selftest(asked.picture, (asked.data, asked.rehearse) if asked.rehearse else None)
    print(json.dumps(report, indent=1))  # in ASCII: a Windows console may know no Arabic
    if worst is not None:
        raise worst
    return OK


def _update(asked: argparse.Namespace) -> int:
    from kiosk.main.commands.update_command import update

    return update(asked)


def _catalogue(asked: argparse.Namespace) -> int:
    from kiosk.main import store_commands

    if asked.action == "preview":
        print("\n".join(store_commands.preview(asked.files, asked.out, everything=asked.all)))
        return OK
    if asked.action == "ids":
        from protocol.catalogue.catalogue_ids import told

        found = store_commands.ids()
        print(in_json(found, 1) if asked.json else "\n".join(told(found)))
        return OK
    faults = store_commands.lint(asked.files)
    print("\n".join(faults) if faults else f"{len(asked.files)} service files are sound · الملفات سليمة")
    return REFUSED if faults else OK


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "run": _run, "version": _version, "selftest": _selftest, "doctor": _doctor, "export": _export, "receipt": _receipt,
    "verify": _verify, "catalogue": _catalogue, "backup": _backup, "restore": _restore, "move": _leave,
    "retire": _leave, "update": _update, "setup": _setup, "unsent": _unsent,
    "stick": _stick,
}  # fmt: skip
