"""PouchDB on leveldb, replicated to pouchdb-server (the CouchDB protocol, leveldb again)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import requests

from tests.bench.peers.contender import running
from tests.bench.peers.install import HERE, Programs
from tests.bench.peers.relay import Relay
from tests.harness.centre_process import free_port

DRAIN: Final = HERE / "drain.js"
FSYNC: Final = ("--require", str(HERE / "fsync.js"))
PATIENCE_S: Final = 600


class PouchDB:
    """A running server; each draining gets a database of its own, and a client process of its own."""

    limit: float | None = 1.5
    aim: float | None = 2.5
    verifies = "nothing: revisions are taken as they come"

    def __init__(self, programs: Programs, port: int, folder: Path, batch: int, fsync: bool) -> None:
        versions = f"PouchDB {programs.version('pouchdb')} to pouchdb-server {programs.version('pouchdb-server')}"
        self.name = f"{versions}, {batch} at a time, {'each write synced' if fsync else 'as shipped'}"
        self.durable = "yes" if fsync else "no"
        self._programs, self._port, self._folder = programs, port, folder
        self._batch, self._fsync = batch, fsync
        self._drained = 0

    def drain(self, lines: Sequence[str]) -> float:
        return self._drain(lines, self._port)

    def weigh(self, lines: Sequence[str]) -> float:
        with Relay(self._port) as relay:
            self._drain(lines, relay.port)
        return relay.up / len(lines)

    def _drain(self, lines: Sequence[str], port: int) -> float:
        self._drained += 1
        name = f"drain{self._drained}"
        records = self._folder / "records.ndjson"
        records.write_text("\n".join(lines), encoding="utf-8")
        client = [*(FSYNC if self._fsync else ()), DRAIN, records, self._folder / f"near-{name}"]
        target = f"http://127.0.0.1:{port}/{name}"
        done = subprocess.run(
            [self._programs.node, *client, target, str(self._batch)],
            env={**os.environ, "NODE_PATH": str(self._programs.modules)}, cwd=self._folder, capture_output=True,
            text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        stored = requests.get(f"http://127.0.0.1:{self._port}/{name}", timeout=60).json()
        assert stored["doc_count"] == told["all"] == len(lines), (stored, told)
        return float((told["all"] - told["first"]) / told["seconds"])


@contextmanager
def pouchdb(programs: Programs, folder: Path, batch: int, *, fsync: bool) -> Iterator[PouchDB]:
    """`fsync`: as durable as we are, on both sides; without it as it is shipped. Its files lie in `folder`."""
    folder.mkdir()
    port = free_port()
    server = programs.modules / "pouchdb-server/bin/pouchdb-server"
    options = ("--port", str(port), "--host", "127.0.0.1", "--dir", folder, "--no-stdout-logs")
    command = (programs.node, *(FSYNC if fsync else ()), server, *options)
    with running(command, f"http://127.0.0.1:{port}/", folder, folder / "server.log"):
        yield PouchDB(programs, port, folder, batch, fsync)
