"""Reading the queue of the printer; `kiosk.ports.print_jobs`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import PrintJob, PrintState
from storage.db import row_readers
from storage.db.entry_ids import entry_id
from storage.db.rows import Rows

_JOBS: Final = f"SELECT {row_readers.JOB_COLUMNS} FROM print_job WHERE {{}} ORDER BY n"  # noqa: S608 - constants


class PrintJobReader(Rows):
    """Papers to print, and printed."""

    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        marks = ", ".join("?" * len(states))
        sql = f"{_JOBS.format(f'state IN ({marks})')} LIMIT ?"
        return [row_readers.print_job(row) for row in self._all(sql, *(state.value for state in states), limit)]

    def job(self, job_id: str) -> PrintJob | None:
        return next(iter(self._jobs("job_id = ?", job_id)), None)

    def of_entry(self, epoch: int, seq: int) -> list[PrintJob]:
        return self._jobs("entry = ?", entry_id(epoch, seq))

    def receipt(self, epoch: int, seq: int) -> Receipt | None:
        return next((job.content for job in self.of_entry(epoch, seq) if isinstance(job.content, Receipt)), None)

    def _jobs(self, where: str, *arguments: object) -> list[PrintJob]:
        return [row_readers.print_job(row) for row in self._all(_JOBS.format(where), *arguments)]
