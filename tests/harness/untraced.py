"""The environment of a process that coverage does not trace: one that forks, is killed, or is not of this source."""

from __future__ import annotations

import os


def untraced(*more: str) -> dict[str, str]:
    """Ours, without coverage's variables; `more` are beginnings of others to leave out."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COV", *more))}
