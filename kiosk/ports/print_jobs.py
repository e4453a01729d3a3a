"""Reading the queue of the printer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.model.citizen_receipt import Receipt
    from kiosk.model.service_request import PrintJob, PrintState


class PrintJobReader(Protocol):
    """Papers to print, and printed."""

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        """Oldest first."""

    def job(self, job_id: str) -> PrintJob | None: ...
    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]: ...
    def receipt(self, epoch: int, seq: int) -> Receipt | None: ...
