"""A real centre for tests: `manfaz-central serve` in a process of its own, on a free port, with data of its own.

Of `central` nothing but its command line is used, and a signing in that is made short: what a stranger could not do, a
test here cannot do either.
"""

from __future__ import annotations

import io
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

import requests

from central.__main__ import main
from protocol.values.money import MAX_PT
from tests.harness.ready_centre import Forked
from tests.harness.staff_sessions import as_staff, by_two

ROOT: Final = Path(__file__).parents[2]
START_S: Final = 20.0
STOP_S: Final = 10.0
COMMAND_S: Final = 60.0
COMMAND: Final = (sys.executable, "-m", "central")
REFUSED: Final = 3
USAGE: Final = 2
"""How a command ends that somebody has to mend, and one that was mistyped."""
UNLIMITED: Final = tuple(
    f"limits.{name}={MAX_PT}"
    for name in ("unsent_soft", "unsent_hard", "citizen_soft", "money_hard_pt", "offline_default_pt")
)
"""Words of `settings set`: limits that no test reaches."""


class CommandFailed(AssertionError):
    """A command of the staff that did not end with 0; `code` is how it ended."""

    def __init__(self, arguments: tuple[str, ...], code: int, out: str, err: str) -> None:
        super().__init__(arguments, code, out, err)
        self.code, self.out, self.err = code, out, err


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class CentreProcess:
    """The running centre; `url` has no slash at its end, `authority` is what devices sign for; with a `metrics_port`
    or a `staff_port` it serves those, too. Unless `told`, a start does not say under which names;
    a `new` one begins an empty database.

    Both stay when `port` is changed before a start: then something else stands in between.
    """

    def __init__(self, data: Path, port: int, database: str | None = None, *, limits: bool = False) -> None:
        self.data, self.port, self._limits = data, port, limits
        self.metrics_port: int | None = None
        self.staff_port: int | None = None
        self.told, self.new = True, False
        self.authority = f"127.0.0.1:{port}"
        self.url = f"http://{self.authority}"
        self._common = ["--data", str(data)] + (["--database", database] if database else [])
        self._log = data.parent / "centre.log"
        self._process: Forked | None = None

    def start(self) -> None:
        """Start, or start again with the same data on the same port; ready when this returns."""
        arguments = ["serve", "--host", "127.0.0.1", "--port", str(self.port)]
        arguments += ["--public-address", self.url, "--authority", self.authority] if self.told else []
        arguments += ["--new"] if self.new else []
        arguments += [] if self._limits else ["--no-rate-limits"]
        arguments += [] if self.metrics_port is None else ["--metrics-port", str(self.metrics_port)]
        arguments += [] if self.staff_port is None else ["--staff-port", str(self.staff_port)]
        self._process = Forked([*self._common, *arguments], self._log)
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                if requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=1).status_code == 200:
                    return
            except requests.RequestException:  # refused, or too slow on a busy machine
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the centre did not start:\n{self.log()}")

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the staff in a process of its own, beside the server."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            code = Forked(["--json", *as_staff(self._common, arguments)], out, err).wait(COMMAND_S)
            return subprocess.CompletedProcess(arguments, code, *(one.read_text("utf-8") for one in (out, err)))

    def cli(self, *arguments: str) -> Any:
        """What a command says in JSON, run in this process; raises CommandFailed unless it ends with 0. Where it
        takes two, a second person says the same.
        """
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["--json", *as_staff(self._common, arguments)])
        if code:
            raise CommandFailed(arguments, code, out.getvalue(), err.getvalue())
        answer = json.loads(out.getvalue()) if out.getvalue().strip() else None
        again = by_two(arguments, answer)
        return self.cli(*again) if again else answer

    def stop(self, how: int = signal.SIGTERM) -> int | None:
        """As the system ends it, and time to finish; how it ended, None when it did not run."""
        ended = None
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                ended = self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        return ended

    def kill(self) -> None:
        """As a power cut ends it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(STOP_S)
        self._process = None


def start_centre(tmp_path: Path, database: str | None = None, *, limits: bool = False) -> CentreProcess:
    """A new centre with its data under `tmp_path`; the caller stops it. `limits`: how often one address may ask."""
    centre = CentreProcess(tmp_path / "centre", free_port(), database, limits=limits)
    centre.start()
    return centre
