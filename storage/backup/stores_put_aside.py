"""What was put aside waits 30 days under a key of this computer: whoever is erased meanwhile is erased there, too.

A restore puts aside what nobody else may have, so that the citizen's data alone go from it. A move puts aside a store
that the centre has whole: that one goes with its keys. So does what does not open any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from kiosk.model.store_changes import Erase
from kiosk.ports.store import Keystore
from protocol.errors import Corrupt, KioskError
from storage.db import commit, compiled, upgrade
from storage.db.engine import Database
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK
from storage.disk.data_folder import ASIDE, DATABASE, INSTANCE, instance_in
from storage.disk.whole_files import remove_tree
from storage.faults import border
from storage.keystore.store_secrets import forget_all

_ERASED: Final = """
    WITH gone AS (
        SELECT f.id FROM frame f JOIN journal j ON j.id = f.id JOIN here.journal h ON h.id = f.id
        WHERE h.entry_hash = j.entry_hash AND f.id NOT IN (SELECT id FROM here.frame)
    ), names AS (SELECT id, national_id FROM request UNION SELECT id, national_id FROM named)
    SELECT id FROM gone UNION SELECT id FROM names
    WHERE national_id IN (SELECT national_id FROM names WHERE id IN gone AND national_id <> '')
    AND id NOT IN (SELECT id FROM here.journal)
"""
"""Entries that have their frame there and not here any more; and what the same citizens have there alone."""


def erase_along(folder: Path, key: bytes) -> None:
    """Erase in what a restore put aside whatever has been erased in the store of `folder`; once more does nothing.

    What is in the way waits for the next whole check.
    """
    for aside in _stores(folder):
        if not (aside / INSTANCE).exists():
            with suppress(KioskError, OSError):
                _erase(aside, folder / DATABASE, key)


def forget_moved(folder: Path, keystore: Keystore) -> None:
    """Destroy the keys of what a move put aside, then its files. Raises OSError, Unavailable("keystore_…")."""
    for aside in _stores(folder):
        if (instance := instance_in(aside)) is not None:
            forget_all(keystore, instance)
            remove_tree(aside)


def _stores(folder: Path) -> Iterator[Path]:
    return (aside for aside in sorted(folder.glob(f"{ASIDE}*")) if (aside / DATABASE).exists())


def _erase(aside: Path, here: Path, key: bytes) -> None:
    database = Database(aside / DATABASE, key)
    try:
        with border():
            upgrade.bring_up(database, lambda _version: None)
            with closing(database.writer()) as connection:
                connection.execute(f"ATTACH DATABASE ? AS here KEY \"x'{key.hex()}'\"", (str(here),))
                erased = [number for (number,) in connection.execute(_ERASED).fetchall()]
                connection.execute("DETACH DATABASE here")
                if erased:
                    connection.execute("BEGIN IMMEDIATE")
                    for number in erased:
                        commit.erase(connection, Erase(number >> SEQ_BITS, number & SEQ_MASK))
                    connection.execute(compiled.DROP_EVIDENCE_OF_DRAFTS.sql)
                    connection.execute(compiled.DROP_DRAFTS.sql)  # half typed: nobody goes on with it there
                    connection.execute("COMMIT")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Corrupt:
        remove_tree(aside)
