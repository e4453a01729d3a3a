"""Reading days and movements; `kiosk.ports.days`."""

from __future__ import annotations

from typing import Final

from kiosk.model.service_request import Day, Movement
from protocol.journal.business_day import DayKey
from storage.db import aftercare_rows, row_readers
from storage.db.entry_ids import entry_id
from storage.db.rows import Rows

_MOVEMENTS: Final = f"SELECT {row_readers.MOVEMENT_COLUMNS} FROM movement WHERE {{}}"  # noqa: S608 - constants
_PAID_FOR: Final = "id = (SELECT id FROM paid_for WHERE of_request = ?)"
_DAY: Final = """
    SELECT date, operator, opening_pt, opened_ms, opened_seq, closed_ms, closed_seq, expected_pt, counted_pt,
        grand_total_pt, number
    FROM day WHERE {} LIMIT 1
"""
_DAYS: Final = _DAY.format("1 ORDER BY date DESC, number DESC").replace("LIMIT 1", "LIMIT ?")
# The grand total only grows, whatever the computer's clock said at the time: it tells which close was the last.
_LAST_CLOSED: Final = "closed_ms IS NOT NULL ORDER BY grand_total_pt DESC, closed_ms DESC, date DESC, number DESC"
OPEN_DAY: Final = _DAY.format("closed_ms IS NULL")


class DayReader(Rows):
    """Days, and the money that moved in them without a sale."""

    def open_day(self) -> Day | None:
        return self._day("closed_ms IS NULL")

    def day(self, key: DayKey) -> Day | None:
        return self._day("date = ? AND number = ?", *key)

    def openings(self, date: str) -> int:
        (last,) = self._one("SELECT coalesce(max(number), 0) FROM day WHERE date = ?", date)
        return int(last)

    def last_closed(self) -> Day | None:
        return self._day(_LAST_CLOSED)

    def newest(self, limit: int = 400) -> list[Day]:
        return [Day(*row) for row in self._all(_DAYS, limit)]

    def movements(self, key: DayKey) -> list[Movement]:
        of_day = _MOVEMENTS.format("date = ? AND day_number = ? ORDER BY id")
        return [row_readers.movement(row) for row in self._all(of_day, *key)]

    def reversal(self, epoch: int, seq: int, device: str = "") -> Movement | None:
        if device:
            row = self._one(_MOVEMENTS.format(_PAID_FOR), aftercare_rows.paid_for(device, epoch, seq))
        else:
            row = self._one(_MOVEMENTS.format("of_entry = ?"), entry_id(epoch, seq))
        return None if row is None else row_readers.movement(row)

    def _day(self, where: str, *arguments: object) -> Day | None:
        row = self._one(_DAY.format(where), *arguments)
        return None if row is None else Day(*row)
