"""Kinto on PostgreSQL, as its own `kinto init` sets it up, asked through its batch endpoint."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests

from tests.bench.peers.contender import running
from tests.bench.peers.install import Programs
from tests.bench.peers.relay import Relay
from tests.harness.centre_process import free_port

PASSWORD: Final = ("shop", "secret")
SETTINGS: Final = """[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}

[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {database}
kinto.cache_backend = kinto.core.cache.postgresql
kinto.cache_url = {database}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {database}
kinto.batch_max_requests = {batch}
kinto.userid_hmac_secret = only-for-this-bench
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(message)s
"""


class Kinto:
    """A running server with a bucket; each draining gets a collection of its own."""

    limit: float | None = 25
    aim: float | None = None
    durable = "yes"
    verifies = "a password; each id is new"

    def __init__(self, port: int, batch: int, version: str) -> None:
        self.name = f"Kinto {version} on PostgreSQL, {batch} at a time"
        self._port, self._batch = port, batch
        self._drained = 0
        self._put(port, "/buckets/shop")

    def drain(self, lines: Sequence[str]) -> float:
        return self._drain(lines, self._port)

    def weigh(self, lines: Sequence[str]) -> float:
        with Relay(self._port) as relay:
            self._drain(lines, relay.port)
        return relay.up / len(lines)

    def _put(self, port: int, path: str) -> None:
        requests.put(f"http://127.0.0.1:{port}/v1{path}", auth=PASSWORD, timeout=60).raise_for_status()

    def _drain(self, lines: Sequence[str], port: int) -> float:
        self._drained += 1
        collection = f"/buckets/shop/collections/drain{self._drained}"
        self._put(self._port, collection)
        began = 0.0
        with requests.Session() as session:
            session.trust_env, session.auth = False, PASSWORD
            session.headers["Content-Type"] = "application/json"
            for at in range(0, len(lines), self._batch):
                part = lines[at : at + self._batch]
                body = _body(f"{collection}/records", part)
                _check(session.post(f"http://127.0.0.1:{port}/v1/batch", data=body, timeout=300), len(part))
                began = began or time.perf_counter()
            seconds = time.perf_counter() - began
            stored = session.head(f"http://127.0.0.1:{self._port}/v1{collection}/records", timeout=300).headers
        assert int(stored["Total-Records"]) == len(lines), stored
        return max(0, len(lines) - self._batch) / seconds


def _body(path: str, lines: Sequence[str]) -> bytes:
    """One subrequest for each record, which must be new."""
    made = (f'{{"path":"{path}/{json.loads(line)["id"]}","body":{{"data":{line}}}}}' for line in lines)
    head = '{"defaults":{"method":"PUT","headers":{"If-None-Match":"*"}},"requests":['
    return (head + ",".join(made) + "]}").encode()


def _check(answer: requests.Response, count: int) -> None:
    assert answer.status_code == 200, answer.text[:500]
    each: list[dict[str, Any]] = answer.json()["responses"]
    assert [one["status"] for one in each] == [201] * count, answer.text[:500]


@contextmanager
def kinto(programs: Programs, database: str, folder: Path, batch: int) -> Iterator[Kinto]:
    """On an empty `database`; its files lie in `folder`."""
    port = free_port()
    settings = folder / "kinto.ini"
    settings.write_text(SETTINGS.format(port=port, database=database, batch=batch), encoding="utf-8")
    made = subprocess.run(
        [programs.kinto, "migrate", "--ini", settings], cwd=folder, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    command = (programs.kinto, "start", "--ini", settings, "--port", str(port))
    with running(command, f"http://127.0.0.1:{port}/v1/", folder, folder / "kinto.log"):
        yield Kinto(port, batch, programs.version("kinto"))
