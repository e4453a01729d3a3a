"""Cutting a step at each of its file operations, with strace: one run that is watched, then one for each operation.

A step is acted out in a process forked from this one, so that nothing has to be imported again; strace is attached to
it before it begins, and kills it on entering the n-th call of one kind. The folder is laid anew for each cut.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocol.override import override

CALLS: Final = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "fchmod", "chmod",
)  # fmt: skip
TRACED: Final = ",".join(f"?{call}" for call in CALLS)
LONGEST_S: Final = 60.0
KILLED: Final = "killed by SIGKILL"
LINE: Final = re.compile(r"(\d+) +(\w+)\((.*)")
_PTRACER: Final = 0x59616D61


@dataclass(frozen=True)
class Scenario:
    """`prepare` lays the folder once; `act` is the step that is cut, to its end in one process and its children.

    `check` names what is wrong after a cut: it may start, finish and change what it likes. It is asked of the uncut
    run, too.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    check: Callable[[Path], list[str]]


@dataclass(frozen=True, order=True)
class Cut:
    call: str
    n: int

    @override
    def __str__(self) -> str:
        return f"{self.call} {self.n}"


class Bench:
    """A place for one scenario at a time; `room` is a folder of its own."""

    def __init__(self, scenario: Scenario, room: Path) -> None:
        self.scenario = scenario
        self._kept, self._folder, self._log = room / "kept", room / "folder", room / "trace"
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.rmtree(self._kept, ignore_errors=True)
        self._folder.mkdir(parents=True)
        scenario.prepare(self._folder)  # where it will lie: paths may be written into it
        self._folder.rename(self._kept)

    def survey(self) -> list[Cut]:
        """Every file operation of the uncut step that may change something in the folder. Raises AssertionError."""
        self._lay()
        code = self._run([])
        wrong = [f"exit {code}"] if code else self.scenario.check(self._folder)
        assert not wrong, f"{self.scenario.name}, uncut: {wrong}"
        counts: Counter[tuple[str, str]] = Counter()
        found: set[Cut] = set()
        for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines():
            if (call := LINE.match(line)) is None:
                continue
            pid, name, rest = call.groups()
            counts[pid, name] += 1
            if self._changes(name, rest):
                found.add(Cut(name, counts[pid, name]))
        return sorted(found)

    def _changes(self, name: str, rest: str) -> bool:
        """Whether a call may have changed something in the folder."""
        reads = name == "openat" and "O_WRONLY" not in rest and "O_RDWR" not in rest
        return str(self._folder) in rest and not reads

    def cut(self, at: Cut) -> list[str] | None:
        """What is wrong after that cut; None when the step ended before it, or another process went on after it."""
        self._lay()
        code = self._run(["-e", f"inject={at.call}:signal=SIGKILL:when={at.n}"])
        _, killed, after = self._log.read_text(encoding="utf-8", errors="replace").partition(KILLED)
        if code == 0 and not killed:
            return None
        if any(self._changes(call[2], call[3]) for call in map(LINE.match, after.splitlines()) if call):
            return None  # this machine was slow: a crash, seen and acted on, and then a cut, is not one cut
        return [f"{self.scenario.name} cut at {at}: {wrong}" for wrong in self.scenario.check(self._folder)]

    def hurt(self, injection: str) -> int:
        """Act it out anew with what strace is told to do to it; the exit code."""
        self._lay()
        return self._run(["-e", f"inject={injection}"])

    def _lay(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._kept, self._folder, symlinks=True)

    def _run(self, injection: list[str]) -> int:
        """Act it out under strace; the exit code. Everything that it started is gone afterwards."""
        self._log.write_bytes(b"")
        go, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(tell)
            _act(lambda: self.scenario.act(self._folder), go)
        os.close(go)
        wanted = ["strace", "-f", "-y", "-s", "0", "-o", str(self._log), "-e", f"trace={TRACED}"]
        tracer = subprocess.Popen([*wanted, *injection, "-p", str(child)], stderr=subprocess.PIPE)
        try:
            assert tracer.stderr is not None
            assert b"attached" in tracer.stderr.readline()
            os.write(tell, b"g")
            return self._wait(child)
        finally:
            os.close(tell)
            with suppress(ProcessLookupError, ChildProcessError, PermissionError):
                os.killpg(child, signal.SIGKILL)
            with suppress(ProcessLookupError, ChildProcessError, PermissionError):
                os.waitpid(child, 0)
            tracer.communicate(timeout=LONGEST_S)

    def _wait(self, child: int) -> int:
        """The power goes for all of them at once: what was not killed is, as soon as one has been."""
        end = time.monotonic() + LONGEST_S
        while time.monotonic() < end:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            log = self._log.read_bytes()
            if KILLED.encode() in log:
                return -signal.SIGKILL
            self._watch(log)
            time.sleep(0.003)
        return 99

    def _watch(self, log: bytes) -> None:
        """What strace has said so far, for whoever does more than cut."""


def _act(act: Callable[[], None], go: int) -> None:
    """The forked half; never returns. A group of its own, and anybody may trace it (Yama)."""
    code = 98
    try:
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(_PTRACER, ctypes.c_ulong(-1).value, 0, 0, 0)
        os.read(go, 1)
        act()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - it is told, and this process ends here
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)
