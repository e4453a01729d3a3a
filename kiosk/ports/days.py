"""Reading the business days, and the money that moved without a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.model.service_request import Day, Movement
    from protocol.journal.business_day import DayKey


class DayReader(Protocol):
    """Days, opened and closed."""

    def open_day(self) -> Day | None: ...
    def day(self, key: DayKey) -> Day | None: ...
    def openings(self, date: str) -> int:
        """How many times that date has been opened here."""

    def last_closed(self) -> Day | None:
        """The day whose close is the newest: the one of the largest grand total, whatever the clock said."""

    def newest(self, limit: int = 400) -> list[Day]:
        """Newest first: more than a year of them."""

    def movements(self, key: DayKey) -> list[Movement]:
        """Money that moved that day without a sale, oldest first."""

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        """What has reversed that request here; `device` is the till that sold it, "" for this one."""
