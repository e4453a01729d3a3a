"""How the update stands, as it is kept between starts and shown: the fact ``update``, a JSON object.

``phase`` of the pointer, ``version`` under way, ``since_ms`` of that phase, ``reverted`` the version that was undone
(empty: none since a good one), ``crashed`` whether it was for starts that failed, ``checked_ms`` the last look for
releases, ``metadata_ms`` the last look that found signed word in force, ``trouble`` the code of what is in the way,
``need_mb`` how much must be free where that is room, ``needs_setup`` a version for another runtime, ``month`` and
``month_bytes`` what was fetched in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from kiosk.model.facts import UPDATE
from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS

LONG_DAYS: Final = 14
"""After so many an update that waits is spoken of at the start of a day."""

UNSAVED: Final = "upgrade_waits"
IN_THE_WAY: Final = {"update_full": "update.line.FULL", UNSAVED: "update.line.UNSAVED"}
"""What an update waits for that somebody here can mend, by the code of the trouble."""


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Which version runs, which one waits, and what became of the last."""

    phase: str = "IDLE"
    version: str = ""
    since_ms: int = 0
    reverted: str = ""
    crashed: bool = False
    checked_ms: int = 0
    metadata_ms: int = 0
    trouble: str = ""
    needs_setup: str = ""
    need_mb: int = 0
    month: str = ""
    month_bytes: int = 0


def read(raw: bytes | None) -> UpdateStatus:
    """What is kept; the beginning where nothing is, or nothing that can be read."""
    try:
        found = json.loads(raw or b"{}")
        kept = {name: found[name] for name in UpdateStatus.__slots__ if name in found}
    except (ValueError, TypeError, RecursionError):
        return UpdateStatus()
    wanted = asdict(UpdateStatus())
    return UpdateStatus(**{name: value for name, value in kept.items() if type(value) is type(wanted[name])})


def status_text(standing: UpdateStatus, now_ms: int) -> tuple[str, dict[str, object]] | None:
    """The key and the values of what whoever works here should know; None: nothing."""
    if standing.trouble in IN_THE_WAY:
        return IN_THE_WAY[standing.trouble], {"version": standing.version, "need_mb": standing.need_mb}
    if standing.phase == "WAITING":
        days = (now_ms - standing.since_ms) // DAY_MS
        if days >= LONG_DAYS:
            return "update.line.OLD", {"version": standing.version, "days": days}
        return "update.line.WAITING", {"version": standing.version}
    if standing.needs_setup:
        return "update.line.SETUP", {"version": standing.needs_setup}
    key = "update.line.CRASHED" if standing.crashed else "update.line.REVERTED"
    return (key, {"version": standing.reverted}) if standing.reverted else None


class Notes:
    """Keeps the standing; writes only what has changed, for each writing costs a sync of the disk.

    What no disk takes is remembered until one does: a full one is what most needs to be said.
    """

    def __init__(self, fact: Callable[[str], bytes | None], write: Callable[[PutFact], object]) -> None:
        self._write = write
        self._fact = fact
        self._unwritten: UpdateStatus | None = None

    def now(self) -> UpdateStatus:
        return self._unwritten or read(self._fact(UPDATE.name))

    def put(self, **changes: Any) -> UpdateStatus:
        """Raises what writing raises."""
        before = self.now()
        after = replace(before, **changes)
        if after != before or self._unwritten is not None:
            self._unwritten = after
            self._write(UPDATE.put(asdict(after)))
            self._unwritten = None
        return after
