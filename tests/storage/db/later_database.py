"""The database of the next release, which has only added: this release has to work on it after an update was undone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from storage.db import upgrade
from storage.db.engine import Database
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.fakes.fake_keystore import FakeKeystore

REVISION = "9999"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fts_%' AND name NOT LIKE 'sqlite_%'"


def lay(folder: Path, keystore: FakeKeystore, compatible_with: str = upgrade.HEAD) -> None:
    """A new house, then every kind of addition that a migration may make: columns, tables, indexes, triggers."""
    opened = enrolled_store.open_house(folder, keystore)
    opened.close()
    widen(folder, keystore, compatible_with)


def widen(folder: Path, keystore: FakeKeystore, compatible_with: str = upgrade.HEAD) -> None:
    with closing(Database(folder / DATABASE, key(keystore)).writer()) as connection:
        tables = [name for (name,) in connection.execute(_TABLES) if name != "alembic_version"]
        for table in tables:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN later_text VARCHAR DEFAULT '' NOT NULL")
            connection.execute(f"ALTER TABLE {table} ADD COLUMN later_number INTEGER")
        connection.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, of_entry INTEGER REFERENCES journal (id))")
        connection.execute("CREATE INDEX ix_later ON request (later_text)")
        connection.execute(
            "CREATE TRIGGER later_seen AFTER INSERT ON journal BEGIN INSERT INTO later (of_entry) VALUES (new.id); END"
        )
        connection.execute("UPDATE alembic_version SET version_num = ?", (REVISION,))
        row = (upgrade.COMPATIBLE, compatible_with.encode())
        connection.execute("REPLACE INTO fact (name, value) VALUES (?, ?)", row)


def key(keystore: FakeKeystore) -> bytes:
    return next(value for name, value in keystore.values.items() if name.endswith("/database-key"))
