"""A version on trial proves itself to the starter, before anybody can sign in: five checks, all of this machine.

Neither printer nor centre is asked: a version must not be undone because a cable was out.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from protocol.errors import Corrupt, Refused, Unavailable
from starter import health
from starter.health import Note
from starter.signs import MARK

log = logging.getLogger("manfaz")
NOT_NOW: Final = ("already_running", "upgrade_waits")
"""Refusals that say nothing against a version: the one before goes on, and it is tried another time."""
Checks = Mapping[str, Callable[[], object]]


class VersionTrial:
    """Tells the starter how the trial goes; does nothing where no starter watches."""

    def __init__(self, data: Path, mark: str | None = None) -> None:
        self._data = data
        self._mark = os.environ.get(MARK, "") if mark is None else mark

    @property
    def watched(self) -> bool:
        return bool(self._mark)

    def opening(self) -> None:
        """The store is about to be opened, which may take as long as its migration does."""
        self._say(Note("opening"))

    def checking(self) -> None:
        self._say(Note("checking"))

    def fail(self, error: BaseException) -> None:
        """It did not even come as far as the checks: by its own fault, or because the machine lacked something."""
        later = isinstance(error, Refused) and error.code in NOT_NOW
        self._say(Note("unable" if later or isinstance(error, Unavailable) else "bad", ("start",)))

    def prove(self, checks: Checks) -> None:
        """Run each check; one that raises has failed. Raises Corrupt("update_unwell") after telling which."""
        if not self.watched:
            return
        failed = tuple(name for name, check in checks.items() if not self._holds(name, check))
        self._say(Note("bad", failed) if failed else Note("good"))
        if failed:
            raise Corrupt("update_unwell", failed=", ".join(failed))

    def _holds(self, name: str, check: Callable[[], object]) -> bool:
        try:
            check()
        except Exception as error:  # noqa: BLE001 - whatever it is, this version is not well
            log.error("trial: %s: %s", name, type(error).__name__)  # noqa: TRY400 - values may be personal
            return False
        return True

    def _say(self, note: Note) -> None:
        if self.watched:
            try:
                health.say(self._data, self._mark, note)
            except OSError as error:
                log.warning("trial: not told: %s", error.strerror)  # unheard, it is undone: on doubt the old one
