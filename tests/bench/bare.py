"""The floor of draining: a bare FastAPI app that puts a gzipped batch of JSON lines into a table with one statement.

``python -m tests.bench.bare PORT WHERE``; WHERE is a file of SQLite or a postgresql:// address. No signature, no chain.
"""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

import requests

from tests.harness.centre_process import ROOT, free_port

TABLE: Final = """CREATE TABLE IF NOT EXISTS tx
    (id TEXT PRIMARY KEY, service TEXT NOT NULL, total BIGINT NOT NULL, payload {} NOT NULL)"""
LITE: Final = """INSERT INTO tx
    SELECT value ->> 'id', value ->> 'service', value ->> 'total_pt', value FROM json_each(?)
    WHERE true ON CONFLICT DO NOTHING"""
POSTGRES: Final = """INSERT INTO tx SELECT r ->> 'id', r ->> 'service', (r ->> 'total_pt')::bigint, r
    FROM jsonb_array_elements(%s::jsonb) r ON CONFLICT DO NOTHING"""


def _lite(where: str) -> Callable[[str], int]:
    connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
    for words in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", TABLE.format("TEXT")):
        connection.execute(words)
    return lambda rows: connection.execute(LITE, (rows,)).rowcount


def _postgres(where: str) -> Callable[[str], int]:
    import psycopg

    connection = psycopg.connect(where, autocommit=True)
    connection.execute(TABLE.format("JSONB"))
    return lambda rows: connection.execute(POSTGRES, (rows,)).rowcount


def serve(port: int, where: str) -> None:
    import uvicorn
    from fastapi import FastAPI, Request, Response

    keep = _postgres(where) if where.startswith("postgresql") else _lite(where)
    app = FastAPI()

    async def push(request: Request) -> Response:
        rows = "[" + ",".join(gzip.decompress(await request.body()).decode().splitlines()) + "]"
        return Response(str(await asyncio.to_thread(keep, rows)))

    app.add_route("/push", push, methods=["POST"])
    uvicorn.run(app, port=port, log_level="error", access_log=False)


def rate(where: str, lines: list[str], batch: int) -> float:
    """Records a second, one request in flight, over one connection."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(port), where], cwd=ROOT)
    try:
        with requests.Session() as session:
            session.trust_env = False
            _wait(session, port)
            began = time.perf_counter()
            for at in range(0, len(lines), batch):
                part = lines[at : at + batch]
                body = gzip.compress("\n".join(part).encode(), 6)
                assert session.post(f"http://127.0.0.1:{port}/push", data=body, timeout=60).text == str(len(part))
            return len(lines) / (time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait()


def _wait(session: requests.Session, port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            session.get(f"http://127.0.0.1:{port}/", timeout=2)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the bare app did not start")


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
