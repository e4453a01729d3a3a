"""Bringing a database to the form this program knows. Alembic and SQLAlchemy are imported only for that work."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.model.facts import BACKUP, BACKUP_SECOND
from protocol.errors import Corrupt, Refused
from storage.db import compiled
from storage.db.commit import last
from storage.db.engine import Database
from storage.faults import translate

if TYPE_CHECKING:
    from alembic.config import Config

# A test compares them with the files in migrations/versions.
REVISIONS: Final = ("0001",)
HEAD: Final = REVISIONS[-1]
_MIGRATIONS: Final = Path(__file__).with_name("migrations")
COMPATIBLE: Final = ":compatible_with"
"""The fact of the store itself that a migration leaves: the oldest revision whose program may open what it made."""
BACKUPS: Final = (BACKUP.name, BACKUP_SECOND.name)
"""Facts of `kiosk.upkeep.backup.backup_maker`."""
_HAS_VERSION: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"


def version(database: Database) -> str | None:
    """The revision of the database; None for one that has nothing in it yet."""
    with closing(database.writer()) as connection:
        if connection.execute(_HAS_VERSION).fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])


def compatible_with(database: Database) -> str | None:
    """What the last migration said of older programs; None where nothing stands there."""
    with closing(database.writer()) as connection:
        return compatible_in(connection)


def compatible_in(connection: Any) -> str | None:
    """The same of a database that is open, for whoever only reads."""
    row = connection.execute(compiled.FACT, (COMPATIBLE,)).fetchone()
    return None if row is None else bytes(row[0]).decode("ascii", "replace")


def opens(found: str | None, compatible: Callable[[], str | None]) -> bool:
    """Whether this program opens a database of that revision: it knows it, or what its last migration was made for."""
    return found in REVISIONS or compatible() in REVISIONS


def bring_up(database: Database, before: Callable[[str], object]) -> str | None:
    """Upgrade to the newest form; all of a migration or nothing of it. Returns the version found.

    `before` is called with that version before anything is changed; what it raises stops the upgrade. So does
    Refused("upgrade_waits") of `refuse_unsaved`, where one of the migrations takes something away.
    The database of a later program is taken as it is if its migration said that this one may (docs/adr/0019): then
    an update was undone, and the database never is. Raises Refused("store_newer") otherwise.
    """
    found, head = version(database), REVISIONS[-1]
    if found == head:
        return found
    if found is not None:
        if not opens(found, partial(compatible_with, database)):
            raise Refused("store_newer", found=found, want=head)
        if found not in REVISIONS:
            return found
        _check_contracts(database, found)
        before(found)
    _run(database)
    return found


def _check_contracts(database: Database, found: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - half a second that a start without work need not pay

    steps = ScriptDirectory.from_config(_config()).iterate_revisions(REVISIONS[-1], found)
    if any(takes_away(step.module) for step in steps):
        with closing(database.writer()) as connection:
            refuse_unsaved(connection)


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _run(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 - as above
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as above

    config = _config()
    engine = database.engine()  # without a pool: no connection that saw a rolled-back migration is used again
    try:
        with engine.connect() as connection:
            # A rebuilt table would fail its references, and inside a transaction the pragma does nothing.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            config.attributes["connection"] = connection
            command.upgrade(config, REVISIONS[-1])
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    except SQLAlchemyError as error:
        raise translate(error) from error
    if broken is not None:
        raise Corrupt("store_damaged", found=f"foreign key of {broken[0]}")


# ---- the check before a migration that takes something away: not while work is unsent and no backup holds it
#
# A migration declares itself in its file: ``CONTRACTS`` says what it takes and since when nothing reads that
# (docs/adr/0019). What it takes cannot be had back from the database, so it must be elsewhere first: at the centre,
# or in a backup that was opened and read, and that holds the last entry.


def takes_away(module: Any) -> bool:
    """Whether a migration says that it does, or that the program before could not open what it leaves."""
    return bool(getattr(module, "CONTRACTS", "")) or bool(module.revision == module.COMPATIBLE_WITH)


def refuse_unsaved(connection: Any) -> None:
    """Raises Refused("upgrade_waits") with `n`, the entries that neither the centre nor a verified backup has."""
    (unsent,) = connection.execute(compiled.UNSENT).fetchone()
    if unsent and not _saved(connection):
        raise Refused("upgrade_waits", n=unsent)


def _saved(connection: Any) -> bool:
    chain = last(connection)[0]
    said = [row for name in BACKUPS for row in connection.execute(compiled.FACT, (name,))]
    return any(_holds(bytes(value), (chain.epoch, chain.seq)) for (value,) in said)


def _holds(fact: bytes, entry: tuple[int, int]) -> bool:
    try:
        said = json.loads(fact)
        return said["verified"] is True and (int(said["epoch"]), int(said["seq"])) >= entry
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
