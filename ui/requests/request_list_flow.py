"""The list of requests: what the lists offer, and what was found."""

from __future__ import annotations

from datetime import timedelta

from kiosk.model.service_request import Query, Request
from protocol.clock import read_day
from protocol.errors import KioskError
from protocol.override import override
from protocol.values.finding import day_in
from ui.requests.day_chart_flow import DayChartFlow
from ui.requests.request_list_page import Choices, RequestListPage, Row, Wanted
from ui.requests.request_words import citizen, number, state_of, title
from ui.shell.flow import Flow
from ui.shell.shell import Shell

LIMIT = 50
DAYS = 14


class RequestListFlow(Flow):
    """Drives the list of requests."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._asked = 0
        self.page = window.add(RequestListPage(window.language))
        self.page.asked.connect(self._search)
        self._picturing = DayChartFlow(window)
        self.page.picture_asked.connect(self._picture)

    def open(self) -> None:
        self.ask(self._choices, self.page.set_choices)
        self.page.reset()
        self._window.go(self.page)

    def _picture(self) -> None:
        """Of the day that is looked at, or today."""
        self._picturing.open(self.page.wanted().day, lambda: self._window.go(self.page))

    def _choices(self) -> Choices:
        today = read_day(self._counter.till.today())
        seats = self._counter.people.seats()
        services = self._counter.desk.services()
        return Choices(
            [(today - timedelta(n)).isoformat() for n in range(DAYS)],
            [(s.operator.id, (s.operator.name_ar, s.operator.name_en)) for s in seats],
            [(s.id, (f"{s.number} — {s.title['ar']}", f"{s.number} — {s.title['en']}")) for s in services],
        )

    def _search(self, wanted: Wanted) -> None:
        """Only the newest answer is shown: typing goes on while an earlier one is still being looked for."""
        self._asked += 1
        asked = self._asked
        day, text = day_in(wanted.text)
        query = Query(
            text=text, date=day or wanted.day or None, operator=wanted.operator, service=wanted.service,
            state=wanted.state, limit=LIMIT,
        )  # fmt: skip
        self.ask(
            lambda: [self._row(r) for r in self._counter.desk.requests.search(query)],
            lambda rows: self.page.set_rows(rows, LIMIT) if asked == self._asked else None,
        )

    def _row(self, request: Request) -> Row:
        counter = self._counter
        return Row(
            request.id, request.created_ms, number(counter, request), title(counter, request), citizen(request),
            request.total_pt, state_of(request),
        )  # fmt: skip

    @override
    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self.page.fail(error)
