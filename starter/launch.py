"""Running a version: here, in this process, or as a child of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

# A child of the starter ends when the starter does: Windows sees to that for nobody who does not ask (docs/adr/0018).
# `manfaz.exe` takes the starter with it when it is ended, but not what the starter has begun: a version on trial would
# go on with no window to close it by, and hold the data of the counter.
KILL_ON_CLOSE: Final = 0x2000
OTHERS_GO_FREE: Final = 0x1000
"""What the child begins itself is no part of it: a help page in somebody's browser stays open."""
_LIMITS: Final = 9
_SIZE: Final = 144
_FLAGS_AT: Final = 16
"""JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64 bits."""

# An `if` on sys.platform, and not a try around an import: type checkers then read the half that is meant.
if sys.platform == "win32":  # pragma: no cover - CI has no Windows
    import ctypes
    import struct

    def tie(child: subprocess.Popen[bytes]) -> None:
        """The job is never closed but by the end of this process, which ends the child; without one it runs untied."""
        system = ctypes.WinDLL("kernel32")
        system.CreateJobObjectW.restype = ctypes.c_void_p
        job = ctypes.c_void_p(system.CreateJobObjectW(None, None))
        limits = ctypes.create_string_buffer(_SIZE)
        struct.pack_into("<I", limits, _FLAGS_AT, KILL_ON_CLOSE | OTHERS_GO_FREE)
        if job and system.SetInformationJobObject(job, _LIMITS, limits, _SIZE):
            system.AssignProcessToJobObject(job, ctypes.c_void_p(int(child._handle)))  # noqa: SLF001 - there is no other way to it

else:

    def tie(child: subprocess.Popen[bytes]) -> None:
        """Nothing: the session's end reaches each process by itself, and `starter.__main__` passes on what it hears."""


AS: Final = "--as"
"""``--as FOLDER …``: run the version in FOLDER, whatever the pointer says."""
PROGRAM: Final = "MANFAZ_PROGRAM"
"""The environment variable in which a counter finds the folder of the installed program."""
PACKAGES: Final = ("protocol", "kiosk", "ui", "sync", "storage", "assets", "starter")


def command(arguments: Sequence[str]) -> list[str]:
    """What starts the starter itself once more."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, *_flags(), str(Path(__file__).resolve().parent), *arguments]


def _flags() -> list[str]:
    """As the launcher started this interpreter, so is the next: alone, without leaving files, in UTF-8."""
    wanted = ((["-I"], sys.flags.isolated), (["-B"], sys.dont_write_bytecode), (["-X", "utf8"], sys.flags.utf8_mode))
    return [word for words, given in wanted if given for word in words]


def run_here(folder: Path, arguments: Sequence[str]) -> int:
    """The exit code of that version's own `main`. Raises ImportError, SyntaxError where it cannot even be read."""
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        del sys.modules[name]  # its own copy of everything, the starter's parts included
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True  # a version's folder never changes
    sys.argv[1:] = arguments
    try:
        import_module("kiosk.__main__").main()
    except SystemExit as end:
        return _code(end)
    return 0


def _code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    return end.code if isinstance(end.code, int) else 1


def start_again(arguments: Sequence[str]) -> int:
    """Begin anew in a clean process: in the place of this one where the system can, else beside it."""
    wanted = command(arguments)
    if sys.platform == "win32":  # pragma: no cover - there exec returns to the caller's caller at once
        child = subprocess.Popen(wanted)
        tie(child)
        return child.wait()
    return os.execv(wanted[0], wanted)  # noqa: S606 - ourselves; it does not come back


class Running:
    """A child of the starter; `starter.trial.Child`."""

    def __init__(self, folder: Path, arguments: Sequence[str], more: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(command([AS, str(folder), *arguments]), env={**os.environ, **more})
        tie(self._process)
        self.terminate: Callable[[], None] = self._process.terminate

    def wait(self, seconds: float | None) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
