"""The index of names is written behind the sales: a commit with a citizen in front of it does not wait for it.

It goes up to the request that `name_index` names. What is newer is few, and is compared row by row
(`storage.db.search`). Triggers keep what it holds as it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from protocol.clock import Clock
from protocol.override import override
from protocol.program.loop import Loop

EVERY_MS: Final = 60_000
SOON_MS: Final = 200
AT_ONCE: Final = 20
"""How many a sale may have to wait for: a few milliseconds, as a rule."""
UPTO: Final = "SELECT upto FROM name_index"
_NEXT: Final = f"SELECT id, name_key FROM request WHERE id > ({UPTO}) ORDER BY id LIMIT ?"  # noqa: S608 - constants
_ADD: Final = "INSERT INTO fts_name (rowid, parts) VALUES (?, '  ' || replace(?, ' ', '  '))"
_MOVE: Final = "UPDATE name_index SET upto = ?"


def follow(connection: Any, count: int) -> bool:
    """Take the next `count` requests in, inside the caller's transaction; whether there may be more."""
    rows = connection.execute(_NEXT, (count,)).fetchall()
    connection.executemany(_ADD, rows)
    if rows:
        connection.execute(_MOVE, (rows[-1][0],))
    return len(rows) == count


class NameIndexing(Loop):
    """Follows once a minute, a few requests at a time."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Any]], clock: Clock) -> None:
        super().__init__("names", clock.mono_ms, EVERY_MS)
        self._transaction = transaction

    @override
    def step(self) -> int:
        with self._transaction() as connection:
            more = follow(connection, AT_ONCE)
        return self._after(SOON_MS if more else None)
