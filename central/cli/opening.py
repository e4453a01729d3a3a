"""From the options of a command to an open centre: folders, keys, database."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from central.centre import Centre
from central.releases import rollout
from central.store import key_files
from central.store.device_models import Config
from central.store.interface import Session, Store
from central.store.key_files import KeyFiles, is_there
from central.store.sqlite_store import SqliteStore
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.program.os_errors import system_reason

DATABASE = "centre.db"
HOSTS = "hosts"
"""What was given out before, by its name among the values that `config` keeps."""
ROOT = "root"
"""There, too: the fingerprint of the root that the database was begun under."""
MARK = "opened"
"""Beside the keys once their database was there: where it is gone afterwards, that is no first start."""


def data_folder(options: Namespace) -> Path:
    """By its real name, as what lies in it: whoever runs the centre may have laid a link to another disk."""
    return Path(os.path.realpath(options.data))


def keys_folder(options: Namespace) -> Path:
    return Path(os.path.realpath(data_folder(options) / "keys"))


def updates_folder(options: Namespace) -> Path:
    return Path(os.path.realpath(data_folder(options) / "updates"))


def root_folder(options: Namespace) -> Path:
    return Path(options.root_dir) if options.root_dir else data_folder(options) / "root"


def sessions_folder() -> str:
    """Where a person's sessions are kept, unless `--sessions` says otherwise: with his own files, not the centre's."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111 - a text is wanted
    return f"{state}/manfaz-central"


def open_store(options: Namespace, keys: KeyFiles) -> Store:
    """The database that ``--database`` names, else the embedded one. Keys that have had a database begin no other one,
    unless told so (``--new``): an empty one in its place would tell every counter that it is unknown.

    Raises Refused ``bad_database``, ``keys_missing``; Unavailable ``database_away``, ``database_stuck``; Corrupt
    ``database_key``, ``database_gone``.
    """
    url: str = options.database or ""
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise Refused("bad_database", url=url.partition(":")[0])
    key, mark = keys.keys.database, keys.folder / MARK
    begin = not is_there(mark) or bool(getattr(options, "new", False))
    if url:
        # Late: the embedded centre never needs the driver.
        from central.store.postgres_store import PostgresStore  # noqa: PLC0415 - see above

        store: Store = PostgresStore(url, begin=begin)
    else:
        path = data_folder(options) / DATABASE
        if not begin and not (is_there(path) and path.stat().st_size):
            raise Corrupt("database_gone", path=str(path))
        store = SqliteStore(path, key)
    if not is_there(mark):
        mark.touch(mode=0o600)
    return store


def refuse_orphan(options: Namespace) -> None:
    """Raises Refused ``keys_lost`` where the embedded database is there and its keys are not: others never open it."""
    path = data_folder(options) / DATABASE
    if not options.database and is_there(path):
        raise Refused("keys_lost", path=str(path))


@contextmanager
def opened(options: Namespace) -> Iterator[Centre]:
    """The centre of an existing data folder.

    Raises Refused ``keys_missing`` where there is none, ``database_foreign`` as below, and what `open_store` raises.
    """
    keys = KeyFiles(keys_folder(options))
    store = open_store(options, keys)
    try:
        _refuse_other_keys(store, keys)
        with store.reading() as session:
            authority, address = config(session, "authority"), config(session, "public_address")
            hosts = tuple(config(session, HOSTS).split())
        updates = updates_folder(options)
        centre = Centre(
            store, keys, authority, address, updates=updates, hosts=hosts, released=lambda: rollout.released(updates)
        )
        yield centre
        centre.rejected_auth.keep(store)
    finally:
        store.close()


def _refuse_other_keys(store: Store, keys: KeyFiles) -> None:
    """A database is of one root: `--database` may name another centre's, whose counters would be told our documents.

    Raises Refused ``database_foreign``.
    """
    root = keys.keys.root_fp.hex()
    with store.reading() as session:
        known = config(session, ROOT)
    if not known:
        with store.writing() as session:
            configure(session, ROOT, root)
    elif known != root:
        raise Refused("database_foreign", path=str(keys.folder))


def config(session: Session, name: str) -> str:
    """What `serve` was last told; empty before its first start."""
    row = session.get(Config, name)
    return row.value if row else ""


def configure(session: Session, name: str, value: str) -> bool:
    """Keep a value. Returns whether it changed."""
    before = config(session, name)
    session.put(Config, name=name, value=value)
    return before != value


def make_folder(options: Namespace) -> None:
    """Raises Unavailable ``folder_away``."""
    try:
        data_folder(options).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("folder_away", path=str(data_folder(options)), reason=system_reason(error)) from error


def make_keys(options: Namespace, centre_now: int, random: key_files.Random) -> None:
    make_folder(options)
    key_files.create(keys_folder(options), root_folder(options), random, centre_now)
