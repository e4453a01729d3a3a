"""A real PostgreSQL for the tests: Debian's programs, a new cluster in a folder, an ordinary user where we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import psycopg
from psycopg import sql

from tests.harness.centre_process import free_port

USER: Final = "postgres"
MEMORY: Final = Path("/dev/shm")
_NO_ROOT: Final = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
_HASTY: Final = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
)
"""Settings of a server whose data need not outlive a cut."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `url` names its first database."""

    url: str
    port: int
    programs: Path

    def database(self, name: str, copy_of: str = "template1") -> str:
        """The address of a new database, empty or a copy of another that nobody is using (some 20 ms)."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(copy_of)))
        return f"{self.url.removesuffix('/postgres')}/{name}"

    def drop(self, name: str) -> None:
        """At once: some hundreds of them are gigabytes, which take minutes to clear away in the end."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def programs() -> Path:
    """The folder of the newest PostgreSQL that `setup.sh` installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    assert found, "no PostgreSQL here: run setup.sh"
    return found[-1]


def call(*command: str | Path) -> None:
    """Run one of its programs; as root it refuses to work, so it gets its own user then."""
    whole = [*(_NO_ROOT if os.getuid() == 0 else ()), *map(str, command)]
    done = subprocess.run(whole, cwd="/", capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{whole}: {done.stdout}{done.stderr}"


@contextmanager
def server(*, in_memory: bool = False) -> Iterator[Postgres]:
    """A server on a free loopback port, gone with its data at the end. `in_memory` where no disk is measured."""
    where, port = programs(), free_port()
    # Not under pytest's folder: that one is closed to the user `postgres`.
    folder = Path(mkdtemp(prefix="manfaz-postgres-", dir=MEMORY if in_memory and MEMORY.is_dir() else None))
    data = folder / "data"
    if os.getuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        call(where / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        options += f" {_HASTY}" if in_memory else ""
        call(where / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield Postgres(f"postgresql://{USER}@127.0.0.1:{port}/postgres", port, where)
        finally:
            call(where / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
