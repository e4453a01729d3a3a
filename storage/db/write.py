"""A statement that writes one change."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any


class Write:
    """An SQL statement that writes one change. `names` are the change's fields, in the order of the question marks."""

    def __init__(self, sql: str, *names: str) -> None:
        self.sql = sql
        of = attrgetter(*names) if names else None
        self.values: Callable[[Any], tuple[Any, ...]] = (
            of if of is not None and len(names) > 1 else lambda change: () if of is None else (of(change),)
        )

    def __call__(self, connection: Any, change: Any, *worked_out: object) -> int:
        """How many rows it has changed; `worked_out` stands behind the rest."""
        return int(connection.execute(self.sql, self.values(change) + worked_out).rowcount)
