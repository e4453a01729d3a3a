"""`manfaz`, as it is installed: choose a version and run it; try a new one first and go back when it is bad.

Runs as a package (``-m starter``) and as a folder (``python PROGRAM/starter``), which isolated interpreters can.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from starter import starts, trial, versions
from starter.launch import AS, PROGRAM, Running, run_here, start_again
from starter.lock import Busy, ProgramLock
from starter.pointer import default_data
from starter.signs import AGAIN, FAILED, MARK
from starter.words import BUSY_AR, BUSY_EN, NOTHING_AR, NOTHING_EN, tell

COUNTER = "run"
ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP")
"""The end of a session, Ctrl+C, a terminal that is closed: as the counter hears them itself."""


def main(arguments: Sequence[str] | None = None, program: Path | None = None) -> int:
    """The exit code. `program` is the folder that the installer wrote, where it is not the one around this file."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    program = program or Path(__file__).resolve().parent.parent
    os.environ[PROGRAM] = str(program)
    if given[:1] == [AS]:
        return run_here(Path(given[1]), given[2:])
    data = data_folder(given)
    os.environ.pop(MARK, None)
    ended = _try(program, data, given) if counter_wanted(given) else None
    code = _run_first(program, data, given) if ended is None else ended
    return start_again(given) if code == AGAIN else code


def data_folder(arguments: Sequence[str]) -> Path:
    """As `kiosk.main.cli` reads it: --data, else where this user's programs keep theirs."""
    for at in reversed(range(len(arguments))):  # of two the last, as there
        word = arguments[at]
        if word == "--data" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
        if word.startswith("--data="):
            return Path(word.partition("=")[2])
    return default_data()


def counter_wanted(arguments: Sequence[str]) -> bool:
    """Whether the counter is to be opened, which alone proves a version: no command, or ``run``."""
    options = ("--data", "--centre", "--ca", "--printer", "--language")
    rest = iter(arguments)
    for word in rest:
        if word in {"-h", "--help"}:
            return False
        if word in options:
            next(rest, None)
        elif not word.startswith("-"):
            return word == COUNTER
    return True


def _try(program: Path, data: Path, arguments: Sequence[str]) -> int | None:
    """Start the version on trial, if one is; its exit code, None when another is to be started."""
    chosen = next((choice for choice in versions.candidates(program, data) if choice.trial), None)
    if chosen is None:
        return None
    try:
        with ProgramLock(data) as lock, _Stop() as stop:
            ended = trial.run(
                trial.TrialContext(
                    data, lambda mark: stop.watch(Running(chosen.folder, arguments, {MARK: mark})),
                    lambda: time.monotonic_ns() // 1_000_000, lambda: stop.asked, lock.release,
                )
            )  # fmt: skip
            return 0 if ended is None and stop.asked else ended
    except Busy:
        tell(BUSY_AR, BUSY_EN)
        return 1
    except OSError:
        return None  # what cannot be counted is not tried: the version before opens the counter


class _Stop:
    """The end of the session reaches the starter: it is passed on, and is no failure of the version on trial.

    Heard for as long as a trial goes on: the version that comes after it is ended by what the system does.
    """

    def __init__(self) -> None:
        self.asked = False
        self._running: Running | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for name in ENDINGS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def watch(self, running: Running) -> Running:
        self._running = running
        if self.asked:  # heard while it was being started
            running.terminate()
        return running

    def _hear(self, *_: object) -> None:
        self.asked = True
        if self._running is not None:
            self._running.terminate()


def _run_first(program: Path, data: Path, arguments: Sequence[str]) -> int:
    """The first that can be read at all; none on trial, which have had their turn."""
    choices = [choice for choice in versions.candidates(program, data) if not choice.trial]
    if counter_wanted(arguments):
        choices = starts.choose(data, choices)
    stood = starts.stood  # reading a version takes our own parts away
    for at, choice in enumerate(choices):
        try:
            code = _run_one(choice, arguments, here=at == 0)
        except (ImportError, SyntaxError):
            continue
        if code != FAILED:
            stood(data)
        return code
    tell(NOTHING_AR, NOTHING_EN)
    return FAILED


def _run_one(choice: versions.Choice, arguments: Sequence[str], *, here: bool) -> int:
    if here:
        return run_here(choice.folder, arguments)
    return Running(choice.folder, arguments, {}).wait(None) or 0  # this process is spoilt by what was read of the first


if __name__ == "__main__":
    sys.exit(main())
