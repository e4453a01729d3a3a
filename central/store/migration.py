"""Bringing a database to the form this program knows. Alembic is imported only for that work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from protocol.errors import Refused

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS: Final = ("0001",)
"""A test compares them with the files in migrations/versions."""
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_VERSION: Final = "alembic_version"


def has_tables(connection: Connection) -> bool:
    return inspect(connection).has_table(_VERSION)


def migrate(connection: Connection) -> None:
    """Bring the tables up to date inside one transaction; the caller holds a lock against a second migration.

    Raises Refused ``newer_database`` for a database made by a later version.
    """
    known = REVISIONS[-1]
    if has_tables(connection):
        found = connection.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar_one()  # noqa: S608 - a constant
        if found == known:
            return
        if found not in REVISIONS:
            raise Refused("newer_database", found=found, known=known)
    _upgrade(connection, known)


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - half a second that a start without work need not pay

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
