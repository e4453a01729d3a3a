"""Reading requests and drafts; `kiosk.ports.requests`."""

from __future__ import annotations

from typing import Final

from kiosk.model.service_request import DayTotals, Draft, Query, Request
from protocol import strict_json
from protocol.journal.business_day import DayKey
from storage.db import row_readers, search
from storage.db.journal_reader import CURRENT_EPOCH
from storage.db.name_index import UPTO
from storage.db.rows import Rows
from storage.db.search import Where

_REQUEST: Final = f"SELECT {row_readers.REQUEST_COLUMNS} FROM {{}} LEFT JOIN outcome o ON o.id = r.id WHERE {{}}"  # noqa: S608 - constants
_TOTALS: Final = """
    SELECT count(*), coalesce(sum(r.total_pt), 0),
        coalesce(sum((r.id & 4294967295) > coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)), 0)
    FROM request r WHERE r.date = ? AND r.day_number = ?
"""
_USED: Final = """
    SELECT service_id FROM request WHERE date >= ? GROUP BY service_id ORDER BY count(*) DESC, service_id
"""
_DRAFTS: Final = """
    SELECT id, operator, service_id, service_version, raw, updated_ms, catalogue, visit, corrects FROM draft
    WHERE operator = ? ORDER BY updated_ms DESC, id DESC
"""


class RequestReader(Rows):
    """Requests, each with what has become of it since."""

    def get(self, request_id: str) -> Request | None:
        return self._request("r.request_id = ?", request_id)

    def at(self, seq: int) -> Request | None:
        return self._request(f"r.id = ({CURRENT_EPOCH} << 32) + ?", seq)

    def search(self, query: Query) -> list[Request]:
        where = search.plan(query, self._count, self._one(UPTO)[0])
        found = [] if where.newer is None else self._found(where.newer, query.limit)
        left = query.limit - len(found) if query.limit > 0 else query.limit
        return found + self._found(where, left) if left else found

    def _found(self, where: Where, limit: int) -> list[Request]:
        sql = _REQUEST.format(where.source, " AND ".join(where.tests) or "1")
        rows = self._all(f"{sql} ORDER BY {where.order} DESC LIMIT ?", *where.arguments, limit)
        return [row_readers.request(row) for row in rows]

    def same_day(self, national_id: str, service_id: str, date: str) -> list[Request]:
        sql = _REQUEST.format("request r", "r.national_id = ? AND r.service_id = ? AND r.date = ?")
        return [
            row_readers.request(row) for row in self._all(f"{sql} ORDER BY r.id DESC", national_id, service_id, date)
        ]

    def totals(self, key: DayKey) -> DayTotals:
        return DayTotals(*self._one(_TOTALS, *key))

    def used(self, since: str) -> list[str]:
        return [row[0] for row in self._all(_USED, since)]

    def rejected(self) -> list[Request]:
        return self.search(Query(rejected_only=True, limit=-1))

    def _count(self, select: str, arguments: tuple[object, ...]) -> int:
        found = self._one(f"SELECT count(*) FROM ({select} LIMIT {search.BOUND})", *arguments)  # noqa: S608 - constants
        return int(found[0])

    def _request(self, where: str, argument: object) -> Request | None:
        row = self._one(_REQUEST.format("request r", where), argument)
        return None if row is None else row_readers.request(row)


class DraftReader(Rows):
    """Forms left half typed."""

    def of_operator(self, operator: str) -> list[Draft]:
        return [
            Draft(identity, of, service, version, strict_json.loads_object(raw.encode()), *more)
            for identity, of, service, version, raw, *more in self._all(_DRAFTS, operator)
        ]

    def every(self) -> list[Draft]:
        operators = self._all("SELECT DISTINCT operator FROM draft")
        return [draft for (operator,) in operators for draft in self.of_operator(operator)]
