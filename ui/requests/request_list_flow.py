"""The list of requests: what the lists offer, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from kiosk.core.events import RequestsChanged
from kiosk.model.service_request import Query
from protocol.clock import read_day
from ui.requests import reprint
from ui.requests.other_tills_flow import OtherTillsFlow
from ui.requests.request_flow import RequestFlow
from ui.requests.request_list_page import MOST, Choices, Found, RequestListPage, RequestSearch
from ui.requests.request_words import Listed, listed
from ui.shell import Flow, LatePage, Shell

DAYS: Final = 14


class RequestListFlow(Flow):
    """Drives the list of requests."""

    def __init__(self, window: Shell, home: Callable[[], None], requests: RequestFlow) -> None:
        super().__init__(window)
        self._home, self._requests = home, requests
        self.elsewhere = OtherTillsFlow(window, lambda: window.go(self.page, self.page.search))

    @LatePage(RequestListPage)
    def page(self, page: RequestListPage) -> None:
        self._says_faults_on = page
        page.asked.connect(self._search)
        page.table.opened.connect(self._open_one)
        page.reprint.clicked.connect(self._reprint)
        page.elsewhere.clicked.connect(lambda: self.elsewhere.search(page.wanted()))
        page.left.connect(self._home)
        self.hear(RequestsChanged, then=page.ask_again, on=page)

    def open(self) -> None:
        self.ask(self._choices, self.page.set_choices)
        self.page.reset()
        self._window.go(self.page)

    def _open_one(self, one: Listed) -> None:
        """Esc leads back to the same list and row."""
        self._requests.open_one(one.request.id, lambda: self._window.go(self.page, self.page.table))

    def _choices(self) -> Choices:
        today = read_day(self._counter.till.today())
        days = [(today - timedelta(n)).isoformat() for n in range(DAYS)]
        return Choices(days, self._counter.people.seats(), self._counter.desk.services())

    def _search(self, wanted: RequestSearch) -> None:
        """Only the newest answer is shown: typing goes on while an earlier one is still being looked for."""
        query = wanted.query()
        self.ask(lambda: self._find(query), *self.newest(self.page.set_found))

    def _find(self, query: Query) -> Found:
        """Where nothing narrows it, what came back stands first."""
        counter = self._counter
        requests = counter.desk.requests
        found = requests.search(query)
        if query == RequestSearch().query():
            first = requests.search(replace(query, state="came_back"))
            ids = {one.id for one in first}
            found = [*first, *(one for one in found if one.id not in ids)][:MOST]
        return Found([listed(counter, one) for one in found], counter.context.now_ms(), requests.rejected_count())

    def _reprint(self) -> None:
        one: Listed | None = self.page.table.chosen()
        if one is not None:
            self.ask(lambda: reprint.print_again(self._counter, one.request), self._print_told)

    def _print_told(self, key: str) -> None:
        self.page.show_notice("info", key)
