"""Centres that begin in a tenth of a second: forks of a process that has imported what `serve` needs, and nothing else.

That takes each centre of its own more than a second. `python -m tests.harness.ready_centre` is that process: a line for
each question, a line for each answer.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
LOOK_S: Final = 0.01


class _Ready:
    """It waits for questions until this process ends."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.harness.ready_centre"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._turn = threading.Lock()
        atexit.register(self._process.communicate)

    def ask(self, **said: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(said) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


_ready: Final = cache(_Ready)


class Forked:
    """What a test asks of a `subprocess.Popen`, of a centre that was forked: its output goes to `log`, its complaints
    too unless there is a file for `errors`.
    """

    def __init__(self, arguments: Sequence[str], log: Path, errors: Path | None = None) -> None:
        files = [str(log), str(errors or log)]
        self.pid: int = _ready().ask(arguments=arguments, files=files, environment=dict(os.environ))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = _ready().ask(pid=self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        until = time.monotonic() + timeout
        while (ended := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("serve", timeout)
            time.sleep(LOOK_S)
        return ended

    def send_signal(self, how: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)


# ---- the other side


def _next() -> dict[str, Any] | None:
    """Answers, until it is a fork that begins a centre, or nobody asks any more."""
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "pid" in asked:
            pid, status = os.waitpid(asked["pid"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        elif (answer := os.fork()) == 0:
            return asked
        print(json.dumps(answer), flush=True)
    return None


def _become(environment: Mapping[str, str], files: Sequence[str]) -> None:
    """What it would be if it had begun by itself."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    log, errors = map(Path, files)
    with Path(os.devnull).open("rb") as nothing, log.open("ab") as out, errors.open("ab") as err:
        for number, file in enumerate((nothing, out, err)):
            os.dup2(file.fileno(), number)


def _serve() -> int:
    from central.__main__ import main
    from central.cli import serve_command

    asked = _next()
    if asked is None:
        return 0
    _become(asked["environment"], asked["files"])
    sys.argv = [str(serve_command.__file__), *asked["arguments"]]
    return main()


if __name__ == "__main__":
    sys.exit(_serve())
