"""Reading the requests of citizens that were recorded here, and the forms left half typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.model.service_request import DayTotals, Draft, Query, Request
    from protocol.journal.business_day import DayKey


class RequestReader(Protocol):
    """Requests, each with what has become of it since."""

    def get(self, request_id: str) -> Request | None: ...
    def at(self, seq: int) -> Request | None: ...
    def search(self, query: Query) -> list[Request]:
        """Newest first."""

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]: ...
    def totals(self, key: DayKey) -> DayTotals: ...
    def used(self, since: str) -> list[str]:
        """Ids of the services recorded here from that date on, the most used first."""

    def rejected(self) -> list[Request]:
        """The tray: rejected or sent back, and nobody has dealt with it."""


class DraftReader(Protocol):
    """Forms left half typed."""

    def of_operator(self, operator: str) -> list[Draft]:
        """What this operator left half typed, the latest first."""

    def every(self) -> list[Draft]:
        """What anybody left half typed, of each operator the latest first."""
