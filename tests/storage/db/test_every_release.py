"""The database of every version, with something in every table, comes up to this one and loses no row of any."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.model.service_request import Query
from kiosk.ports.store import Store
from storage.db import entry_ids, upgrade
from storage.db.engine import Database
from storage.opening import DATABASE
from tests.harness import older_version
from tests.harness.enrolled_store import open_house, sell
from tests.harness.older_version import KEY, NAMES

_TABLES: Final = """
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fts_%' AND name NOT LIKE 'sqlite_%'
    AND name NOT IN ('alembic_version', 'enrolment', 'journal', 'request') ORDER BY name
"""
ENTRY: Final = entry_ids.entry_id(1, 1)
_PLAIN: Final[dict[str, Any]] = {"INTEGER": 7, "BIGINT": 7, "VARCHAR": "و-1", "BLOB": b"\x01\x02", "TEXT": "و-1"}
_SAID: Final[dict[tuple[str, str], Any]] = {
    ("draft", "raw"): '{"name": "منى"}', ("attempts", "boot_id"): bytes(8), ("attempts", "operator"): "op-9",
    ("decision", "status"): "rejected", ("movement", "kind"): "deposit", ("day", "date"): "2026-11-25",
    ("day", "number"): 1, ("movement", "day_number"): 1, ("elsewhere", "state"): "held",
    ("print_job", "state"): "printed",
    ("evidence", "state"): "waiting", ("output", "handed_ms"): None, ("day", "closed_ms"): None,
}  # fmt: skip
"""What a column may hold is said by the program, not by its type."""


def fill(connection: Any) -> dict[str, dict[str, Any]]:
    """A row in every table that has none; each as it reads back, by its table."""
    filled: dict[str, dict[str, Any]] = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        if connection.execute(f"SELECT 1 FROM {table}").fetchone() is None:
            connection.execute(*_insert(connection, table))
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        row = connection.execute(f"SELECT {', '.join(columns)} FROM {table} LIMIT 1").fetchone()
        filled[table] = dict(zip(columns, row, strict=True))
    return filled


def _insert(connection: Any, table: str) -> tuple[str, list[Any]]:
    references = {row[3] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
    columns, values = [], []
    for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({table})").fetchall():
        named = name in references or (key and name in {"id", "entry"}) or name == "of_entry"
        plain = ENTRY if named and kind in {"INTEGER", "BIGINT"} else _PLAIN[kind]
        columns.append(name)
        values.append(_SAID.get((table, name), plain))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values


def rows(connection: Any, table: str, wanted: dict[str, Any]) -> int:
    """How many rows of the table still say all of that, in the columns that are left."""
    have = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    kept = {name: value for name, value in wanted.items() if name in have}
    where = " AND ".join(f"{name} IS ?" for name in kept)
    return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", list(kept.values())).fetchone()[0])


def journal(connection: Any) -> list[Any]:
    found: list[Any] = connection.execute(
        "SELECT id, epoch, seq, entry_hash, header, signature, body, wall_ms, money_pt, count, sum_pt FROM journal"
    ).fetchall()
    return found


@pytest.mark.usefixtures("older_known")
@pytest.mark.parametrize("release", [older_version.REVISION, upgrade.HEAD])
def test_a_database_of_that_version_keeps_every_row_and_its_chain(tmp_path: Path, release: str) -> None:
    folder = tmp_path / "data"
    keystore = older_version.house(folder, today=release == upgrade.HEAD)
    with closing(Database(folder / DATABASE, KEY).writer()) as connection:
        filled, before = fill(connection), journal(connection)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert set(filled) >= {"day", "draft", "fact", "frame", "decision", "output"}
    opened = open_house(folder, keystore)
    assert (opened.found_version, opened.check()) == (release, len(NAMES))
    with opened.store.looking() as connection:
        lost = [table for table, row in filled.items() if rows(connection, table, row) != 1]
        assert lost == []
        assert journal(connection) == before
    found = [request.name for request in opened.store.requests.search(Query())]
    assert found == list(reversed(NAMES))
    _goes_on(opened.store)
    opened.close()


def _goes_on(store: Store) -> None:
    row = sell(store)
    assert store.journal.tail().count == len(NAMES) + 1
    assert store.requests.search(Query())[0].id == row.id
