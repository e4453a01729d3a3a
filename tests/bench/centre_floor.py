"""The floor: a bare FastAPI endpoint that puts a gzipped batch of JSON lines into a table with one statement.

No signature, no chain, no check: what the same box does when nothing is asked of it. `tests.bench.centre_intake`
compares. ``python -m tests.bench.centre_floor URL`` prints records a second.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
import subprocess
import sys
import time
from typing import Final

import psycopg
import requests

from tests.harness.centre_process import ROOT, free_port
from tests.harness.wire_device import request_members

_TABLE: Final = """CREATE TABLE IF NOT EXISTS floor
    (id UUID PRIMARY KEY, service TEXT NOT NULL, total BIGINT NOT NULL, payload JSONB NOT NULL)"""
_INSERT: Final = """INSERT INTO floor SELECT id, service, total_pt, r FROM jsonb_array_elements(%s::jsonb) r,
    jsonb_to_record(r) AS x (id UUID, service TEXT, total_pt BIGINT) ON CONFLICT DO NOTHING"""
_SERVER: Final = f'''
import gzip, sys
import psycopg, uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
connection = psycopg.connect(sys.argv[1], autocommit=True)
app = FastAPI()
def keep(lines):
    return connection.execute("""{_INSERT}""", ("[" + ",".join(lines) + "]",)).rowcount
@app.post("/push")
async def push(request: Request):
    lines = gzip.decompress(await request.body()).decode().splitlines()
    return Response(str(await run_in_threadpool(keep, lines)))
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False)
'''


def run(url: str, records: int = 10_000, batch: int = 500) -> float:
    """Records a second into the database at `url`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE)
    lines = [
        json.dumps({**request_members(), "pad": secrets.token_hex(200)}, ensure_ascii=False) for _ in range(records)
    ]
    bodies = [gzip.compress("\n".join(lines[at : at + batch]).encode(), 6) for at in range(0, records, batch)]
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", _SERVER, url, str(port)], cwd=ROOT, env={**os.environ})
    try:
        return records / _drain(f"http://127.0.0.1:{port}", bodies, batch)
    finally:
        server.terminate()
        server.wait()


def _drain(address: str, bodies: list[bytes], batch: int) -> float:
    with requests.Session() as session:
        session.trust_env = False
        while True:
            try:
                session.get(address, timeout=1)
                break
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.1)
        began = time.perf_counter()
        for body in bodies:
            assert session.post(f"{address}/push", data=body, timeout=60).text == str(batch)
        return time.perf_counter() - began


if __name__ == "__main__":
    print(f"{run(sys.argv[1]):,.0f} a second")
