"""Room on the disk for an update: said in megabytes where it lacks, and noticed when it is back."""

from __future__ import annotations

from typing import Final

from kiosk.upkeep.updates.update_parts import Tools
from protocol.errors import KioskError, Unavailable
from protocol.program.os_errors import NO_ROOM, system_reason

FULL: Final = "update_full"
_FULL: Final = frozenset({"disk_full", "backup_full", "store_full", FULL})
_PERHAPS_FULL: Final = frozenset({"store_failed", "backup_place", "backup_broke", "folder_unusable"})
"""What is said of a disk that fails, too: with not a megabyte free it is a full one."""


class UpdateRoom:
    """What a step failed for, if it was for room, and whether that is there again."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._lacks: int | None = None

    def told(self, fault: KioskError | OSError, archive_bytes: int) -> KioskError:
        """The error in the words of an update: Unavailable("update_full") with `need_mb` where the disk was full."""
        self._lacks = None
        if isinstance(fault, OSError):
            fault = Unavailable("disk_full" if system_reason(fault) in NO_ROOM else "store_failed", reason="program")
        need_mb, free_mb = self._look(archive_bytes)
        if fault.code not in _FULL and (fault.code not in _PERHAPS_FULL or free_mb):
            return fault
        if free_mb < need_mb:  # else something but bytes ran out, or is there again: tried later like anything else
            self._lacks = archive_bytes
        return Unavailable(FULL, need_mb=need_mb)

    def is_back(self) -> bool:
        """Whether what lacked is there now: then nobody waits for the end of the pause."""
        if self._lacks is None:
            return False
        need_mb, free_mb = self._look(self._lacks)
        return free_mb >= need_mb

    def _look(self, archive_bytes: int) -> tuple[int, int]:
        try:
            return self._tools.versions.room(archive_bytes, self._tools.database_bytes())
        except (KioskError, OSError):
            return 0, 1
