"""The same records given to Kinto and to PouchDB, each in turn, on this machine: `make bench-peers`."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import psycopg

from tests.bench.peers.contender import Contender
from tests.bench.peers.install import NotInstalled, Programs, programs
from tests.bench.peers.kinto import kinto
from tests.bench.peers.ours import Ours, ours
from tests.bench.peers.pouchdb import pouchdb
from tests.bench.peers.table import Row, missed, table
from tests.harness.postgres_server import Postgres, server

LEAST: Final = 1_000
"""Fewer records are two batches of the largest size: no rate."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("-n", "--records", type=int, default=2_000, help=f"in each round, {LEAST} at least (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="each of them one draining of each (3)")
    parser.add_argument("--kinto-batch", type=int, default=25, help="(25: Kinto's own default)")
    parser.add_argument("--pouchdb-batch", type=int, default=500, help="(500; PouchDB's own default, 100, is slower)")
    asked = parser.parse_args()
    if asked.records < LEAST or asked.rounds < 1:
        parser.error(f"at least {LEAST} records and one round")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    try:
        there = programs()
    except NotInstalled as error:
        print(f"bench-peers: {error}", file=sys.stderr)
        return 1
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.platform()}, Python {platform.python_version()}, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    rows = measure(there, asked)
    print(f"load at the end {os.getloadavg()[0]:.1f}\n", table(rows), sep="\n")
    print(f"{len(rows) - 1} ratios, {missed(rows)} missed")
    return 0


def measure(there: Programs, asked: argparse.Namespace) -> list[Row]:
    with _folder() as folder, server() as postgres, ExitStack() as stack:
        us = stack.enter_context(ours(postgres.database("ours"), folder))
        others: list[Contender] = [
            stack.enter_context(kinto(there, _utc(postgres, "kinto"), folder, asked.kinto_batch)),
            stack.enter_context(pouchdb(there, folder / "durable", asked.pouchdb_batch, fsync=True)),
            stack.enter_context(pouchdb(there, folder / "shipped", asked.pouchdb_batch, fsync=False)),
        ]
        print(f"PostgreSQL {_durability(postgres)}", flush=True)
        return _rounds(us, others, asked.records, asked.rounds)


def _rounds(us: Ours, others: Sequence[Contender], count: int, rounds: int) -> list[Row]:
    """Each round has records of its own, the same for all; who begins changes. Then each is weighed."""
    everyone: list[Contender] = [us, *others]
    rates: dict[Contender, list[float]] = {one: [] for one in everyone}
    for number in range(rounds):
        lines = us.sell(count)
        size = sum(len(line.encode()) for line in lines) / count
        print(f"round {number + 1}: {count:,} records of {size:,.0f} bytes of JSON", flush=True)
        first = number % len(everyone)
        for one in everyone[first:] + everyone[:first]:
            rates[one].append(one.drain(lines))
            print(f"  {rates[one][-1]:8,.0f}/s  {one.name}", flush=True)
    lines = us.sell(count)
    return [
        Row(one.name, tuple(rates[one]), one.weigh(lines), one.limit, one.aim, one.durable, one.verifies)
        for one in everyone
    ]


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="manfaz-peers-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _utc(postgres: Postgres, name: str) -> str:
    """A new database with its clock in UTC, which Kinto insists on."""
    address = postgres.database(name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET timezone TO 'UTC'".encode())
    return address


def _durability(postgres: Postgres) -> str:
    with psycopg.connect(postgres.url) as connection:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        found = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in names}
    told = {name: str(row[0]) for name, row in found.items() if row}
    assert told["fsync"] == told["synchronous_commit"] == "on", told
    return ", ".join(f"{name} {value}" for name, value in told.items())


if __name__ == "__main__":
    sys.exit(main())
