"""What each of those compared can do, and a program of theirs kept running meanwhile."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import requests

START_S: Final = 60.0
STOP_S: Final = 15.0


class Contender(Protocol):
    """`limit` is how many times as fast we must be, `aim` how many we want; None for ourselves.

    `durable` says whether what is acknowledged outlives a power cut at both ends, `verifies` what the receiver checks.
    """

    name: str
    limit: float | None
    aim: float | None
    durable: str
    verifies: str

    def drain(self, lines: Sequence[str]) -> float:
        """Records a second from the first batch acknowledged to the last. Raises AssertionError if one is missing."""

    def weigh(self, lines: Sequence[str]) -> float:
        """Bytes up for each record, HTTP heads included; nothing is timed."""


@contextmanager
def running(command: Sequence[str | Path], url: str, folder: Path, log: Path) -> Iterator[None]:
    """A server that answers at `url`, ended with the block by its own number."""
    with log.open("ab") as out:
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(process, url, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_S
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < until and process.poll() is None:
            try:
                if session.get(url, timeout=2).status_code < 500:
                    return
            except requests.RequestException:
                time.sleep(0.1)
    raise AssertionError(f"{url} did not answer:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
