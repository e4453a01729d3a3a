"""What Alembic and SQLAlchemy reckon anew for each database: done once for all tests of a process.

The first embedded database is made by the migrations; the next ones get the tables that it got. A statement that was
compiled for one database is the same for the next of its kind.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Connection, create_engine
from sqlalchemy.util import LRUCache

from central.store import migration
from protocol.override import override

_of_product: Final = (migration.REVISIONS, migration._config, migration._upgrade)
_tables: Final = list[str]()
"""SQL that makes an empty database one of today's."""
_WRITTEN: Final = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"


def _upgrade(connection: Connection, to: str) -> None:
    *todays, upgrade = _of_product
    empty = connection.dialect.name == "sqlite" and not migration.has_tables(connection)
    if not empty or [migration.REVISIONS, migration._config] != todays:  # a test has made up a version
        upgrade(connection, to)
    elif _tables:
        for statement in _tables:
            connection.exec_driver_sql(statement)
    else:
        upgrade(connection, to)
        _tables.extend(connection.exec_driver_sql(_WRITTEN).scalars())
        _tables.append(f"INSERT INTO alembic_version VALUES ('{to}')")


class _Compiled(LRUCache[Any, Any]):
    """Statements by the kind of their database, where each engine's own cache holds them by the database."""

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    @override
    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), value)


def remember() -> None:
    """From now to the end of the process. The Windows Python of the tests has no PostgreSQL."""
    made = partial(create_engine, execution_options={"compiled_cache": _Compiled(2000)})
    stores = ("sqlite_store",) if sys.platform == "win32" else ("sqlite_store", "postgres_store")
    for name, instead in (("migration._upgrade", _upgrade), *((f"{store}.create_engine", made) for store in stores)):
        patch(f"central.store.{name}", instead).start()
