"""What only a search needs is indexed behind the sales: a commit with a citizen in front of it does not wait for it.

`listed` marks the requests that stand in the indices of names, numbers, codes, people and services, and among the
undecided; `request_index` names the last of them. What is newer is few, and is compared row by row
(`storage.db.search`). Triggers keep what is listed as it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from protocol.clock import Clock
from protocol.override import override
from protocol.program.loop import Loop
from storage.db import compiled

EVERY_MS: Final = 60_000
SOON_MS: Final = 200
AT_ONCE: Final = 20
"""How many a sale may have to wait for: a few milliseconds, as a rule."""
# By hand: a table of FTS5 has no model.
_ADD: Final = "INSERT INTO fts_name (rowid, parts) VALUES (?, '  ' || replace(?, ' ', '  '))"
_MERGE: Final = "INSERT INTO fts_name (fts_name, rank) VALUES ('merge', ?)"
PAGES: Final = 16
"""Of the index of names, joined at a turn: three milliseconds as a rule. All places of the same three letters
are joined at once: five milliseconds with 200,000 requests, some twenty with a million.
"""
_TAKE_IN: Final = compiled.LIST_REQUESTS.sql, compiled.ADD_UNDECIDED.sql, compiled.MOVE_INDEX.sql


def follow(connection: Any, count: int) -> bool:
    """Take the next `count` requests in, inside the caller's transaction; whether there may be more."""
    rows = connection.execute(compiled.UNLISTED, (count,)).fetchall()
    connection.executemany(_ADD, rows)
    for statement in _TAKE_IN if rows else ():
        connection.execute(statement, rows[-1][:1])
    return len(rows) == count


def join(connection: Any, *, all_pieces: bool) -> bool:
    """Join pieces of the index of names: a search goes through each. Whether there may be more to join.

    Each commit adds a piece. `all_pieces` begins to make one of all, and the calls after it go on with that.
    """
    before = connection.total_changes
    connection.execute(_MERGE, (-PAGES if all_pieces else PAGES,))
    return bool(connection.total_changes - before > 1)  # FTS5: fewer than two changes say that nothing was left to do


def found(test: str) -> str:
    """The requests that pass, by an index as far as that goes. Each `?` of the test is asked for twice."""
    return (
        f"SELECT id FROM request WHERE listed = 1 AND {test}"  # noqa: S608 - constants
        f" UNION ALL SELECT id FROM request WHERE id > ({compiled.INDEX_UPTO}) AND {test}"
    )


class RequestIndexing(Loop):
    """Follows once a minute, a few requests at a time. Once in its life it makes the index of names one piece."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Any]], clock: Clock) -> None:
        super().__init__("requests", clock.mono_ms, EVERY_MS)
        self._transaction = transaction
        self._joined = False

    @override
    def step(self) -> int:
        with self._transaction() as connection:
            behind = more = follow(connection, AT_ONCE)
            if not behind:
                more = join(connection, all_pieces=not self._joined)
        self._joined |= not behind
        return self._after(SOON_MS if more else None)
