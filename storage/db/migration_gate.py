"""The gate before a migration that takes something away: not while work is unsent and no backup holds it.

A migration declares itself in its file: ``CONTRACTS`` says what it takes and since when nothing reads that
(docs/adr/0019). What it takes cannot be had back from the database, so it must be elsewhere first: at the centre,
or in a backup that was opened and read, and that holds the last entry.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kiosk.model.facts import BACKUP, BACKUP_SECOND
from protocol.errors import Refused
from storage.db.commit import last
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK

BACKUPS: Final = (BACKUP.name, BACKUP_SECOND.name)
"""Facts of `kiosk.upkeep.backup.backup_maker`."""
_UNSENT: Final = """
    SELECT count(*) FROM journal j WHERE (j.id & ?) > coalesce((SELECT hwm FROM ack WHERE epoch = j.id >> ?), 0)
"""


def takes_away(module: Any) -> bool:
    """Whether a migration says that it does, or that the program before could not open what it leaves."""
    return bool(getattr(module, "CONTRACTS", "")) or bool(module.revision == module.COMPATIBLE_WITH)


def refuse_unsaved(connection: Any) -> None:
    """Raises Refused("upgrade_waits") with `n`, the entries that neither the centre nor a verified backup has."""
    (unsent,) = connection.execute(_UNSENT, (SEQ_MASK, SEQ_BITS)).fetchone()
    if unsent and not _saved(connection):
        raise Refused("upgrade_waits", n=unsent)


def _saved(connection: Any) -> bool:
    chain = last(connection)[0]
    rows = connection.execute("SELECT value FROM fact WHERE name IN (?, ?)", BACKUPS).fetchall()
    return any(_holds(bytes(value), (chain.epoch, chain.seq)) for (value,) in rows)


def _holds(fact: bytes, entry: tuple[int, int]) -> bool:
    try:
        said = json.loads(fact)
        return said["verified"] is True and (int(said["epoch"]), int(said["seq"])) >= entry
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
