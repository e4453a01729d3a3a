"""Bringing a database to the form this program knows. Alembic is imported only when there is work for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Engine, MetaData, String, Table, inspect, select

from kiosk.errors import Corrupt, Refused

REVISIONS: Final = ("0001", "0002", "0003")  # a test compares them with the files in migrations/versions
HEAD: Final = REVISIONS[-1]
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String))


def version(engine: Engine) -> str | None:
    """The revision of the database; None for one that has nothing in it yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def bring_up(engine: Engine, before: Callable[[str], object], to: str = HEAD) -> str | None:
    """Upgrade to `to`; all of a migration or nothing of it. Returns the version found.

    `before` is called with that version before anything is changed; what it raises stops the upgrade.
    Raises Refused("store_newer") for the database of a later program.
    """
    found = version(engine)
    if found == to:
        return found
    if found is not None:
        if found not in REVISIONS:
            raise Refused("store_newer", found=found, want=HEAD)
        before(found)
    try:
        _run(engine, to)
    finally:
        engine.dispose()  # a connection that saw a rolled-back migration is not used again (libraries.md, trap 1)
    return found


def _run(engine: Engine, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - a quarter of a second that a start without work need not pay
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection:
        # A rebuilt table would fail its references, and inside a transaction the pragma does nothing (trap 2).
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise Corrupt("store_damaged", found=f"foreign key of {broken[0]}")
